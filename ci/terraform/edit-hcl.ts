import { isDeepStrictEqual } from "node:util";
import { GenesisError } from "../lib/errors.js";
import { TERRAFORM_FOLDER } from "./code.js";
import { escapeText, escapeValue, formatHcl, formatKey, isObject } from "./format-hcl.js";
import { parseHcl } from "./parse-hcl.js";
import { HclLayoutError, scanHcl } from "./scan-hcl.js";
import { removeEntry, writeEntry } from "./write-entry.js";

export { formatHcl };

/** One change of a file of values. */
export interface HclEdit {
  /** Keys from the file down, such as `["accounts", "shop", "ou"]`; objects that are missing on the way are inserted. */
  path: readonly string[];
  /** A JSON value with texts as they are meant, without any escape of HCL; undefined removes the entry. */
  value: unknown | undefined;
}

/** A file while it is edited: its text, and what it says as parse-hcl.ts gives it. */
interface Draft {
  text: string;
  data: Record<string, unknown>;
}

/**
 * Edits the text of a tfvars file, one edit after the other. An entry that says already what is meant is left alone; of an object only the
 * keys that differ are written; every comment stays, and every other character but the spaces that `terraform fmt` aligns by. The result
 * is parsed again: where it says anything but what was meant, or lost a comment, that is `data-unwritable` with what to write by hand.
 * `path` is the file's below terraform/. Throws `code-unreadable` for a text that is no HCL.
 */
export async function editHcl(text: string, edits: readonly HclEdit[], path: string): Promise<string> {
  const parse = (each: string) => parseHcl({ path, text: each, hash: "" });
  let draft: Draft = { text, data: await parse(text) };
  const done: HclEdit[] = [];
  try {
    for (const edit of edits) {
      const before = draft;
      draft = applyEdit(draft, edit.path.map(escapeText), escapeValue(edit.value));
      if (draft !== before) done.push(edit);
    }
    if (!isDeepStrictEqual(listComments(text), listComments(draft.text))) {
      throw new HclLayoutError("there is a comment in what would be replaced");
    }
  } catch (error) {
    if (!(error instanceof HclLayoutError)) throw error;
    throw refuse(path, error.message, edits);
  }
  const after = await parse(draft.text).catch(() => undefined);
  if (after !== undefined && isEqual(after, draft.data)) return draft.text;
  throw refuse(path, "its layout is another than that of terraform fmt", done);
}

function applyEdit(draft: Draft, path: readonly string[], value: unknown): Draft {
  const old = find(draft.data, path);
  if (isEqual(old, value)) return draft;
  if (value === undefined) {
    return { text: removeEntry(draft.text, path), data: replaceIn(draft.data, path, undefined) };
  }
  if (isObject(old) && isObject(value)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(value)]);
    return [...keys].reduce((each, key) => applyEdit(each, [...path, key], getOwn(value, key)), draft);
  }
  return { text: writeEntry(draft.text, path, value), data: replaceIn(draft.data, path, value) };
}

function find(data: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (isObject(value) ? getOwn(value, key) : undefined), data);
}

function getOwn(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The data with another value at a path. Only null gives way to an object on the way there. */
function replaceIn(data: unknown, [key = "", ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  if (!isObject(data ?? {})) throw new HclLayoutError("what holds an entry is no object there");
  const object = (data ?? {}) as Record<string, unknown>;
  const entry = rest.length === 0 ? value : replaceIn(getOwn(object, key), rest, value);
  const entries = Object.entries(object).filter(([each]) => each !== key);
  return Object.fromEntries(entry === undefined ? entries : [...entries, [key, entry]]);
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
