import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeInert } from "../../../ci/lib/inert.js";
import { formatCode, formatFence } from "../../../ci/lib/markdown.js";

/** Text that people or plans could hold, with what Markdown, workflows and terminals act on. */
const PIECES = ["`", "```", "\n", "::", "##[", "|", "a", " ", "\r", "\u001b[2K", "\u202e", "::set-output name=x::y"];
const hostile = fc.string({ unit: fc.constantFrom(...PIECES) });

describe("a code span", () => {
  it("is one span on one line, whatever the text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const span = formatCode(text);
        const ticks = /^`+/.exec(span)?.[0] ?? "";
        expect(span).not.toContain("\n");
        expect(span.endsWith(ticks)).toBe(true);
        // CommonMark closes a span at the first run of as many backticks: there must be none inside.
        const runs = [...span.slice(ticks.length, -ticks.length).matchAll(/`+/g)].map(([run]) => run.length);
        expect(runs).not.toContain(ticks.length);
        expect(ticks.length).toBeGreaterThan(0);
      }),
    );
  });

  it("keeps plain text as it is", () => {
    expect(formatCode("public-ecr")).toBe("`public-ecr`");
    expect(formatCode("a`b")).toBe("`` a`b ``");
    expect(formatCode("")).toBe("`  `");
  });
});

describe("a fence", () => {
  it("is not closed by anything in it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = formatFence(text, "diff").trimEnd().split("\n");
        const fence = /^`+/.exec(lines[0] ?? "")?.[0] ?? "";
        expect(lines.at(-1)).toBe(fence);
        for (const line of lines.slice(1, -1)) {
          const run = /^\s*(`+)/.exec(line)?.[1] ?? "";
          expect(run.length).toBeLessThan(fence.length);
        }
      }),
    );
  });
});

describe("inert text", () => {
  it("holds no workflow command, no terminal code and no hidden order", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const inert = makeInert(text);
        for (const line of inert.split("\n")) expect(line.trimStart().startsWith("::")).toBe(false);
        expect(inert).not.toContain("##[");
        for (const char of ["\r", "\u001b", "\u202e"]) expect(inert).not.toContain(char);
      }),
    );
  });

  it("leaves other text as it is, colons too", () => {
    const text = 'a: b\n  "arn:aws:iam::123456789012:role/x"\n# c\n';
    expect(makeInert(text)).toBe(text);
  });
});
