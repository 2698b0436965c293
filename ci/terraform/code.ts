import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { GenesisError } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { hashBytes } from "../lib/hash.js";

/** Where the Terraform code stands in the repository. */
export const TERRAFORM_FOLDER = "terraform";
/** The data that people edit, by its path in the repository. */
export const DATA_PATH = `${TERRAFORM_FOLDER}/organization.auto.tfvars`;
/** The generated import blocks, by their path in the folder. */
export const IMPORTS_FILE = "imports.tf";
/**
 * What `terraform test` must not see, by its path in the folder: it has data of its own, mocks that cannot import, and perhaps an account of
 * the key that moved.tf leaves.
 */
export const UNTESTED_FILES: readonly string[] = [IMPORTS_FILE, "moved.tf"];
/** The name by which the data and assignments know the management account. */
export const MANAGEMENT = "management";
/** The lock file, by its path in the folder. */
export const LOCK_FILE = ".terraform.lock.hcl";

/** One file of the code that a plan reads. */
export interface CodeFile {
  /** Path below `terraform/`. */
  path: string;
  text: string;
  /** SHA-256 of the bytes, hexadecimal. */
  hash: string;
}

/** The Terraform code as it was read, once for every check of it. */
export interface Code {
  /** What a plan reads, by path: the root's files and `policies/`. Not the lock file, not the tests, not the documents. */
  files: readonly CodeFile[];
  /** The lock file's text. */
  lock: string;
}

/** Reads the code. Throws `file-missing` without a lock file, and `code-forbidden` for a link, which could lead anywhere. */
export async function readCode(root: string): Promise<Code> {
  const folder = join(root, TERRAFORM_FOLDER);
  const lock = await readText(join(folder, LOCK_FILE), `${TERRAFORM_FOLDER}/${LOCK_FILE}`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: CodeFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (entry.isSymbolicLink()) {
      throw new GenesisError({
        code: "code-forbidden",
        subject: `${TERRAFORM_FOLDER}/${path}`,
        fact: "it is a link, and what it leads to was not reviewed",
        next: "put the file itself there",
      });
    }
    if (!entry.isFile() || path === LOCK_FILE || path.startsWith("tests/") || path.endsWith(".md")) continue;
    const bytes = await readFile(join(folder, path));
    files.push({ path, text: bytes.toString("utf8"), hash: hashBytes(bytes) });
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), lock };
}

/** Hashes of the code and of the lock file: SHA-256, hexadecimal. */
export function hashCode({ files, lock }: Code): { code: string; lock: string } {
  return { code: hashBytes(JSON.stringify(files.map(({ path, hash }) => [path, hash]))), lock: hashBytes(lock) };
}
