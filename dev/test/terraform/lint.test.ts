import { describe, expect, it } from "vitest";
import { concludeLint } from "../../../ci/terraform/lint.js";
import { expectError } from "../fixtures/errors.js";

describe("concludeLint", () => {
  const passed = { name: "format", exitCode: 0, output: "" };

  it("lists what passed", () => {
    expect(concludeLint([passed, { ...passed, name: "test" }])).toBe("format: passed\ntest: passed\n");
  });

  it("throws the output of each step that failed, and of no other", async () => {
    const results = [
      { ...passed, output: "quiet" },
      { name: "tflint", exitCode: 2, output: "unused variable\n" },
    ];
    const error = await expectError("lint-failed", () => concludeLint(results));
    expect(error.message).toMatch(
      /^\[lint-failed\] terraform\/: tflint failed\. .*\n\ntflint: exit 2\nunused variable$/,
    );
    expect(error.message).not.toContain("quiet");
  });
});

describe("concludeLint for programs", () => {
  const results = [
    { name: "format", exitCode: 0, output: "" },
    { name: "tflint", exitCode: 2, output: "unused variable\n" },
  ];

  it("is JSON, which a failure carries below its sentence", async () => {
    const passed = [{ name: "format", passed: true, exitCode: 0, output: "" }];
    expect(JSON.parse(concludeLint(results.slice(0, 1), "json"))).toEqual(passed);
    const { message } = await expectError("lint-failed", () => concludeLint(results, "json"));
    const json = message.slice(message.indexOf("\n\n"));
    expect(JSON.parse(json)).toEqual([
      ...passed,
      { name: "tflint", passed: false, exitCode: 2, output: "unused variable\n" },
    ]);
  });
});
