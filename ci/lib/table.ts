/** What a terminal shows in one line. */
const COLUMNS = 80;
/** A column is not made narrower than this. */
const NARROWEST = 6;

/**
 * Renders rows as columns aligned with spaces, at most 80 characters wide: cells of the widest columns are wrapped, at spaces and other
 * separators where there are some. A line break in a cell stays. Ends with a newline.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const natural = header.map((_, column) => Math.max(...all.map((row) => measureCell(row[column] ?? ""))));
  const widths = narrow(natural);
  const lines = all.flatMap((row) => layRow(row, widths));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

const measureCell = (cell: string) => Math.max(...cell.split("\n").map((line) => line.length));

/** Takes from the widest column, a character at a time, until the row fits. */
function narrow(natural: readonly number[]): number[] {
  const widths = [...natural];
  const gaps = 2 * (widths.length - 1);
  for (let excess = widths.reduce((sum, width) => sum + width, gaps) - COLUMNS; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

function layRow(row: readonly string[], widths: readonly number[]): string[] {
  const cells = widths.map((width, column) => wrapCell(row[column] ?? "", width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    cells.map((lines, column) => (lines[line] ?? "").padEnd(widths[column] ?? 0)).join("  "),
  );
}

function wrapCell(cell: string, width: number): string[] {
  return cell.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let rest = line;
    while (rest.length > width) {
      const end = findBreak(rest, width);
      lines.push(rest.slice(0, end).trimEnd());
      rest = rest.slice(end).trimStart();
    }
    return [...lines, rest];
  });
}

/** Where to break: after the last separator that fits, else at the width. */
function findBreak(text: string, width: number): number {
  if (text[width] === " ") return width;
  const separator = Math.max(...[" ", ",", "/", ":"].map((each) => text.lastIndexOf(each, width - 1)));
  return separator > 0 ? separator + 1 : width;
}
