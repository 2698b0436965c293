import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GenesisError } from "../../../ci/lib/errors.js";
import { editHcl, formatHcl, type HclEdit } from "../../../ci/terraform/edit-hcl.js";
import { escapeValue } from "../../../ci/terraform/format-hcl.js";
import { parseHcl } from "../../../ci/terraform/parse-hcl.js";
import { scanHcl } from "../../../ci/terraform/scan-hcl.js";
import { findTool } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { DATA, layOut, PATH, VALUE } from "./hcl-layouts.js";

const PATH_OF_FILE = "x.auto.tfvars";
const parse = (text: string) => parseHcl({ path: PATH_OF_FILE, text, hash: "" });
const edit = (text: string, ...edits: HclEdit[]) => editHcl(text, edits, PATH_OF_FILE);
const set = (path: string, value: unknown): HclEdit => ({ path: path.split("."), value });
const listComments = (text: string) => scanHcl(text).flatMap(({ kind, source }) => (kind === "comment" ? source : []));

describe("any data in any layout", () => {
  const changes = DATA.chain((data) => {
    const paths = listPaths(data);
    const path = paths.length === 0 ? PATH : fc.oneof(PATH, fc.constantFrom(...paths));
    return fc.record({ data: fc.constant(data), path, value: fc.option(VALUE, { nil: undefined }) });
  });

  it("says what was meant once it was edited, with every comment, and does not change when that is done again", async () => {
    const outcomes = { edited: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(changes, fc.gen(), async ({ data, ...change }, draw) => {
        const text = layOut(draw, data);
        expect(await parse(text)).toEqual(escapeValue(data));
        const meant = replaceIn(data, change.path, change.value);
        const edited = await edit(text, change).catch((error) => error);
        if (edited instanceof GenesisError) {
          // Only what would lose a comment, and what would put an entry into a text or a list, may be refused.
          expect(edited.code).toBe("data-unwritable");
          expect(edited.message).toMatch(/there is a comment in what would be replaced|is no object there/);
          outcomes.refused++;
          return;
        }
        expect(await parse(edited)).toEqual(escapeValue(meant));
        expect(listComments(edited)).toEqual(listComments(text));
        expect(await edit(edited, change)).toBe(edited);
        outcomes.edited++;
      }),
      { numRuns: 2000 },
    );
    expect(outcomes.edited).toBeGreaterThan(outcomes.refused);
  });

  it("is left alone by terraform fmt where it left alone the text before", async () => {
    const folder = await makeTemporaryFolder();
    const format = async (...args: string[]) =>
      promisify(execFile)(await findTool("terraform"), ["fmt", "-no-color", ...args, folder]);
    const samples = fc.sample(fc.tuple(changes, fc.gen()), 300);
    const files = samples.map(([{ data, ...change }, draw], index) => {
      return { file: join(folder, `${index}.tfvars`), change, text: layOut(draw, data, true) };
    });
    for (const { file, text } of files) await writeFile(file, text);
    // Twice: fmt itself does not always reach what it leaves alone at once.
    await format();
    await format();
    for (const { file, change } of files) {
      const text = await readFile(file, "utf8");
      await writeFile(file, await edit(text, change).catch(() => text));
    }
    expect((await format("-diff")).stdout).toBe("");
  });
});

/** The path of each entry, of objects in objects too. */
function listPaths(data: unknown): string[][] {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return [];
  return Object.entries(data).flatMap(([key, value]) => [[key], ...listPaths(value).map((path) => [key, ...path])]);
}

/** The data with another value at a path; undefined where that would put an entry into something else than an object. */
function replaceIn(data: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  if (data !== undefined && data !== null && (typeof data !== "object" || Array.isArray(data))) return data;
  const entries = new Map(Object.entries(data ?? {}));
  const below = rest.length === 0 ? value : replaceIn(entries.get(key), rest, value);
  if (value === undefined && !entries.has(key)) return data;
  if (below === undefined) entries.delete(key);
  else entries.set(key, below);
  return Object.fromEntries(entries);
}
