import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findErrors } from "../../../ci/faults/find-errors.js";
import { findProofs } from "../../../ci/faults/find-proofs.js";
import { listFaults } from "../../../ci/faults/list-faults.js";
import { type Fault, renderTable } from "../../../ci/faults/render-table.js";
import { parseSource } from "../../../ci/faults/source.js";
import { ROOT } from "../../tools/find-tool.js";

describe("the codes of this repository", () => {
  let faults: Fault[];
  beforeAll(async () => {
    faults = await listFaults(ROOT);
  });

  it("are in docs/errors.md as the code says them now", async () => {
    const text = await readFile(join(ROOT, "docs", "errors.md"), "utf8");
    expect(text, "npm run faults").toBe(renderTable(faults));
  });

  it("are each asserted by a test", () => {
    expect(faults.filter(({ proofs }) => proofs.length === 0).map(({ code }) => code)).toEqual([]);
  });

  it("each tell a next step", () => {
    expect(faults.filter(({ nexts }) => nexts.size === 0).map(({ code }) => code)).toEqual([]);
  });
});

describe("findErrors", () => {
  const read = (text: string) => findErrors([parseSource("x.ts", text)], ["a-b", "c-d"]);

  it("gathers what every place says of a code", () => {
    const found = read(`
      const EFFECT = "Nothing was sent";
      fail({ code: "a-b", effect: EFFECT, next: x ? "one" : \`two \${name}\` });
      function refuse(code: "a-b" | "c-d") {
        const next = "three";
        return { code, effect: "Nothing was read", next };
      }`);
    expect(found.get("a-b")).toEqual({
      effects: new Set(["Nothing was sent", "Nothing was read"]),
      nexts: new Set(["one", "two …", "three"]),
    });
    expect(found.get("c-d")).toEqual({ effects: new Set(["Nothing was read"]), nexts: new Set(["three"]) });
  });

  it("leaves out other codes, and objects without one", () => {
    const found = read('({ code: "e-f", effect: "x", next: "y" }); ({ effect: "x", next: "y" });');
    expect([...found.values()].every(({ effects, nexts }) => effects.size + nexts.size === 0)).toBe(true);
  });
});

describe("findProofs", () => {
  const read = (text: string) => findProofs([parseSource("x.test.ts", text)], ["a-b"]).get("a-b");

  it.each([
    ["a body", 'it("t", () => expectError("a-b", run));'],
    ["a table", 'it.each([["a-b", 1]])("t", (code) => run(code));'],
    ["a message", 'it("t", () => expect(text).toContain("[a-b] x"));'],
    ["a pattern", 'it("t", { timeout: 1 }, () => expect(text).toMatch(/\\[a-b\\]/));'],
  ])("takes a code in %s for a proof", (_, text) => {
    expect(read(text)).toEqual([{ path: "x.test.ts", title: "t" }]);
  });

  it.each([
    ["a helper", 'const run = () => expectError("a-b", x);'],
    ["a title", 'it("says a-b and [a-b]", () => {});'],
    ["another code", 'it("t", () => expectError("a-b-c", x));'],
  ])("does not take one in %s", (_, text) => {
    expect(read(text)).toEqual([]);
  });
});
