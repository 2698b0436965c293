/** A recipe of a document: what runs, and lines that it prints. */
export interface Recipe {
  command: string;
  lines: readonly string[];
}

/** Reads the recipes of a document: each fence of `dagger`, with the lines of a fence of `text` right after it. */
export function readRecipes(markdown: string): Recipe[] {
  const pattern = /^```dagger\n([\s\S]*?)\n```\n(?:\n```text\n([\s\S]*?)\n```\n)?/gm;
  return [...markdown.matchAll(pattern)].map(([, command = "", text = ""]) => ({
    command,
    lines: text.split("\n").filter((line) => line !== ""),
  }));
}
