import { describe, expect, it } from "vitest";
import { evaluate, interpolate, isWanted } from "./expressions.js";

const CONTEXTS = {
  github: { repository: "o/r", event: { number: 7 } },
  needs: { plan: { outputs: { changes: "true" } } },
};
const FINE = { failed: false, cancelled: false };
const FAILED = { failed: true, cancelled: false };

describe("expressions, as GitHub reads them", () => {
  it.each([
    ["github.repository == 'O/R'", true],
    ["github.repository != 'o/r'", false],
    ["needs.plan.outputs.changes == 'true'", true],
    ["needs.plan.outputs.missing == 'true'", false],
    ["!cancelled() && !failure()", true],
    ["(failure() || success()) && github.event.number == 7", true],
    ["'it''s'", "it's"],
    ["github.event.missing.further", null],
  ])("%s", (expression, value) => {
    expect(evaluate(expression, CONTEXTS, FINE)).toBe(value);
  });

  it.each(["secrets.KEY", "hashFiles()", "github.event", "a ==", "1 2", "#"])("refuses %s", (expression) => {
    expect(() => evaluate(expression, CONTEXTS, FINE)).toThrow();
  });

  it("run a step after a failure only where its condition says so", () => {
    expect(isWanted(undefined, CONTEXTS, FAILED)).toBe(false);
    expect(isWanted("github.repository == 'o/r'", CONTEXTS, FAILED)).toBe(false);
    expect(isWanted("${{ !cancelled() }}", CONTEXTS, FAILED)).toBe(true);
    expect(isWanted("${{ failure() && github.repository == 'o/r' }}", CONTEXTS, FAILED)).toBe(true);
    expect(isWanted("${{ failure() }}", CONTEXTS, FINE)).toBe(false);
  });

  it("fill in texts", () => {
    expect(interpolate("a-${{ github.event.number }}-${{ github.nothing }}", CONTEXTS, FINE)).toBe("a-7-");
  });
});
