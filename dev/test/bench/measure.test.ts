import { expect, it } from "vitest";
import { describeNumbers } from "../../bench/measure.js";
import { describeRuns } from "../../bench/suites.js";

it("a goal is compared with the median, not with the best run", () => {
  expect(describeNumbers("x", [90, 200, 100], "s", 95)).toEqual({
    what: "x",
    seen: "100 s (90–200, 3 runs)",
    goal: "≤ 95 s",
    met: false,
  });
  expect(describeNumbers("x", [95], "s", 95).met).toBe(true);
});

it("a run with a failed test misses the goal, and is the one whose counts are shown", () => {
  const runs = [
    { seconds: 1, counts: "9 passed, 0 failed, 0 skipped" },
    { seconds: 1, counts: "8 passed, 1 failed, 0 skipped" },
  ];
  expect(describeRuns("x", runs, 180)).toMatchObject({
    met: false,
    seen: expect.stringContaining("8 passed, 1 failed"),
  });
  expect(describeRuns("x", runs.slice(0, 1), 180)).toMatchObject({ met: true, goal: "≤ 180 s, green" });
});
