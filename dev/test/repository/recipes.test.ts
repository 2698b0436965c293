import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../tools/find-tool.js";
import { readRecipes } from "./recipes.js";

it("recipes are read with the lines that they print", () => {
  const text =
    "# x\n\n```dagger\nimages | a\n```\n\n```text\none\ntwo\n```\n\n```dagger\nb\n```\n\nwords\n\n```sh\nc\n```\n";
  expect(readRecipes(text)).toEqual([
    { command: "images | a", lines: ["one", "two"] },
    { command: "b", lines: [] },
  ]);
});

it("every recipe of docs/dagger-shell.md is found, and calls a function that the module or Dagger has", async () => {
  const text = await readFile(join(ROOT, "docs", "dagger-shell.md"), "utf8");
  const recipes = readRecipes(text);
  expect(recipes).toHaveLength((text.match(/^```dagger$/gm) ?? []).length);
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
