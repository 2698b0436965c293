import { alignHcl } from "./align-hcl.js";
import { formatEntry, formatValue, LINE_MAX } from "./format-hcl.js";
import { type HclEntry, HclLayoutError, type HclValue, readHcl, scanHcl } from "./scan-hcl.js";

/**
 * Writes a value at a path of keys, and the objects that are missing on the way. An object on one line stays there while it fits. Texts and
 * keys are those of `escapeValue`. Throws `HclLayoutError`.
 */
export function writeEntry(text: string, path: readonly string[], value: unknown): string {
  const found = follow(readHcl(text), path);
  const missing = path.slice(found.length);
  const last = found.at(-1);
  const isReplaced = missing.length === 0 || (last !== undefined && last.value.entries === undefined);
  const wrapped = missing.slice(isReplaced ? 0 : 1).reduceRight<unknown>((each, key) => ({ [key]: each }), value);
  const objects = (isReplaced ? found.slice(0, -1) : found).map((entry) => entry.value);
  const written =
    isReplaced && last !== undefined
      ? replaceValue(text, last.value, wrapped)
      : insertEntry(text, objects.at(-1), missing[0] ?? "", wrapped);
  const narrow = objects.find((object) => object.entries?.length !== 0 && isOnOneLine(text, object));
  if (narrow === undefined || fits(written, text, narrow)) return written;
  return writeEntry(expandObject(text, narrow), path, value);
}

/** Removes the entry at a path of keys, with its line where nothing else is on it. Throws `HclLayoutError`. */
export function removeEntry(text: string, path: readonly string[]): string {
  const entry = follow(readHcl(text), path)[path.length - 1];
  if (entry === undefined) throw new HclLayoutError("a key in it is written in an unusual way");
  const tokens = scanHcl(text);
  const after = tokens.find(({ start, kind }) => start >= entry.value.end && kind !== "comment");
  const before = tokens.findLast(({ end }) => end <= entry.start);
  if (after?.source === ",") {
    // The comma behind it goes too; a comment before that stays.
    const between = text.slice(entry.value.end, after.start).trim();
    return joinRemains(
      text.slice(0, entry.start),
      `${between}${text.slice(after.end).replace(/^[ \t]+/, between && " ")}`,
    );
  }
  const start = before?.source === "," ? before.start : entry.start;
  const rest = text.slice(entry.value.end);
  return joinRemains(text.slice(0, start), start === entry.start ? rest.replace(/^[ \t]+/, "") : rest);
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
  if (scanHcl(head.trimEnd()).at(-1)?.source === "{" && /^\s*\}/.test(tail))
    [head, tail] = [head.trimEnd(), tail.trimStart()];
  return alignHcl(head + tail, head.length, head.length);
}

/** The entries that a path leads through, as far as they are there. The last of two with one name counts, as for Terraform. */
function follow(entries: readonly HclEntry[], [key, ...below]: readonly string[]): HclEntry[] {
  const entry = entries.findLast((each) => each.key === key);
  return entry === undefined ? [] : [entry, ...follow(entry.value.entries ?? [], below)];
}

function replaceValue(text: string, { start, end }: HclValue, value: unknown): string {
  const { lineStart, indent } = findLine(text, start);
  return splice(text, start, end, formatValue(value, indent.length, start - lineStart));
}

/** Inserts an entry behind the last one of an object, or of the file. */
function insertEntry(text: string, object: HclValue | undefined, key: string, value: unknown): string {
  if (object?.entries === undefined) {
    const head = text.trimEnd();
    return splice(text, head.length, text.length, `${head === "" ? "" : "\n\n"}${formatEntry(key, value, 0)}\n`);
  }
  const last = object.entries.at(-1);
  if (last !== undefined && isOnOneLine(text, object)) {
    const end = findTail(text, object, last);
    const hasComma = scanHcl(text.slice(last.value.end, end)).some(({ source }) => source === ",");
    return splice(text, end, end, `${hasComma ? "" : ","} ${formatEntry(key, value, 0)}`);
  }
  const end = findTail(text, object, last);
  const outer = findLine(text, object.start).indent;
  const line = last && findLine(text, last.start);
  const isFirst = line !== undefined && line.lineStart + line.indent.length === last?.start;
  const inner = isFirst ? line.indent : `${outer}  `;
  const entry = `\n${inner}${formatEntry(key, value, inner.length)}`;
  const hasLine = text.slice(end, object.end).includes("\n");
  return splice(text, end, hasLine ? end : object.end - 1, hasLine ? entry : `${entry}\n${outer}`);
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
function splice(text: string, start: number, end: number, inserted: string): string {
  const piece = text.includes("\r\n") ? inserted.replaceAll("\n", "\r\n") : inserted;
  return alignHcl(text.slice(0, start) + piece + text.slice(end), start, start + piece.length);
}

function findLine(text: string, at: number): { lineStart: number; indent: string } {
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
