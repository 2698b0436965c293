/** How many tests came to what. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The variable that names the file to which a run's counts go. */
export const COUNTS_FILE = "GENESIS_TEST_COUNTS";

/** The variable that names the runtime on which the tests should find themselves. */
export const RUNTIME = "GENESIS_TEST_RUNTIME";

/** The plain line, for people and machines that know no runner. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Adds counts up. */
export function addCounts(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The counts of a run that ended with an exit code: one that failed without a failed test, or left no counts, counts as one failure. */
export function readCounts(text: string | undefined, code: number): Counts {
  const counts: Counts = text === undefined ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(text);
  const died = text === undefined || code !== 0;
  return died && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
