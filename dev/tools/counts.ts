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
