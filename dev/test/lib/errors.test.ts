import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  collectErrors,
  ERROR_CODES,
  GenesisError,
  GenesisErrors,
  mergeErrors,
  throwErrors,
} from "../../../ci/lib/errors.js";
import { renderErrors } from "../../docs/render-errors.js";
import { ROOT } from "../../tools/find-tool.js";

const parts = { code: "image-unknown", subject: "image x", fact: "f", effect: "e", next: "n" } as const;
const message = "[image-unknown] image x: f. e. Next: n";

describe("GenesisError", () => {
  it("reads as code, subject, fact, effect and next step", () => {
    expect(new GenesisError(parts).message).toBe(message);
  });

  it("has its details below the sentence", () => {
    expect(new GenesisError({ ...parts, details: "TABLE\n  row\n" }).message).toBe(`${message}\n\nTABLE\n  row`);
    expect(new GenesisError({ ...parts, details: ["a", "b"] }).message).toBe(`${message}\n\na\nb`);
    for (const details of ["", "\n", []]) expect(new GenesisError({ ...parts, details }).message).toBe(message);
  });

  it("takes effect and next step from the table where none is given", () => {
    const error = new GenesisError({ code: "image-unknown", subject: "image x", fact: "f" });
    expect(error.message).toBe("[image-unknown] image x: f. Nothing was built. Next: dagger call images");
  });
});

describe("several errors", () => {
  it("are nothing, the one error, or all of them, each kind with a list", () => {
    const error = new GenesisError(parts);
    expect(() => throwErrors([])).not.toThrow();
    expect(() => throwErrors([error])).toThrow(error);
    const other = new GenesisError({ ...parts, code: "json-invalid", details: "where" });
    const errors = new GenesisErrors([error, other, new GenesisError({ ...parts, subject: "image y", fact: "g" })]);
    const list = "[image-unknown] 2 places: no image has this name. e. Next: n\n\nimage x: f\nimage y: g";
    expect(errors.message).toBe(`${list}\n\n${other.message}`);
    expect(errors.errors).toHaveLength(3);
  });

  it("stay apart where their next steps differ, and where they have details", () => {
    const errors = [parts, { ...parts, next: "m" }, { ...parts, details: "d" }, parts].map((p) => new GenesisError(p));
    const found = new GenesisErrors(errors).message.match(/^\[image-unknown\] .*$/gm);
    expect(found).toEqual([
      "[image-unknown] 2 places: no image has this name. e. Next: n",
      "[image-unknown] image x: f. e. Next: m",
      message,
    ]);
  });

  it("become one, which is the first where there is only one", () => {
    const error = new GenesisError(parts);
    expect(mergeErrors([error])).toBe(error);
    expect(mergeErrors([error, error])).toBeInstanceOf(GenesisError);
  });

  it("are collected, and a bug passes through", async () => {
    const errors: GenesisError[] = [];
    expect(await collectErrors(errors, () => 1)).toBe(1);
    await collectErrors(errors, () => throwErrors([new GenesisError(parts), new GenesisError(parts)]));
    expect(errors).toHaveLength(2);
    await expect(collectErrors(errors, () => Promise.reject(new TypeError("bug")))).rejects.toThrow("bug");
  });
});

describe("the table of codes", () => {
  it("is what docs/errors.md says; npm run errors writes it", () => {
    expect(readFileSync(join(ROOT, "docs/errors.md"), "utf8")).toBe(renderErrors());
  });

  it("has sentences without a full stop at their end, and steps that read after Next:", () => {
    for (const cells of Object.values(ERROR_CODES)) {
      expect(cells.filter((cell) => /^\s*$|[.|\n]$|\|/.test(cell))).toEqual([]);
      expect(cells[2]).toMatch(/^[a-z]/);
    }
  });

  it("has no code that nothing throws", () => {
    const text = readSources().join("\n");
    expect(Object.keys(ERROR_CODES).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });
});

function readSources(): string[] {
  const paths = readdirSync(join(ROOT, "ci"), { recursive: true, encoding: "utf8" });
  const own = paths.filter(
    (path) => path.endsWith(".ts") && !/^(?:node_modules|sdk)\//.test(path) && path !== "lib/errors.ts",
  );
  return own.map((path) => readFileSync(join(ROOT, "ci", path), "utf8"));
}
