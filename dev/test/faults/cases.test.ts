import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CASES } from "../../../ci/faults/cases.js";
import { findMissing } from "../../../ci/faults/check-proofs.js";
import { listTitles, type Proof } from "../../../ci/faults/find-proofs.js";
import { renderCases } from "../../../ci/faults/render-cases.js";
import { parseSource } from "../../../ci/faults/source.js";
import { ERROR_CODES } from "../../../ci/lib/errors.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";

const ROWS = Object.values(CASES).flat();

describe("the failure cases", () => {
  it("are each proved by tests that are there", async () => {
    expect(ROWS.filter(({ proofs }) => proofs.length === 0).map(({ what }) => what)).toEqual([]);
    expect(
      await findMissing(
        ROOT,
        ROWS.flatMap(({ proofs }) => proofs),
      ),
    ).toEqual([]);
  });

  it("name codes that there are, and are named once", () => {
    expect(ROWS.flatMap(({ codes }) => codes).filter((code) => !Object.hasOwn(ERROR_CODES, code))).toEqual([]);
    expect(new Set(ROWS.map(({ what }) => what)).size).toBe(ROWS.length);
  });

  it("are in docs/failure-cases.md as they are here", async () => {
    const text = await readFile(join(ROOT, "docs", "failure-cases.md"), "utf8");
    expect(text, "npm run faults").toBe(renderCases(CASES));
  });

  it("are read from JSON and HCL alone: the module has no parser of YAML", async () => {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, "ci", "package.json"), "utf8"));
    expect(Object.keys(dependencies).filter((name) => /ya?ml/i.test(name))).toEqual([]);
    const sources = (await listFiles()).filter((path) => /^ci\/(?!test\/|sdk\/).*\.ts$/.test(path));
    const texts = await Promise.all(sources.map((path) => readFile(join(ROOT, path), "utf8")));
    expect(texts.filter((text) => /from "ya?ml"|import\("ya?ml"\)/.test(text))).toEqual([]);
    expect(texts.length).toBeGreaterThan(100);
  });
});

describe("SECURITY.md", () => {
  it("proves each control by a test that is there", async () => {
    const text = await readFile(join(ROOT, "SECURITY.md"), "utf8");
    const links = [...text.matchAll(/\[([^\]]+)\]\(((?:ci\/test|terraform\/tests)\/[^)]+)\)/g)];
    const proofs = links.map(([, title = "", path = ""]): Proof => ({ path, title }));
    expect(proofs.length).toBeGreaterThan(20);
    expect(await findMissing(ROOT, proofs)).toEqual([]);
  });
});

describe("findMissing", () => {
  it("finds what is not there: a file, a title, a title that only stands in a table or a text", async () => {
    const path = "dev/test/faults/cases.test.ts";
    const none: Proof[] = [
      { path: "dev/test/none.test.ts", title: "x" },
      { path, title: "the failure cases" },
      { path: "terraform/tests/mistakes.tftest.hcl", title: "no_such_run" },
    ];
    expect(await findMissing(ROOT, none)).toEqual(none);
    expect(await findMissing(ROOT, [{ path, title: "are each proved by tests that are there" }])).toEqual([]);
  });

  it("takes the title of a table and not its rows", () => {
    const titles = listTitles(
      parseSource("x.test.ts", 'it.each(["row"])("title %s", () => { it; }); it("other", () => {});'),
    );
    expect([...titles]).toEqual(["title %s", "other"]);
  });
});
