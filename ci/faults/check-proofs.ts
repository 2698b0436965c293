import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listTitles, type Proof } from "./find-proofs.js";
import { parseSource } from "./source.js";

/** The proofs that are none: their file is not there, or has no test of that title. Tests of Terraform are runs by name. */
export async function findMissing(root: string, proofs: readonly Proof[]): Promise<Proof[]> {
  const titles = new Map<string, Promise<ReadonlySet<string>>>();
  const missing: Proof[] = [];
  for (const proof of proofs) {
    const known = titles.get(proof.path) ?? readTitles(root, proof.path);
    titles.set(proof.path, known);
    if (!(await known).has(proof.title)) missing.push(proof);
  }
  return missing;
}

async function readTitles(root: string, path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(join(root, path), "utf8").catch(() => "");
  if (path.endsWith(".tftest.hcl")) return new Set([...text.matchAll(/^run "([^"]+)"/gm)].map(([, name = ""]) => name));
  return listTitles(parseSource(path, text));
}
