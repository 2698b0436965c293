import { type HclToken, measureBracket, scanHcl } from "./scan-hcl.js";

/** A line of HCL; a heredoc belongs to the line on which it begins. */
interface Line {
  start: number;
  tokens: HclToken[];
  /** Its `=`, where what follows ends on the line. */
  assign: HclToken | undefined;
  /** What ends it, from `#` or `//` on, where something stands before. */
  comment: HclToken | undefined;
}

/** Lines by their numbers, from 0; both ends belong to it. */
interface LineRange {
  first: number;
  last: number;
}

const SEGMENTER = new Intl.Segmenter();

/**
 * Aligns the `=` and then the comments of the lines between two offsets, and of the runs of lines that they belong to or stand beside, as
 * `terraform fmt` does: https://github.com/hashicorp/hcl/blob/main/hclwrite/format.go (`formatCells`). Changes nothing but spaces.
 */
export function alignHcl(text: string, from: number, to: number): string {
  const lines = splitLines(text);
  const end = lines.findLastIndex(({ start }) => start <= to);
  const touched = { first: lines.findLastIndex(({ start }) => start <= from) - 1, last: end + 1 };
  const assigned = alignCells(text, lines, touched, ({ assign }) => assign);
  return alignCells(assigned.text, splitLines(assigned.text), assigned.range, ({ comment }) => comment).text;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  let tokens: HclToken[] = [];
  for (const token of scanHcl(text)) {
    if (token.kind !== "newline") {
      tokens.push(token);
      continue;
    }
    lines.push(readLine(start, tokens));
    start = token.end;
    tokens = [];
  }
  return [...lines, readLine(start, tokens)];
}

function readLine(start: number, tokens: HclToken[]): Line {
  const last = tokens.at(-1);
  const comment = tokens.length > 1 && last?.kind === "comment" && !last.source.startsWith("/*") ? last : undefined;
  const at = tokens.findIndex(({ source }, index) => index > 0 && source === "=");
  const brackets = tokens.slice(at).reduce((sum, token) => sum + measureBracket(token), 0);
  return { start, tokens, assign: at > 0 && brackets === 0 ? tokens[at] : undefined, comment };
}

/** Aligns one cell of each run of lines that have it, and that a range touches. Returns the range with all of these runs. */
function alignCells(
  text: string,
  lines: readonly Line[],
  touched: LineRange,
  find: (line: Line) => HclToken | undefined,
): { text: string; range: LineRange } {
  const range = { ...touched };
  const pieces: string[] = [];
  let done = 0;
  for (let first = 0; first <= touched.last && first < lines.length; first++) {
    const after = lines.findIndex((line, index) => index >= first && find(line) === undefined);
    const run = lines.slice(first, after < 0 ? lines.length : after);
    const last = first + run.length - 1;
    if (run.length > 0 && last >= touched.first) {
      const cells = run.flatMap((line) => {
        const cell = find(line);
        const before = line.tokens.findLast(({ end }) => cell !== undefined && end <= cell.start);
        if (cell === undefined || before === undefined) return [];
        return [{ cell, before, width: countColumns(text.slice(line.start, before.end)) }];
      });
      const width = Math.max(...cells.map((each) => each.width));
      for (const { cell, before, width: own } of cells) {
        pieces.push(text.slice(done, before.end), " ".repeat(width - own + 1));
        done = cell.start;
      }
      range.first = Math.min(range.first, first);
      range.last = Math.max(range.last, last);
    }
    first = Math.max(first, last + 1);
  }
  return { text: pieces.join("") + text.slice(done), range };
}

function countColumns(text: string): number {
  return [...SEGMENTER.segment(text)].length;
}
