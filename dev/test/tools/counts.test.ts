import { expect, it } from "vitest";
import { addCounts, formatCounts, readCounts } from "../../tools/counts.js";

const COUNTS = { passed: 3, failed: 0, skipped: 1 };

it("a run's counts are what it left, and one failure more where it ended badly without one", () => {
  const text = JSON.stringify(COUNTS);
  expect(readCounts(text, 0)).toEqual(COUNTS);
  expect(readCounts(text, 1)).toEqual({ ...COUNTS, failed: 1 });
  expect(readCounts(JSON.stringify({ ...COUNTS, failed: 2 }), 1)).toEqual({ ...COUNTS, failed: 2 });
});

it("a run that left no counts has failed, whatever its exit code", () => {
  for (const code of [0, 1]) expect(readCounts(undefined, code)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it("the last line sums all runs up", () => {
  expect(formatCounts(addCounts([COUNTS, { passed: 1, failed: 2, skipped: 0 }]))).toBe("4 passed, 2 failed, 1 skipped");
});
