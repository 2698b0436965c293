import { expect, it } from "vitest";
import { describeNumbers, findMedian, runCommand } from "../../bench/measure.js";
import { describeRuns, listSlowest } from "../../bench/suites.js";
import { ROOT } from "../../tools/find-tool.js";

it.each([
  { values: [3], median: 3 },
  { values: [30, 1, 2], median: 2 },
  { values: [4, 1, 2, 3], median: 2.5 },
])("the median of $values is $median", ({ values, median }) => {
  expect(findMedian(values)).toBe(median);
});

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

it("the slowest files come first, by their path in the repository", () => {
  const files = Array.from({ length: 12 }, (_, index) => ({
    name: `${ROOT}${index}.ts`,
    startTime: 0,
    endTime: index * 1000,
  }));
  const rows = listSlowest(files);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toEqual({ what: "`11.ts`", seen: "11 s" });
});

it("a command that fails is an error with its output, unless it may fail", async () => {
  const command = [process.execPath, "--eval", "console.log('why'); process.exit(3)"];
  await expect(runCommand(command)).rejects.toThrow(/ended with 3:\nwhy/);
  expect(await runCommand(command, { mayFail: true })).toMatchObject({ code: 3, stdout: "why\n" });
});
