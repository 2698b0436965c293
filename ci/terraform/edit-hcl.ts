import { isDeepStrictEqual } from "node:util";
import { GenesisError } from "../lib/errors.js";
import { isObject, readAt } from "../lib/objects.js";
import { TERRAFORM_FOLDER } from "./code.js";
import { escapeText, escapeValue, formatHcl, formatKey } from "./format-hcl.js";
import { type HclBody, parseHcl } from "./parse-hcl.js";
import { HclLayoutError, scanHcl } from "./scan-hcl.js";
import { findEntry, insertEntries, removeEntry, replaceEntry } from "./write-hcl.js";

/** One change of a file of values. */
export interface HclEdit {
  /** Keys from the file down, such as `["accounts", "shop", "ou"]`; objects that are missing on the way are inserted. */
  path: readonly string[];
  /** A JSON value with texts as they are meant, without any escape of HCL; undefined removes the entry. */
  value: unknown | undefined;
}

/**
 * Edits the text of a tfvars file, as if one edit came after the other, and lays it out as `terraform fmt` does. An entry that says already
 * what is meant is left alone; of an object over lines only the keys that differ are written; every comment stays. The result is parsed
 * again: where it says anything but what was meant, or lost a comment, that is `data-unwritable` with what to write by hand. `path` is the
 * file's below terraform/. Throws `code-unreadable` for a text that is no HCL.
 */
export async function editHcl(text: string, edits: readonly HclEdit[], path: string): Promise<string> {
  const parse = (each: string) => parseHcl({ path, text: each, hash: "" });
  const before = await parse(text);
  let meant = before;
  const done: HclEdit[] = [];
  try {
    for (const edit of edits) {
      const keys = edit.path.map(escapeText);
      const value = escapeValue(edit.value);
      if (isEqual(readAt(meant, keys), value)) continue;
      done.push(edit);
      meant = replaceIn(meant, keys, value);
    }
    if (done.length === 0) return text;
    const edited = await layOut(writeObject(text, [], before, meant));
    if (!isDeepStrictEqual(listComments(text), listComments(edited))) {
      throw new HclLayoutError("there is a comment in what would be replaced");
    }
    const after = await parse(edited).catch(() => undefined);
    if (after !== undefined && isEqual(after, meant)) return edited;
    throw new HclLayoutError("its layout is another than that of terraform fmt");
  } catch (error) {
    if (!(error instanceof HclLayoutError)) throw error;
    throw refuse(path, error.message, done);
  }
}

/** As `terraform fmt` does, by the same code: https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go. It is not always done at once. */
async function layOut(text: string): Promise<string> {
  const { format } = await import("@cdktn/hcl-tools");
  return format(await format(text));
}

/** Writes what differs between two objects, of which the first is what the text says at a path. */
function writeObject(text: string, path: readonly string[], old: HclBody, meant: HclBody): string {
  if (path.length > 0 && isOnOneLine(text, path)) return replaceEntry(text, path, meant);
  let written = text;
  for (const [key, value] of Object.entries(old)) {
    written = writeValue(written, [...path, key], value, readAt(meant, [key]));
  }
  const added = Object.entries(meant).filter(([key]) => !Object.hasOwn(old, key));
  return added.length === 0 ? written : insertEntries(written, path, added);
}

function writeValue(text: string, path: readonly string[], old: unknown, meant: unknown): string {
  if (isEqual(old, meant)) return text;
  if (meant === undefined) return removeEntry(text, path);
  if (isObject(old) && isObject(meant)) return writeObject(text, path, old, meant);
  return replaceEntry(text, path, meant);
}

function isOnOneLine(text: string, path: readonly string[]): boolean {
  const { start, end } = findEntry(text, path).value;
  return !text.slice(start, end).includes("\n");
}

/** The data with another value at a path. Only null gives way to an object on the way there. */
function replaceIn(data: unknown, [key = "", ...rest]: readonly string[], value: unknown): HclBody {
  if (!isObject(data ?? {})) throw new HclLayoutError("what holds an entry is no object there");
  const entries = new Map(Object.entries(data ?? {}));
  const entry = rest.length === 0 ? value : replaceIn(entries.get(key), rest, value);
  if (entry === undefined) entries.delete(key);
  else entries.set(key, entry);
  return Object.fromEntries(entries);
}

/** Without the order of keys, and the difference between objects that parsers make. */
function isEqual(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(copy(a), copy(b));
}

function copy(value: unknown): unknown {
  return JSON.parse(JSON.stringify({ value }));
}

function listComments(text: string): string[] {
  return scanHcl(text)
    .filter(({ kind }) => kind === "comment")
    .map(({ source }) => source);
}

function refuse(path: string, fact: string, edits: readonly HclEdit[]): GenesisError {
  return new GenesisError({
    code: "data-unwritable",
    subject: `${TERRAFORM_FOLDER}/${path}`,
    fact: `${fact}, so that it cannot be edited safely`,
    details: edits.map(({ path: keys, value }) => {
      const name = keys.map(formatKey).join(".");
      return value === undefined ? `remove ${name}` : `${name} = ${formatHcl(value)}`;
    }),
  });
}
