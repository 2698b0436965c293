import { alignHcl } from "./align-hcl.js";
import { formatEntry, formatValue, LINE_MAX } from "./format-hcl.js";
import { type HclEntry, HclLayoutError, type HclValue, readHcl, scanHcl } from "./scan-hcl.js";

/** Writes another value into the entry at a path of keys. Texts and keys are those of `escapeValue`. Throws `HclLayoutError`. */
export function replaceEntry(text: string, path: readonly string[], value: unknown): string {
  const { value: old } = findEntry(text, path);
  const holders = follow(readHcl(text), path.slice(0, -1)).map((entry) => entry.value);
  const { lineStart, indent } = findLine(text, old.start);
  const written = splice(text, old.start, old.end, formatValue(value, indent.length, old.start - lineStart));
  return keepOnLine(text, written, holders, (expanded) => replaceEntry(expanded, path, value));
}

/** Inserts entries behind the last one of the object at a path of keys, or of the file. Throws `HclLayoutError`. */
export function insertEntries(text: string, path: readonly string[], entries: readonly [string, unknown][]): string {
  if (path.length === 0) return appendEntries(text, entries);
  const { value: object } = findEntry(text, path);
  const holders = follow(readHcl(text), path).map((entry) => entry.value);
  const written = insertInto(text, object, entries);
  return keepOnLine(text, written, holders, (expanded) => insertEntries(expanded, path, entries));
}

/** An object on one line stays there while it fits; else it gets its own lines first, and the edit is made again. */
function keepOnLine(
  text: string,
  written: string,
  objects: readonly HclValue[],
  edit: (expanded: string) => string,
): string {
  const narrow = objects.find((object) => object.entries?.length !== 0 && isOnOneLine(text, object));
  return narrow === undefined || fits(written, text, narrow) ? written : edit(expandObject(text, narrow));
}

function appendEntries(text: string, entries: readonly [string, unknown][]): string {
  const head = text.trimEnd();
  const lines = entries.map(([key, value]) => formatEntry(key, value, 0));
  return splice(text, head.length, text.length, `${head === "" ? "" : "\n\n"}${lines.join("\n\n")}\n`);
}

function insertInto(text: string, object: HclValue, entries: readonly [string, unknown][]): string {
  const last = object.entries?.at(-1);
  const end = findTail(text, object, last);
  if (last !== undefined && isOnOneLine(text, object)) {
    const hasComma = scanHcl(text.slice(last.value.end, end)).some(({ source }) => source === ",");
    const written = entries.map(([key, value]) => formatEntry(key, value, 0)).join(", ");
    return splice(text, end, end, `${hasComma ? "" : ","} ${written}`);
  }
  const outer = findLine(text, object.start).indent;
  const line = last && findLine(text, last.start);
  const isFirst = line !== undefined && line.lineStart + line.indent.length === last?.start;
  const inner = isFirst ? line.indent : `${outer}  `;
  const written = entries.map(([key, value]) => `\n${inner}${formatEntry(key, value, inner.length)}`).join("");
  const hasLine = text.slice(end, object.end).includes("\n");
  return splice(text, end, hasLine ? end : object.end - 1, hasLine ? written : `${written}\n${outer}`);
}

/** Removes the entry at a path of keys, with its line where nothing else is on it. Throws `HclLayoutError`. */
export function removeEntry(text: string, path: readonly string[]): string {
  const { start, value } = findEntry(text, path);
  return removePiece(text, start, value.end);
}

/** The entry at a path of keys. Throws `HclLayoutError` where its name is not to be found in the text. */
export function findEntry(text: string, path: readonly string[]): HclEntry {
  const entry = follow(readHcl(text), path)[path.length - 1];
  if (entry === undefined) throw new HclLayoutError("a key in it is written in an unusual way");
  return entry;
}

