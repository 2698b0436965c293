import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";

/** A TypeScript file of the repository, parsed. */
export interface Source {
  /** From the root of the repository, with slashes. */
  path: string;
  file: ts.SourceFile;
}

/** Folders below a folder that do not belong to it. */
const OTHERS: ReadonlySet<string> = new Set(["node_modules", "sdk", "test"]);

/** Parses the TypeScript files below a folder of the repository, but for tests and what others wrote; `ci/test` has the tests. */
export async function readSources(root: string, folder: string): Promise<Source[]> {
  const sources: Source[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!OTHERS.has(entry.name)) sources.push(...(await readSources(root, path)));
    } else if (entry.name.endsWith(".ts")) {
      const text = await readFile(join(root, path), "utf8");
      sources.push(parseSource(path, text));
    }
  }
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Parses one file. */
export function parseSource(path: string, text: string): Source {
  return { path, file: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Calls `visit` with every node below one. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
