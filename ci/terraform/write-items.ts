import { formatValue } from "./format-hcl.js";
import { type HclValue, measureBracket, scanHcl } from "./scan-hcl.js";
import { findEntry, findLine, removePiece, splice } from "./write-entry.js";

/**
 * Writes another list at a path of keys item by item, so that its comments stay; undefined where it has none, and can be written as a whole.
 * `old` is what the list says. Throws `HclLayoutError`.
 */
export function writeItems(
  text: string,
  path: readonly string[],
  old: readonly unknown[],
  wanted: readonly unknown[],
): string | undefined {
  const { value } = findEntry(text, path);
  if (!scanHcl(text.slice(value.start, value.end)).some(({ kind }) => kind === "comment")) return undefined;
  const kept: string[] = [];
  const names = wanted.map((item) => JSON.stringify(item));
  let written = text;
  let from = 0;
  for (const item of old) {
    const at = names.indexOf(JSON.stringify(item), from);
    if (at >= 0) {
      kept.push(JSON.stringify(item));
      from = at + 1;
      continue;
    }
    const piece = listItems(written, findEntry(written, path).value)[kept.length];
    if (piece !== undefined) written = removePiece(written, piece.start, piece.end);
  }
  for (const [index, name] of names.entries()) {
    if (kept[index] === name) continue;
    kept.splice(index, 0, name);
    written = insertItem(written, findEntry(written, path).value, index, wanted[index]);
  }
  return written;
}

/** A stretch of the text. */
interface Piece {
  start: number;
  end: number;
}

function listItems(text: string, { start, end }: HclValue): Piece[] {
  const items: Piece[] = [];
  let depth = 0;
  let isNew = true;
  for (const token of scanHcl(text.slice(start + 1, end - 1))) {
    depth += measureBracket(token);
    if (token.kind === "newline" || token.kind === "comment") continue;
    const piece = { start: start + 1 + token.start, end: start + 1 + token.end };
    const isComma = depth === 0 && token.source === ",";
    if (!isComma) items.push({ ...piece, start: isNew ? piece.start : (items.pop()?.start ?? piece.start) });
    isNew = isComma;
  }
  return items;
}

/** Inserts an item behind the line of the one before it, or behind that of the opening bracket. */
function insertItem(text: string, list: HclValue, index: number, item: unknown): string {
  const items = listItems(text, list);
  const before = items[index - 1];
  const next = items[index];
  const end = before?.end ?? list.start + 1;
  const tokens = scanHcl(text.slice(end, list.end - 1));
  const stop = tokens.findIndex(({ kind, source }) => kind !== "comment" && source !== ",");
  const comma = tokens.findIndex(({ kind }) => kind !== "comment" && kind !== "newline");
  const hasComma = tokens[comma]?.source === ",";
  const outer = findLine(text, list.start).indent;
  if (tokens[stop]?.kind !== "newline" || (hasComma && comma > stop)) {
    const written = formatValue(item, outer.length, 0);
    if (before !== undefined) return splice(text, end, end, `, ${written}`);
    return splice(text, next?.start ?? end, next?.start ?? end, next === undefined ? written : `${written}, `);
  }
  const sibling = before ?? next;
  const line = sibling && findLine(text, sibling.start);
  const isFirst = line !== undefined && line.lineStart + line.indent.length === sibling?.start;
  const indent = isFirst ? line.indent : `${outer}  `;
  const tail = end + (tokens[stop - 1]?.end ?? 0);
  const written = `\n${indent}${formatValue(item, indent.length, indent.length)},`;
  return splice(text, end, tail, `${hasComma || before === undefined ? "" : ","}${text.slice(end, tail)}${written}`);
}
