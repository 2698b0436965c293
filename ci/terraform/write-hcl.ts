import { formatEntry, formatValue } from "./format-hcl.js";
import { type HclEntry, HclLayoutError, readHcl, scanHcl } from "./scan-hcl.js";

/** The entry at a path of keys; of two with one name the last counts, as for Terraform. Throws `HclLayoutError`. */
export function findEntry(text: string, path: readonly string[]): HclEntry {
  let entries: readonly HclEntry[] = readHcl(text);
  let entry: HclEntry | undefined;
  for (const key of path) {
    entry = entries.findLast((each) => each.key === key);
    entries = entry?.value.entries ?? [];
  }
  if (entry === undefined) throw new HclLayoutError("a key in it is written in an unusual way");
  return entry;
}

/** Writes another value into the entry at a path of keys. Texts and keys are those of `escapeValue`. Throws `HclLayoutError`. */
export function replaceEntry(text: string, path: readonly string[], value: unknown): string {
  return splice(text, findEntry(text, path).value, formatValue(value));
}

/** Inserts entries behind the last one of the object at a path of keys, which has a line of its own, or of the file. Throws `HclLayoutError`. */
export function insertEntries(text: string, path: readonly string[], entries: readonly [string, unknown][]): string {
  const lines = entries.map(([key, value]) => formatEntry(key, value));
  if (path.length === 0) {
    const start = text.trimEnd().length;
    return splice(text, { start, end: text.length }, `${start === 0 ? "" : "\n\n"}${lines.join("\n\n")}\n`);
  }
  const { value: object } = findEntry(text, path);
  const last = object.entries?.at(-1)?.value.end;
  const start = skipLine(text, last ?? object.start + 1);
  return splice(text, { start, end: start }, lines.map((line) => `\n${line}`).join(""));
}

/** Where the comments and the comma behind an offset end, of those on its line. */
function skipLine(text: string, from: number): number {
  const tokens = scanHcl(text.slice(from));
  const stop = tokens.findIndex(({ kind, source }) => kind !== "comment" && source !== ",");
  return from + (tokens.slice(0, stop).at(-1)?.end ?? 0);
}

/** Removes the entry at a path of keys with the comma behind it, and the line where nothing else is on it. Throws `HclLayoutError`. */
export function removeEntry(text: string, path: readonly string[]): string {
  const { start, value } = findEntry(text, path);
  const { end } = value;
  const next = scanHcl(text).find(
    (token) => token.start >= end && token.kind !== "newline" && token.kind !== "comment",
  );
  const rest = next?.source === "," ? text.slice(end, next.start) + text.slice(next.end) : text.slice(end);
  const head = text.slice(0, start).replace(/[ \t]+$/, "");
  const tail = rest.replace(/^[ \t]+/, "");
  if (!/(?:^|\n)$/.test(head) || !/^(?:\r?\n|$)/.test(tail)) return `${head} ${tail}`;
  // Of two empty lines that meet now, or one at the start of the file, one goes.
  return head + tail.replace(/(?:^|\n\r?\n)$/.test(head) ? /^(?:\r?\n){1,2}/ : /^\r?\n/, "");
}

/** Puts a text in the place of another, with the line ends of the file. */
function splice(text: string, { start, end }: { start: number; end: number }, inserted: string): string {
  const piece = text.includes("\r\n") ? inserted.replaceAll(/\r?\n/g, "\r\n") : inserted;
  return text.slice(0, start) + piece + text.slice(end);
}
