import { access, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";

/** Markdown without its code: a link in a code block is not one. */
const withoutCode = (text: string) =>
  text.replaceAll(/^ *(`{3,})[^\n]*\n[\s\S]*?^ *\1$/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** Anchors of a document as GitHub makes them. */
function readAnchors(text: string): string[] {
  const headings = [...text.replaceAll(/^ *(`{3,})[^\n]*\n[\s\S]*?^ *\1$/gm, "").matchAll(/^#+ (.+)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

async function findBroken(document: string): Promise<string[]> {
  const broken: string[] = [];
  const text = await readFile(join(ROOT, document), "utf8");
  for (const [, target = ""] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const path = file === "" ? document : normalize(join(dirname(document), file));
    const there = await access(join(ROOT, path)).then(
      () => true,
      () => false,
    );
    const found =
      there && (anchor === undefined || readAnchors(await readFile(join(ROOT, path), "utf8")).includes(anchor));
    if (!found) broken.push(`${document}: ${target}`);
  }
  return broken;
}

it("every relative link of every document leads to a file and a heading that exist", async () => {
  const documents = (await listFiles()).filter((path) => path.endsWith(".md"));
  expect(documents).toContain("README.md");
  expect((await Promise.all(documents.map(findBroken))).flat()).toEqual([]);
});

it("every document that a message of the product names exists", async () => {
  const sources = (await listFiles()).filter((path) => /^(?:ci|\.github)\/.*\.(?:ts|sh)$/.test(path));
  const texts = await Promise.all(sources.map((path) => readFile(join(ROOT, path), "utf8")));
  const named = [...new Set(texts.flatMap((text) => text.match(/(?<![\w/])docs\/[\w/-]+\.md/g) ?? []))];
  expect(named).toContain("docs/runbooks/stuck-lock.md");
  for (const path of named) await access(join(ROOT, path));
});

it("README.md is short, and the numbers of lines in docs/architecture.md are true within a tenth", async () => {
  const read = (path: string) => readFile(join(ROOT, path), "utf8");
  expect((await read("README.md")).match(/\S+/g)?.length).toBeLessThanOrEqual(1_000);
  const text = await read("docs/architecture.md");
  const claims = [...text.matchAll(/^About (\d+) lines ((?:.+\n)+)/gm)];
  expect(claims).toHaveLength(2);
  for (const [claim, said, files = ""] of claims) {
    let folder = "";
    let lines = 0;
    for (const [, path = ""] of files.matchAll(/`([\w/-]+\.ts)`/g)) {
      folder = path.includes("/") ? dirname(path) : folder;
      lines += (await read(join(folder, path.split("/").at(-1) ?? ""))).split("\n").length - 1;
    }
    expect(Math.abs(lines / Number(said) - 1), `${claim}: ${lines} lines`).toBeLessThan(0.1);
  }
});
