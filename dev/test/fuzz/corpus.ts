import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../tools/find-tool.js";

/** Stands in every document for what nobody may see. Its pieces are looked for too, as a mutation may have cut it. */
export const SECRET = "Zq7!vX2@kP9#mW4$tR6%yB1^";
const PIECE = 8;

/** The documents of a parser: every file of its folder in `corpus/`, good ones and bad ones. */
export async function readCorpus(name: string): Promise<string[]> {
  const folder = join(ROOT, "dev", "test", "fuzz", "corpus", name);
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.map((text) => text.replaceAll("SECRET", SECRET));
}

/** Whether a text shows the secret, or enough of it to be worth having. */
export function showsSecret(text: string): boolean {
  for (let at = 0; at + PIECE <= SECRET.length; at++) if (text.includes(SECRET.slice(at, at + PIECE))) return true;
  return false;
}
