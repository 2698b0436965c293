import { describe, expect, it } from "vitest";
import { concludeLint } from "../../terraform/lint.js";
import { parsePolicy } from "../../terraform/policy.js";
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
    expect(error.message).toContain("tflint: exit 2\nunused variable\n\n[lint-failed] terraform/: tflint failed");
    expect(error.message).not.toContain("quiet");
  });
});

describe("parsePolicy", () => {
  const statement = { Sid: "Deny1", Effect: "Deny", Action: "*", Resource: ["*"] };
  const parse = (value: unknown) => parsePolicy(JSON.stringify(value), "policies/x.json");

  it("takes a policy that denies", () => {
    expect(parse({ Version: "2012-10-17", Statement: [statement] }).Statement).toHaveLength(1);
  });

  it.each([
    ["policies/x.json Version", { Version: "2008-10-17", Statement: [statement] }],
    ["policies/x.json Statement", { Version: "2012-10-17", Statement: [] }],
    ["policies/x.json Statement[0].Effect", { Version: "2012-10-17", Statement: [{ ...statement, Effect: "Allow" }] }],
    ["policies/x.json Statement[0].Sid", { Version: "2012-10-17", Statement: [{ ...statement, Sid: "a b" }] }],
    [
      "policies/x.json Statement[0].NotAction",
      { Version: "2012-10-17", Statement: [{ ...statement, NotAction: "*" }] },
    ],
  ])("refuses at %s", async (subject, policy) => {
    const error = await expectError("field-invalid", () => parse(policy));
    expect(error.subject).toBe(subject);
  });

  it("refuses what is not JSON", async () => {
    await expectError("json-invalid", () => parsePolicy("{", "policies/x.json"));
  });
});
