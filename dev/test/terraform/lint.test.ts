import { describe, expect, it } from "vitest";
import { concludeLint } from "../../../ci/terraform/lint.js";
import { expectError } from "../fixtures/errors.js";

describe("concludeLint", () => {
  const passed = { name: "format", exitCode: 0, output: "quiet" };
  const failed = { name: "tflint", exitCode: 2, output: "unused variable\n" };

  it("throws the output of each step that failed, and of no other", async () => {
    const error = await expectError("lint-failed", () => concludeLint([passed, failed]));
    expect(error.message).toMatch(
      /^\[lint-failed\] terraform\/: tflint failed\. .*\n\ntflint: exit 2\nunused variable$/,
    );
    expect(error.message).not.toContain("quiet");
  });

  it("is JSON for programs, which a failure carries below its sentence", async () => {
    const rows = [
      { ...passed, passed: true },
      { ...failed, passed: false },
    ];
    expect(JSON.parse(concludeLint([passed], "json"))).toEqual(rows.slice(0, 1));
    const { message } = await expectError("lint-failed", () => concludeLint([passed, failed], "json"));
    expect(JSON.parse(message.slice(message.indexOf("\n\n")))).toEqual(rows);
  });
});
