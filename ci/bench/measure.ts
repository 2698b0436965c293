/** How often each thing is measured. */
export const RUNS = 7;

/** Milliseconds of RUNS runs. */
export interface Sample {
  median: number;
  min: number;
  max: number;
}

/** Summarizes times in milliseconds. */
export function summarize(times: readonly number[]): Sample {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Runs several things in turn, RUNS times each, after one warm-up of each, so that all see the same machine. */
export async function compare(things: readonly (() => Promise<unknown>)[]): Promise<Sample[]> {
  const times: number[][] = things.map(() => []);
  for (let run = 0; run <= RUNS; run++) {
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

/** Prints a Markdown table. */
export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  console.log([`\n### ${title}\n`, line(header), line(header.map(() => "---")), ...rows.map(line), ""].join("\n"));
}
