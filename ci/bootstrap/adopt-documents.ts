import { isDeepStrictEqual } from "node:util";
import { type Draft, readAt, writeDocument } from "./adopt-draft.js";
import { slugify } from "./adopt-keys.js";

/** Where documents that AWS had before stand, below `terraform/policies/`. */
const FOLDER = "adopted";

/** Whether adopt wrote a document: it may then be written again. */
export function isAdopted(file: string): boolean {
  return file.startsWith(`${FOLDER}/`);
}

/**
 * Writes a document that AWS has, and returns its file: the one that the data names where that says the same or was adopted, else a new one
 * of the key's name.
 */
export function placeDocument(draft: Draft, path: readonly string[], key: string, document: unknown): string {
  const present = readAt(draft, path);
  if (typeof present === "string") {
    if (isDeepStrictEqual(draft.documents.get(present), document)) return present;
    if (isAdopted(present)) {
      writeDocument(draft, present, document);
      return present;
    }
  }
  const name = /^[A-Za-z0-9_+=,@-][A-Za-z0-9_+=,.@-]*$/.test(key) && !key.includes("..") ? key : slugify(key);
  const taken = new Set([...draft.documents.keys()].map((file) => file.toLowerCase()));
  let file = `${FOLDER}/${name}.json`;
  for (let count = 2; taken.has(file.toLowerCase()); count++) {
    if (isDeepStrictEqual(draft.documents.get(file), document)) return file;
    file = `${FOLDER}/${name}-${count}.json`;
  }
  writeDocument(draft, file, document);
  return file;
}
