import type { Figure, Results } from "./results.js";

/** A median that moved less than this is the same: between two runs of one machine it moves about as much. */
const TOLERANCE = 0.1;

/** What became of a figure. */
export type Verdict = "worse" | "better" | "same" | "new" | "skipped" | "gone";

/** One figure of two runs. */
export interface Comparison {
  name: string;
  before: Figure | undefined;
  after: Figure | undefined;
  verdict: Verdict;
}

/**
 * Compares two runs, figure by figure. A time is worse where its median moved by more than a tenth and its whole range lies above the
 * whole range of before: noise makes ranges overlap. A count is worse where it grew. Throws where a quick run is one of the two.
 */
export function compareRuns(before: Results, after: Results): Comparison[] {
  if (before.quick || after.quick) throw new Error("A quick run measures nothing: compare two whole ones.");
  const [old, now] = [listFigures(before), listFigures(after)];
  return [...new Set([...old.keys(), ...now.keys()])].map((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    // A run that left something out, for want of an engine or because it was not asked for, does not lose a figure by that.
    const missing = after.skipped.length > 0 ? "skipped" : "gone";
    return { name, before: was, after: is, verdict: is === undefined ? missing : judge(was, is) };
  });
}

function listFigures({ tables }: Results): Map<string, Figure> {
  return new Map(tables.flatMap(({ figures }) => figures.map((figure) => [figure.name, figure])));
}

function judge(before: Figure | undefined, after: Figure): Verdict {
  if (before === undefined) return "new";
  if (after.unit === "count") return rank(after.median - before.median);
  if (after.min > before.max && after.median > before.median * (1 + TOLERANCE)) return "worse";
  if (after.max < before.min && after.median < before.median * (1 - TOLERANCE)) return "better";
  return "same";
}

const rank = (difference: number): Verdict => (difference > 0 ? "worse" : difference < 0 ? "better" : "same");

/** Whether a run is worse than the one before it: something is worse, or is no longer measured. */
export function isRegression(comparisons: readonly Comparison[]): boolean {
  return comparisons.some(({ verdict }) => verdict === "worse" || verdict === "gone");
}

/** What differs between the machines of two runs, as sentences: then times do not compare. */
export function compareMachines(before: Results, after: Results): string[] {
  const fields = ["processor", "cores", "memoryGb", "system"] as const;
  const differing = fields.filter((field) => before.machine[field] !== after.machine[field]);
  const busy = [before, after].filter(({ machine }) => machine.load > machine.cores / 2);
  return [
    ...differing.map(
      (field) => `The machines differ in ${field}: ${before.machine[field]}, then ${after.machine[field]}.`,
    ),
    ...busy.map(
      ({ date, machine }) => `The machine was busy on ${date}: load ${machine.load} on ${machine.cores} cores.`,
    ),
  ];
}
