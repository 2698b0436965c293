import { expect, it } from "vitest";
import { expectSame, startScript } from "../../../ci/rehearsal/script.js";
import { expectError } from "../fixtures/errors.js";

it("a script tells its steps as they go, and ends at the first surprise with its number, title and cause", async () => {
  const lines: string[] = [];
  const script = startScript((line) => lines.push(line));
  await script.step("One", async () => "seen");
  expect(lines).toEqual(["1. One …", expect.stringMatching(/^ {3}seen \(\d+\.\d s\)$/)]);
  const error = await expectError("rehearsal-failed", () =>
    script.step("Two", async () => {
      expectSame("changes", ["a"], []);
      return "unreachable";
    }),
  );
  expect(error.message).toBe(
    '[rehearsal-failed] step 2, Two: it did not go as rehearsed. It ended there; only its own services were touched. Next: correct what is reported below, then rehearse again\n\nchanges: expected [], and saw ["a"]',
  );
  expect(script.steps).toMatchObject([{ title: "One", seen: "seen" }]);
});
