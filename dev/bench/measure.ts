import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "../tools/find-tool.js";

/** One line of what a measurement saw. */
export interface Row {
  what: string;
  seen: string;
  goal?: string;
  /** Whether the goal was met. */
  met?: boolean;
}

/** Something that is measured by itself: `npm run bench -- <name>`. */
export interface Measurement {
  name: string;
  title: string;
  run(): Promise<Row[]>;
}

/** Times some work, after one run that warms it up; in milliseconds. */
export async function timeWork(runs: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.slice(1);
}

/** The middle one, or the mean of the two in the middle. */
export function findMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("nothing was measured");
  return (low + high) / 2;
}

/** A row of numbers: their median and, for several, their range; the goal is at most so much. */
export function describeNumbers(what: string, values: readonly number[], unit: string, goal?: number): Row {
  const median = findMedian(values);
  const digits = unit === "" ? 2 : median < 10 ? 1 : 0;
  const format = (value: number) => `${value.toFixed(digits)}${unit && ` ${unit}`}`;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = values.length > 1 ? ` (${low.toFixed(digits)}–${high.toFixed(digits)}, ${values.length} runs)` : "";
  const compared = goal === undefined ? {} : { goal: `≤ ${goal}${unit && ` ${unit}`}`, met: median <= goal };
  return { what, seen: `${format(median)}${range}`, ...compared };
}

/** Runs a command to its end, and says so; throws where it fails, unless it may. */
export async function runCommand(
  [command = "", ...args]: readonly string[],
  { cwd = ROOT, env = {}, mayFail = false }: { cwd?: string; env?: Record<string, string>; mayFail?: boolean } = {},
): Promise<{ code: number; stdout: string; seconds: number }> {
  const line = [command, ...args].join(" ");
  console.error(`  ${line} …`);
  const started = performance.now();
  const called = promisify(execFile)(command, args, { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  const { code, stdout, stderr } = await called.then(
    (output) => ({ ...output, code: 0 }),
    (error) => error,
  );
  const seconds = (performance.now() - started) / 1000;
  console.error(`  … ended with ${code} after ${seconds.toFixed(1)} s`);
  if (code !== 0 && !mayFail) throw new Error(`${line} ended with ${code}:\n${`${stdout}\n${stderr}`.slice(-2000)}`);
  return { code, stdout, seconds };
}
