import { formatEntry, formatValue } from "./format-hcl.js";
import { type HclEntry, HclLayoutError, type HclToken, measureBracket, readHcl, scanHcl } from "./scan-hcl.js";

/** Where something stands in a text. */
interface Span {
  start: number;
  end: number;
}

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
  const start = skipLine(text, last ?? object.start + 1).end;
  return splice(text, { start, end: start }, lines.map((line) => `\n${line}`).join(""));
}

/** Removes the entry at a path of keys. Throws `HclLayoutError`. */
export function removeEntry(text: string, path: readonly string[]): string {
  const { start, value } = findEntry(text, path);
  return remove(text, { start, end: value.end });
}

/** Writes another list at a path of keys item by item, so that its comments stay. `old` is what the list says. Throws `HclLayoutError`. */
export function writeItems(
  text: string,
  path: readonly string[],
  old: readonly unknown[],
  meant: readonly unknown[],
): string {
  const names = meant.map((item) => JSON.stringify(item));
  const kept: string[] = [];
  let written = text;
  let from = 0;
  for (const name of old.map((item) => JSON.stringify(item))) {
    const at = names.indexOf(name, from);
    if (at >= 0) {
      kept.push(name);
      from = at + 1;
      continue;
    }
    const item = listItems(written, findEntry(written, path).value)[kept.length];
    if (item !== undefined) written = remove(written, item);
  }
  for (const [index, name] of names.entries()) {
    if (kept[index] === name) continue;
    kept.splice(index, 0, name);
    const { value: list } = findEntry(written, path);
    written = insertItem(written, list, listItems(written, list)[index - 1], formatValue(meant[index]));
  }
  return written;
}

function listItems(text: string, { start, end }: Span): Span[] {
  const items: Span[] = [];
  let depth = 0;
  let isNew = true;
  for (const token of scanHcl(text.slice(start + 1, end - 1))) {
    depth += measureBracket(token);
    if (!isSolid(token)) continue;
    const span = { start: start + 1 + token.start, end: start + 1 + token.end };
    const isComma = depth === 0 && token.source === ",";
    if (!isComma) items.push({ ...span, start: isNew ? span.start : (items.pop()?.start ?? span.start) });
    isNew = isComma;
  }
  return items;
}

/** Inserts an item behind the line of the one before it, or behind that of the opening bracket. */
function insertItem(text: string, list: Span, before: Span | undefined, item: string): string {
  const from = before?.end ?? list.start + 1;
  const { end, comma, isLast } = skipLine(text, from);
  if (before !== undefined && comma === undefined) {
    // A comma on a later line stays that of the next item.
    const isLater = scanHcl(text.slice(from)).find(isSolid)?.source === ",";
    if (isLater || !isLast) return splice(text, { start: from, end: from }, `, ${item}`);
  }
  const separator = before === undefined || comma !== undefined ? "" : ",";
  return splice(text, { start: from, end }, `${separator}${text.slice(from, end)}${isLast ? "\n" : " "}${item},`);
}

/** Where the comments and the comma behind an offset end, that comma, and whether their line ends there too. */
function skipLine(text: string, from: number): { end: number; comma: HclToken | undefined; isLast: boolean } {
  const tokens = scanHcl(text.slice(from));
  const stop = tokens.findIndex(({ kind, source }) => kind !== "comment" && source !== ",");
  const line = tokens.slice(0, stop);
  const comma = line.find(({ source }) => source === ",");
  return { end: from + (line.at(-1)?.end ?? 0), comma, isLast: tokens[stop]?.kind === "newline" };
}

/** Removes an entry or an item with the comma behind it, and the line where nothing else is on it. */
function remove(text: string, { start, end }: Span): string {
  const next = scanHcl(text).find((token) => token.start >= end && isSolid(token));
  const rest = next?.source === "," ? text.slice(end, next.start) + text.slice(next.end) : text.slice(end);
  const head = text.slice(0, start).replace(/[ \t]+$/, "");
  const tail = rest.replace(/^[ \t]+/, "");
  if (!/(?:^|\n)$/.test(head) || !/^(?:\r?\n|$)/.test(tail)) return `${head} ${tail}`;
  // Of two empty lines that meet now, or one at the start of the file, one goes.
  return head + tail.replace(/(?:^|\n\r?\n)$/.test(head) ? /^(?:\r?\n){1,2}/ : /^\r?\n/, "");
}

function isSolid({ kind }: HclToken): boolean {
  return kind !== "newline" && kind !== "comment";
}

/** Puts a text in the place of another, with the line ends of the file. */
function splice(text: string, { start, end }: Span, inserted: string): string {
  const piece = text.includes("\r\n") ? inserted.replaceAll(/\r?\n/g, "\r\n") : inserted;
  return text.slice(0, start) + piece + text.slice(end);
}
