import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDockerfile } from "../../../ci/images/dockerfile/check.js";
import { findSyntax, readDockerfile } from "../../../ci/images/dockerfile/read.js";
import { searchPath } from "../../tools/find-tool.js";
import { ARGS, FACTS, mixed, spelled } from "./spellings.js";

/** What dev/test/images/buildkit prints for a Dockerfile. */
interface Answer {
  syntax: string;
  lines: [keyword: string, line: number][];
  images: string[];
  sources: [identifier: string, attributes: Record<string, string> | null][];
  error: string;
}

const FOLDER = fileURLToPath(new URL("./buildkit", import.meta.url));

/** Go compiles it once, and keeps it. */
async function ask(texts: readonly string[]): Promise<Answer[]> {
  const go = await searchPath("go");
  if (go === undefined) throw new Error("BuildKit's own parser is compiled by Go: install Go so that it is on PATH");
  const env = { ...process.env, CGO_ENABLED: "0", GOFLAGS: "" };
  const running = promisify(execFile)(go, ["run", "."], { cwd: FOLDER, env, maxBuffer: 1 << 30 });
  running.child.stdin?.end(texts.map((text) => JSON.stringify({ text, args: ARGS })).join("\n"));
  const { stdout } = await running;
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Whether all that BuildKit looks up or fetches is fixed. */
function isPinned({ images, sources, syntax }: Answer): boolean {
  const isFixed = ([identifier, attributes]: Answer["sources"][number]) => {
    const [, scheme, rest = ""] = /^([a-z-]+):\/\/(.*)$/s.exec(identifier) ?? [];
    if (scheme === "docker-image") return FACTS.images.has(rest);
    if (scheme === "git") return /^[0-9a-f]{40}$/.test(attributes?.["git.checksum"] ?? rest.split(/[#:]/)[1] ?? "");
    return scheme === "local" || attributes?.["http.checksum"] !== undefined;
  };
  return syntax === "" && images.every((image) => FACTS.images.has(image)) && sources.every(isFixed);
}

const listLines = (text: string) => readDockerfile(text).instructions.map(({ keyword, line }) => [keyword, line]);
/** Without the empty ones, which BuildKit refuses. */
const dropEmpty = ({ lines }: Answer) => lines.filter(([keyword]) => keyword !== "");

describe("BuildKit's own parser", () => {
  it("splits the spellings as the check does, and fetches nothing loose exactly where the check finds nothing", async () => {
    const documents = fc.sample(spelled, 2000);
    const answers = await ask(documents.map(({ text }) => text));
    for (const [index, { text, isPinned: expected }] of documents.entries()) {
      const answer = answers[index] as Answer;
      // It does not look into ONBUILD, and refuses some of what the check finds.
      const isFixed = (answer.error === "" && isPinned(answer)) || text.includes("ONBUILD");
      expect({ text, answer, isFixed, lines: listLines(text) }).toEqual({
        text,
        answer,
        isFixed: expected || text.includes("ONBUILD"),
        lines: dropEmpty(answer),
      });
    }
  });

  it("fetches nothing that the check does not see, whatever the file is", async () => {
    const texts = fc.sample(mixed, 4000);
    const answers = await ask(texts);
    const seen = { fixed: 0, loose: 0, refused: 0 };
    for (const [index, text] of texts.entries()) {
      const answer = answers[index] as Answer;
      const isFixed = isPinned(answer);
      seen[answer.error !== "" ? "refused" : isFixed ? "fixed" : "loose"]++;
      const isSeen = checkDockerfile(text, FACTS).length > 0;
      expect({ text, answer, isSeen: isSeen || isFixed }).toEqual({ text, answer, isSeen: true });
      const hasSyntax = findSyntax(text) !== undefined;
      expect({ text, hasSyntax }).toEqual({ text, hasSyntax: answer.syntax !== "" });
      if (answer.lines.length > 0) expect({ text, lines: listLines(text) }).toEqual({ text, lines: dropEmpty(answer) });
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });
});