/** Removes an entry or an item, with the comma behind it, else the one before it. */
export function removePiece(text: string, start: number, end: number): string {
  const tokens = scanHcl(text);
  const after = tokens.find((token) => token.start >= end && token.kind !== "comment" && token.kind !== "newline");
  const before = tokens.findLast((token) => token.end <= start);
  if (after?.source === ",") {
    const between = text.slice(end, after.start);
    const rest = text.slice(after.end).replace(/^[ \t]+/, "");
    // A comment before the comma stays.
    const kept = between.trim() === "" ? "" : `${between.replace(/^[ \t]+/, "")} `;
    return joinRemains(text.slice(0, start), `${kept}${rest}`);
  }
  if (before?.source === ",") return joinRemains(text.slice(0, before.start), text.slice(end));
  return joinRemains(text.slice(0, start), text.slice(end).replace(/^[ \t]+/, ""));
}

/** Joins what stands before an entry that is gone with what stands behind it. */
function joinRemains(before: string, after: string): string {
  let [head, tail] = [before, after];
  if (/(?:^|\n)[ \t]*$/.test(head) && /^(?:\r?\n|$)/.test(tail)) {
    [head, tail] = [head.replace(/[ \t]*$/, ""), tail.replace(/^\r?\n/, "")];
    // Of two empty lines that meet now, or one at an end of the file, one goes.
    if (/(?:^|\n\r?\n)$/.test(head)) tail = tail.replace(/^\r?\n/, "");
    if (tail === "") head = head.replace(/(\n)(?:\r?\n)+$/, "$1");
  }
  const last = scanHcl(head.trimEnd()).at(-1)?.source;
  if ((last === "{" || last === "[") && /^\s*[}\]]/.test(tail)) [head, tail] = [head.trimEnd(), tail.trimStart()];
  return alignHcl(head + tail, head.length, head.length);
}

/** The entries that a path leads through, as far as they are there. The last of two with one name counts, as for Terraform. */
function follow(entries: readonly HclEntry[], [key, ...below]: readonly string[]): HclEntry[] {
  const entry = entries.findLast((each) => each.key === key);
  return entry === undefined ? [] : [entry, ...follow(entry.value.entries ?? [], below)];
}

/** Where an object's last entry ends, with the comma and the comments on its line; in an empty one, its last comment. */
function findTail(text: string, object: HclValue, last: HclEntry | undefined): number {
  const from = last?.value.end ?? object.start + 1;
  const tokens = scanHcl(text.slice(from, object.end - 1));
  const line = last === undefined ? -1 : tokens.findIndex(({ kind }) => kind === "newline");
  const tail = tokens.slice(0, line < 0 ? undefined : line).findLast(({ kind }) => kind !== "newline");
  return from + (tail?.end ?? 0);
}

/** Gives each entry of an object its own line. */
function expandObject(text: string, object: HclValue): string {
  const { indent } = findLine(text, object.start);
  const inside = text.slice(object.start + 1, object.end - 1);
  const commas = scanHcl(inside).filter(({ source, start }) => {
    const at = object.start + 1 + start;
    return source === "," && !object.entries?.some((entry) => at >= entry.start && at < entry.value.end);
  });
  const ends = [...commas.map(({ start }) => start), inside.length];
  const lines = ends.map((end, index) => inside.slice(index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end).trim());
  const body = lines.filter((line) => line !== "").map((line) => `${indent}  ${line}\n`);
  return splice(text, object.start, object.end, `{\n${body.join("")}${indent}}`);
}

/** Puts a text in the place of another, with the line ends of the file, and aligns what stands around it. */
export function splice(text: string, start: number, end: number, inserted: string): string {
  const piece = text.includes("\r\n") ? inserted.replaceAll("\n", "\r\n") : inserted;
  return alignHcl(text.slice(0, start) + piece + text.slice(end), start, start + piece.length);
}

export function findLine(text: string, at: number): { lineStart: number; indent: string } {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  return { lineStart, indent: /[ \t]*/y.exec(text.slice(lineStart, at))?.[0] ?? "" };
}

function isOnOneLine(text: string, { start, end }: HclValue): boolean {
  return !text.slice(start, end).includes("\n");
}

/** Whether an object that was on one line still is, and its line is short enough. */
function fits(written: string, text: string, object: HclValue): boolean {
  const line = text.slice(0, object.start).split("\n").length - 1;
  const lines = written.split("\n");
  return lines.length === text.split("\n").length && (lines[line] ?? "").length <= LINE_MAX;
}
