import { describe, expect, it } from "vitest";
import { parseArguments } from "../../bench/arguments.js";
import { compareMachines, compareRuns, isRegression } from "../../bench/compare-runs.js";
import { summarize } from "../../bench/measure.js";
import { renderComparison, renderResults } from "../../bench/render-results.js";
import { type Figure, parseResults, type Results } from "../../bench/results.js";

const MACHINE = {
  processor: "A chip",
  cores: 2,
  memoryGb: 8,
  system: "Linux 6",
  tools: { Node: "20.1.0" },
  load: 0.1,
};
const time = (name: string, median: number, spread = 1): Figure => ({
  name,
  unit: "ms",
  median,
  min: median - spread,
  max: median + spread,
});
const count = (name: string, value: number): Figure => ({ name, unit: "count", median: value, min: value, max: value });
const run = (figures: Figure[], more: Partial<Results> = {}): Results => ({
  version: 1,
  date: "2026-01-02",
  quick: false,
  runs: 7,
  machine: MACHINE,
  tables: [{ title: "T", header: ["", "ms"], rows: [["x", "1"]], notes: [], figures }],
  skipped: [],
  ...more,
});
const verdict = (before: Figure, after: Figure) => compareRuns(run([before]), run([after]))[0]?.verdict;

describe("a comparison of two runs", () => {
  it.each([
    ["moved by less than a tenth", time("x", 100), time("x", 109), "same"],
    ["moved by more than a tenth, out of the range", time("x", 100), time("x", 111), "worse"],
    ["moved by more than a tenth, with ranges that overlap", time("x", 100, 20), time("x", 120, 20), "same"],
    ["fell by more than a tenth, out of the range", time("x", 100), time("x", 89), "better"],
    ["fell by less than a tenth", time("x", 100), time("x", 91), "same"],
    ["is a count that grew by one", count("x", 100), count("x", 101), "worse"],
    ["is a count that fell by one", count("x", 100), count("x", 99), "better"],
    ["is a count that stayed", count("x", 100), count("x", 100), "same"],
  ])("finds a figure that %s: %#", (_, before, after, expected) => {
    expect(verdict(before, after)).toBe(expected);
  });

  it("tells what is new and what is gone, and only what is worse or gone is a regression", () => {
    const comparisons = compareRuns(run([time("old", 1), time("x", 1)]), run([time("x", 1), time("fresh", 1)]));
    expect(comparisons.map(({ name, verdict: each }) => [name, each])).toEqual([
      ["old", "gone"],
      ["x", "same"],
      ["fresh", "new"],
    ]);
    expect(isRegression(comparisons)).toBe(true);
    expect(isRegression(compareRuns(run([time("x", 100)]), run([time("x", 50), time("y", 1)])))).toBe(false);
    expect(isRegression(compareRuns(run([time("x", 100)]), run([time("x", 200)])))).toBe(true);
  });

  it("does not count as gone what a run left out for a reason", () => {
    const comparisons = compareRuns(run([time("x", 1)]), run([], { skipped: ["No engine."] }));
    expect(comparisons.map(({ verdict: each }) => each)).toEqual(["skipped"]);
    expect(isRegression(comparisons)).toBe(false);
  });

  it("refuses quick runs, which measure nothing", () => {
    expect(() => compareRuns(run([]), run([], { quick: true }))).toThrow("A quick run measures nothing");
    expect(() => compareRuns(run([], { quick: true }), run([]))).toThrow("A quick run measures nothing");
  });

  it("says where the machines differ or were busy", () => {
    const other = run([], { date: "2026-02-03", machine: { ...MACHINE, processor: "B chip", load: 1.5 } });
    expect(compareMachines(run([]), other)).toEqual([
      "The machines differ in processor: A chip, then B chip.",
      "The machine was busy on 2026-02-03: load 1.5 on 2 cores.",
    ]);
    expect(compareMachines(run([]), run([]))).toEqual([]);
  });

  it("is a table with what is worse first", () => {
    const comparisons = compareRuns(
      run([time("a", 100), time("b", 100), count("c", 3)]),
      run([time("a", 100), time("b", 200), count("c", 3)]),
    );
    expect(renderComparison(comparisons, ["A note."]).split("\n").slice(2)).toEqual([
      "|  | figure | before | now | change |",
      "| --- | --- | --- | --- | --- |",
      "| **worse** | b | 100 ms (99–101) | 200 ms (199–201) | 100 % |",
      "| same | a | 100 ms (99–101) | 100 ms (99–101) | 0 % |",
      "| same | c | 3 | 3 | 0 % |",
      "",
      "A note.",
      "",
    ]);
  });
});

describe("saved results", () => {
  it("are read as they were written", () => {
    const results = run([time("x", 1), count("y", 2)]);
    expect(parseResults(JSON.stringify(results), "f.json")).toEqual(results);
  });

  it("of another shape are refused with the file and the field", () => {
    const broken = JSON.stringify({ ...run([]), date: "today" });
    expect(() => parseResults(broken, "f.json")).toThrow(
      "f.json holds no results of a benchmark: date: expected a date",
    );
  });

  it("become a document with date, machine, spread, and what was not measured", () => {
    const text = renderResults(run([time("x", 1)], { skipped: ["No engine."], machine: { ...MACHINE, load: 1.8 } }));
    expect(text).toContain("on 2026-01-02: 2 × A chip, 8 GB, Linux 6; Node 20.1.0. It was not idle: the load was 1.8");
    expect(text).toContain("### T\n\n|  | ms |\n| --- | --- |\n| x | 1 |\n");
    expect(text).toContain("### Not measured\n\n- No engine.\n");
    expect(renderResults(run([]))).toContain("Its load was 0.1 when the run began.");
  });
});

describe("the arguments of the benchmark", () => {
  it.each([
    [[], { quick: false, write: false, compare: undefined, names: [] }],
    [["--compare"], { quick: false, write: false, compare: "", names: [] }],
    [["--compare", "a.json", "load"], { quick: false, write: false, compare: "a.json", names: ["load"] }],
    [["--compare", "load"], { quick: false, write: false, compare: "", names: ["load"] }],
    [["--compare=b", "--write"], { quick: false, write: true, compare: "b", names: [] }],
    [["--quick", "plan"], { quick: true, write: false, compare: undefined, names: ["plan"] }],
  ])("%j are understood", (args, expected) => {
    expect(parseArguments(args)).toEqual(expected);
  });

  it.each([
    [["--fast"], "knows no --fast"],
    [["--quick", "--write"], "neither written nor compared"],
    [["--quick", "--compare"], "neither written nor compared"],
    [["--write", "load"], "Only a whole run can be written"],
  ])("%j are refused", (args, message) => {
    expect(() => parseArguments(args)).toThrow(message);
  });
});

describe("a sample", () => {
  it("has the median and the range", () => {
    expect(summarize([5, 1, 9, 3, 7])).toEqual({ median: 5, min: 1, max: 9 });
  });
});
