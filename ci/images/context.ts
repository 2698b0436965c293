import { lstat, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { GenesisError } from "../lib/errors.js";
import { isMissing } from "../lib/files.js";

/** Git's three kinds of entry. Other mode bits differ between checkouts, so they are no input. */
type EntryMode = "100644" | "100755" | "120000";

/** One file or symbolic link of a build context. */
export interface ContextEntry {
  /** Path in the context, with `/`. */
  path: string;
  mode: EntryMode;
  /** Where to read it. */
  location: string;
  /** The target of a link, else undefined. */
  target?: string;
}

/** Files that describe the image and do not enter its build. */
const DESCRIPTION_FILES = ["README.md", "image.json"];

const byPath = (a: ContextEntry, b: ContextEntry) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/**
 * Lists a build context, sorted by path: the image's folder without its description, and the repository files that
 * image.json adds (context path → repository path). Throws `symlink-escapes`, `image-not-folder` or `file-missing`.
 */
export async function listContext(
  root: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<ContextEntry[]> {
  const entries = await listFolder(root, folder, "");
  const own = entries.filter((entry) => !DESCRIPTION_FILES.includes(entry.path));
  const added = await Promise.all(Object.entries(files).map(([path, source]) => readAdded(root, path, source)));
  return [...own.filter((entry) => !Object.hasOwn(files, entry.path)), ...added].sort(byPath);
}

async function listFolder(root: string, folder: string, prefix: string): Promise<ContextEntry[]> {
  const listed = await readdir(join(root, folder, prefix), { withFileTypes: true });
  const nested = await Promise.all(
    listed.map((entry) => {
      const path = posix.join(prefix, entry.name);
      return entry.isDirectory() ? listFolder(root, folder, path) : [describeEntry(root, folder, path)];
    }),
  );
  return Promise.all(nested.flat());
}

async function readAdded(root: string, path: string, source: string): Promise<ContextEntry> {
  try {
    const entry = await describeEntry(root, "", source);
    if (entry.mode !== "120000") return { ...entry, path };
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new GenesisError({
      code: "file-missing",
      subject: source,
      fact: `the file does not exist, and the context of an image takes it as ${path}`,
      next: "correct files in image.json",
    });
  }
  throw refuseLink(source, "is a link; only a file can be added to a context");
}

async function describeEntry(root: string, folder: string, path: string): Promise<ContextEntry> {
  const location = join(root, folder, path);
  const stats = await lstat(location);
  if (stats.isSymbolicLink()) {
    const target = await readlink(location);
    const resolved = posix.join(posix.dirname(path), target);
    if (posix.isAbsolute(target) || resolved === ".." || resolved.startsWith("../")) {
      throw refuseLink(posix.join(folder, path), "is a link that leaves its folder");
    }
    return { path, mode: "120000", location, target };
  }
  if (!stats.isFile()) {
    throw new GenesisError({
      code: "image-not-folder",
      subject: posix.join(folder, path),
      fact: "it is neither a file, a folder nor a link",
      next: "remove it",
    });
  }
  return { path, mode: (stats.mode & 0o100) === 0 ? "100644" : "100755", location };
}

function refuseLink(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "symlink-escapes", subject, fact: `it ${fact}` });
}
