import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../tools/find-tool.js";

/** The commands of a runbook: the text of each of its `sh` blocks, in order. Throws where a block has no language. */
export async function readRunbook(name: string): Promise<string[]> {
  const text = await readFile(join(ROOT, "docs", "runbooks", `${name}.md`), "utf8");
  const fences = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)];
  if (fences.length * 2 !== text.match(/^ *```/gm)?.length) throw new Error(`${name}.md has a fence that does not end`);
  const unnamed = fences.find(([, , language]) => language === "");
  if (unnamed !== undefined) throw new Error(`${name}.md has a block without a language: ${unnamed[0]}`);
  return fences.filter(([, , language]) => language === "sh").map(([, , , body = ""]) => body);
}
