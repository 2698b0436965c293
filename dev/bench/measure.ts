import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure, Table } from "./results.js";

/** Set for a quick run. */
export const QUICK_VARIABLE = "GENESIS_BENCH_QUICK";
/** The folder into which each benchmark writes its tables, and what it leaves out. */
export const FOLDER_VARIABLE = "GENESIS_BENCH_FOLDER";

/** Whether this run shows only that the benchmarks work. */
export const QUICK = process.env[QUICK_VARIABLE] !== undefined;

/** How often each thing is measured. */
export const RUNS = QUICK ? 2 : 7;

/** The median of RUNS runs in milliseconds, and the range. */
export type Sample = Pick<Figure, "median" | "min" | "max">;

/** Summarizes times in milliseconds. */
export function summarize(times: readonly number[]): Sample {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Runs several things in turn, `runs` times each, after one warm-up of each, so that all see the same machine. */
export async function compare(things: readonly (() => Promise<unknown>)[], runs = RUNS): Promise<Sample[]> {
  const times: number[][] = things.map(() => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, thing] of things.entries()) {
      const started = performance.now();
      await thing();
      if (run > 0) times[index]?.push(performance.now() - started);
    }
  }
  return times.map(summarize);
}

/** `median (min–max)` in milliseconds. */
export function formatSample({ median, min, max }: Sample): string {
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
}

/** A time as a figure. */
export const timeOf = (name: string, sample: Sample): Figure => ({ name, unit: "ms", ...sample });

/** A count as a figure, which has no spread. */
export const countOf = (name: string, count: number): Figure => ({
  name,
  unit: "count",
  median: count,
  min: count,
  max: count,
});

/** A Markdown table with its title and notes. */
export function formatTable({
  title,
  header,
  rows,
  notes,
}: Pick<Table, "title" | "header" | "rows" | "notes">): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const below = notes.length > 0 ? ["", notes.join(" ")] : [];
  return [`### ${title}`, "", line(header), line(header.map(() => "---")), ...rows.map(line), ...below, ""].join("\n");
}

/** Prints a table, and leaves it to the run. */
export function report(table: Omit<Table, "notes"> & { notes?: string[] }): void {
  const whole = { notes: [], ...table };
  console.log(`\n${formatTable(whole)}`);
  leave("table", JSON.stringify(whole));
}

/** Says what is not measured, and why. */
export function skip(sentence: string): void {
  console.log(sentence);
  leave("skipped", sentence);
}

function leave(kind: "table" | "skipped", text: string): void {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder !== undefined) writeFileSync(join(folder, `${kind}-${Date.now()}-${randomUUID()}`), text);
}
