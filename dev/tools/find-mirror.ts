import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where people and packages put a filesystem mirror of providers; terraform's own implied folders lie below some. */
const PLACES = ["/opt", "/usr/local/share", "/usr/share", "/srv", "/var/lib", homedir()];
const DEPTH = 3;

/** A folder that holds `registry.terraform.io/`, laid out as a filesystem mirror; undefined where there is none. */
export async function findMirror(): Promise<string | undefined> {
  for (const place of PLACES) {
    const found = await search(place, DEPTH);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function search(folder: string, depth: number): Promise<string | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.includes("registry.terraform.io")) return folder;
  if (depth === 0) return undefined;
  for (const name of names) {
    if (name === "node_modules" || name === ".git") continue;
    const found = await search(join(folder, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
