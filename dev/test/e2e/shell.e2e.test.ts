import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { readRecipes } from "../repository/recipes.js";
import { makeClone } from "./clone.js";

const recipes = readRecipes(await readFile(join(ROOT, "docs", "dagger-shell.md"), "utf8"));
const clone = await makeClone();
afterAll(() => clone.remove());

it.each(recipes.map(({ command, lines }) => [command, lines] as const))("recipe: %s", async (command, lines) => {
  const { code, stdout, stderr } = await clone.dagger(["-c", command]);
  expect(code, stderr).toBe(0);
  for (const line of lines) expect(stdout).toContain(line);
});
