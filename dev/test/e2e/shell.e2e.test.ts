import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { readRecipes } from "../repository/recipes.js";
import { type Clone, makeClone } from "./clone.js";

const recipes = readRecipes(await readFile(join(ROOT, "docs", "dagger-shell.md"), "utf8"));

let clone: Clone;
beforeAll(async () => {
  clone = await makeClone();
});
afterAll(() => clone.remove());

describe("the recipes of docs/dagger-shell.md", () => {
  it.each(recipes.map(({ command, lines }) => [command, lines] as const))("%s", async (command, lines) => {
    const { code, stdout, stderr } = await clone.dagger(["-c", command]);
    expect(code, stderr).toBe(0);
    for (const line of lines) expect(stdout).toContain(line);
  });
});
