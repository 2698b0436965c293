import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { readRecipes } from "./recipes.js";

it("every recipe of docs/dagger-shell.md is found, and calls a function that the module or Dagger has", async () => {
  const text = await readFile(join(ROOT, "docs", "dagger-shell.md"), "utf8");
  const recipes = readRecipes(text);
  expect(recipes).toHaveLength((text.match(/^```dagger$/gm) ?? []).length);
  expect(recipes.filter(({ lines }) => lines.length > 0).length).toBeGreaterThan(0);
  expect(recipes.length).toBeGreaterThan(10);
  const index = await readFile(join(ROOT, "ci", "src", "index.ts"), "utf8");
  const functions = [...index.matchAll(/^ {2}async (\w+)\(/gm)].map(([, name = ""]) =>
    name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
  for (const { command } of recipes) {
    const first = command.replace(/^\w+=\$\(/, "").split(/[ )]/)[0] ?? "";
    if (!first.startsWith(".")) expect(functions, command).toContain(first);
  }
});
