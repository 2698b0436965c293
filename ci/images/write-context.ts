import { chmod, copyFile, mkdir, symlink, utimes } from "node:fs/promises";
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
}
