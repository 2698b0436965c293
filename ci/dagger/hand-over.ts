import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";

/**
 * Hands a folder to the engine, which `fill` fills. Not by withNewFile: a call for each file would take minutes for some hundred, and its
 * argument, a whole plan or SBOM, would stand in the logs.
 */
export async function handOver(fill: (folder: string) => Promise<unknown>): Promise<Directory> {
  // A name of its own: the engine reads a folder of the module only once.
  const folder = `handed-over-${randomUUID()}`;
  await mkdir(folder);
  await fill(folder);
  return dag.currentModule().workdir(folder);
}

/** Hands files to the engine: path → text. */
export function handOverFiles(files: Readonly<Record<string, string>>): Promise<Directory> {
  return handOver(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  });
}
