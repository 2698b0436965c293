import { type HclToken, measureBracket, scanHcl } from "./scan-hcl.js";

/** A line of HCL; a heredoc belongs to the line on which it begins. */
interface Line {
  start: number;
  tokens: HclToken[];
  /** Its `=`, where what follows ends on the line. */
  assign: HclToken | undefined;
  /** Its `=`, where what follows goes over lines. */
  open: HclToken | undefined;
  /** What ends it, from `#` or `//` on, where something stands before. */
  comment: HclToken | undefined;
}

/** One of the cells that lines have in common. */
type Cell = "assign" | "open" | "comment";

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
  const find = (offset: number) => lines.findLastIndex(({ start }) => start <= offset);
  const touched = { first: find(from) - 1, last: find(to) + 1 };
  const opened = alignCells(text, lines, "open", { first: find(from), last: find(to) });
  const assigned = alignCells(opened.text, opened.text === text ? lines : splitLines(opened.text), "assign", touched);
  const known = assigned.text === text ? lines : splitLines(assigned.text);
  return alignCells(assigned.text, known, "comment", assigned.range).text;
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
  const sign = at < 0 ? undefined : tokens[at];
  return { start, tokens, assign: brackets === 0 ? sign : undefined, open: brackets === 0 ? undefined : sign, comment };
}

/**
 * Aligns one cell of each run of lines that have it, and that a range touches; what opens lines is in no run. Returns the range with all
 * of these runs.
 */
function alignCells(
  text: string,
  lines: readonly Line[],
  cell: Cell,
  touched: LineRange,
): { text: string; range: LineRange } {
  const range = { ...touched };
  const pieces: string[] = [];
  let done = 0;
  for (const run of findRuns(lines, cell)) {
    if (run.last < touched.first || run.first > touched.last) continue;
    range.first = Math.min(range.first, run.first);
    range.last = Math.max(range.last, run.last);
    const spots = lines.slice(run.first, run.last + 1).map((line) => {
      const next = line[cell]?.start ?? 0;
      const end = line.tokens.findLast((token) => token.end <= next)?.end ?? next;
      return { end, next, width: countColumns(text.slice(line.start, end)) };
    });
    const width = Math.max(...spots.map((spot) => spot.width));
    for (const spot of spots) {
      pieces.push(text.slice(done, spot.end), " ".repeat(width - spot.width + 1));
      done = spot.next;
    }
  }
  return { text: pieces.join("") + text.slice(done), range };
}

function findRuns(lines: readonly Line[], cell: Cell): LineRange[] {
  const runs: LineRange[] = [];
  for (const [index, line] of lines.entries()) {
    if (line[cell] === undefined) continue;
    const run = runs.at(-1);
    if (run?.last === index - 1 && cell !== "open") run.last = index;
    else runs.push({ first: index, last: index });
  }
  return runs;
}

function countColumns(text: string): number {
  return [...SEGMENTER.segment(text)].length;
}
