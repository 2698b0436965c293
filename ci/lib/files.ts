import { readFile } from "node:fs/promises";
import { GenesisError } from "./errors.js";

/** Whether an error says that a path is not there. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/** Reads a text file. Throws `file-missing`; `subject` is its path as the user knows it. */
export async function readText(path: string, subject: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new GenesisError({
      code: "file-missing",
      subject,
      fact: "the file does not exist",
      next: `git checkout -- ${subject}`,
    });
  }
}
