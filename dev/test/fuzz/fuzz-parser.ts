import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ERROR_CODES, GenesisError, GenesisErrors } from "../../../ci/lib/errors.js";
import { ROOT } from "../../tools/find-tool.js";
import { arbitraryDocument } from "./mutate.js";
import { PARSERS } from "./parsers.js";

/** Stands in every document for what nobody may see. Its pieces are looked for too, as a mutation may have cut it. */
const SECRET = "Zq7!vX2@kP9#mW4$tR6%yB1^";
const PIECE = 8;

/**
 * Gives a parser documents: its corpus and `runs` mutations; says how many were read, and how many refused. Throws where it crashes, that is
 * throws anything but an error with a known code, where a message shows the secret, or where a prototype has changed; the message then has
 * the seed and the smallest document.
 */
export async function fuzzParser(
  name: string,
  { runs, seed }: { runs: number; seed: number },
): Promise<{ accepted: number; refused: number }> {
  const parser = PARSERS[name];
  if (parser === undefined) throw new Error(`there is no parser ${name}`);
  const corpus = await readCorpus(name);
  const scratch = await mkdtemp(join(tmpdir(), "genesis-fuzz-"));
  const count = { accepted: 0, refused: 0 };
  const check = async (text: string) => {
    const errors = await catchErrors(() => parser(text, scratch));
    count[errors.length === 0 ? "accepted" : "refused"] += 1;
    if (Object.keys(Object.prototype).length > 0) throw new Error("a prototype has changed");
  };
  try {
    for (const text of corpus) await check(text);
    await fc.assert(fc.asyncProperty(arbitraryDocument(corpus), check), { numRuns: runs, seed });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return count;
}

/** The errors that something throws. Anything but a GenesisError with a known code that keeps the secret is thrown on. */
async function catchErrors(run: () => unknown): Promise<readonly GenesisError[]> {
  try {
    await run();
    return [];
  } catch (error) {
    const errors = error instanceof GenesisErrors ? error.errors : [error];
    for (const each of errors) {
      if (!(each instanceof GenesisError)) throw each;
      if (!Object.hasOwn(ERROR_CODES, each.code)) throw new Error(`${each.code} is no code`);
      const told = [each.message, each.stack ?? "", JSON.stringify(each)];
      if (told.some(showsSecret)) throw new Error(`[${each.code}] shows the secret`);
    }
    return errors as GenesisError[];
  }
}

/** The documents of a parser: every file of its folder in `corpus/`, good ones and bad ones. */
async function readCorpus(name: string): Promise<string[]> {
  const folder = join(ROOT, "dev", "test", "fuzz", "corpus", name);
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return texts.map((text) => text.replaceAll("SECRET", SECRET));
}

/** Whether a text shows the secret, or enough of it to be worth having. */
function showsSecret(text: string): boolean {
  for (let at = 0; at + PIECE <= SECRET.length; at++) if (text.includes(SECRET.slice(at, at + PIECE))) return true;
  return false;
}
