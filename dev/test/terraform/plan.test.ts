import { describe, expect, it } from "vitest";
import { classifyChange, isEmptyPlan, parsePlan } from "../../../ci/terraform/plan.js";
import { expectError } from "../fixtures/errors.js";
import { makeChange, makeOutput, makePlanOf } from "./plans.js";

describe("a plan", () => {
  it("is refused where it is not version 1 of the format, without a value of it in the message", async () => {
    for (const text of [
      "secret-value",
      "[]",
      '{"format_version":"2.0","terraform_version":"secret-value"}',
      '{"format_version":"1.2","terraform_version":"1","resource_changes":[{"address":"secret-value"}]}',
      '{"format_version":"1.2","terraform_version":"1","errored":true}',
      // What an action does that the module does not know could not be told.
      JSON.stringify(makePlanOf([makeChange("create", "secret-value", "a")])).replace('["create"]', '["invoke"]'),
    ]) {
      const error = await expectError("plan-unreadable", () => parsePlan(text));
      expect(error.message).not.toContain("secret-value");
    }
  });

  it("tells the kinds of change apart", () => {
    const classify = (kind: Parameters<typeof makeChange>[0], more = {}) =>
      classifyChange(makeChange(kind, "aws_s3_bucket", "a", more).change);
    for (const kind of ["none", "create", "update", "replace", "delete", "forget"] as const) {
      expect(classify(kind)).toBe(kind);
    }
    expect(classify("none", { importing: { id: "x" } })).toBe("import");
    expect(classify("update", { importing: { id: "x" } })).toBe("update");
    const { change } = makeChange("create", "aws_s3_bucket", "a");
    expect(classifyChange({ ...change, actions: ["create", "delete"] })).toBe("replace");
  });

  it("is empty only where nothing is changed, adopted, moved or put out", () => {
    const none = makeChange("none", "aws_s3_bucket", "a");
    expect(isEmptyPlan(makePlanOf([none]))).toBe(true);
    expect(isEmptyPlan(makePlanOf([{ ...none, previous_address: "aws_s3_bucket.old" }]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([makeChange("none", "a", "b", { importing: { id: "x" } })]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([makeChange("forget", "a", "b")]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([], { output_changes: { x: makeOutput(2) } }))).toBe(false);
  });
});
