import { chmod, copyFile, mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TIME } from "../registry/normalize-layout.js";
import type { ContextEntry } from "./context.js";

/** How many files are copied at a time. */
const COPIES_AT_ONCE = 32;

/** Writes a build context to a new folder: what the input hash covers and nothing else, with the modes that it covers. */
export async function writeContext(folder: string, entries: readonly ContextEntry[]): Promise<void> {
  const { default: map } = await import("p-map");
  await mkdir(folder, { recursive: true });
  const write = async (entry: ContextEntry) => {
    const path = join(folder, entry.path);
    await mkdir(dirname(path), { recursive: true });
    if (entry.target !== undefined) return symlink(entry.target, path);
    await copyFile(entry.location, path);
    await chmod(path, entry.mode === "100755" ? 0o755 : 0o644);
    // The time of a checkout is no input.
    await utimes(path, TIME, TIME);
  };
  await map(entries, write, { concurrency: COPIES_AT_ONCE });
  await writeIgnoreFile(folder, entries);
}

/** The name of the file that a builder looks for first (https://docs.docker.com/build/concepts/context/#filename-and-location). */
const IGNORE_FILE = "Dockerfile.dockerignore";

/**
 * Writes an ignore file where the context has none of its own: the engine reports a failure for each that it looks for and does not find.
 * It holds what `.dockerignore` does, and itself, so that it enters no image.
 */
async function writeIgnoreFile(folder: string, entries: readonly ContextEntry[]): Promise<void> {
  if (entries.some(({ path }) => path === IGNORE_FILE)) return;
  const own = entries.find(({ path }) => path === ".dockerignore");
  const rules = own === undefined ? "" : `${await readFile(own.location, "utf8")}\n`;
  await writeFile(join(folder, IGNORE_FILE), `${rules}${IGNORE_FILE}\n`);
}
