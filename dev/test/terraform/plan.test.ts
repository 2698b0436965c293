import { describe, expect, it } from "vitest";
import { formatFiles } from "../../../ci/terraform/make-plan.js";
import { classifyChange, isEmptyPlan, parsePlan, type ResourceChange } from "../../../ci/terraform/plan.js";
import { expectError } from "../fixtures/errors.js";
import { makeChange, makePlanOf } from "./plans.js";

describe("a plan", () => {
  it("is refused where it is not version 1 of the format, without a value of it in the message", async () => {
    for (const text of [
      "secret-value",
      "[]",
      '{"format_version":"2.0","terraform_version":"secret-value"}',
      '{"format_version":"1.2","terraform_version":"1","resource_changes":[{"address":"secret-value"}]}',
      '{"format_version":"1.2","terraform_version":"1","errored":true}',
    ]) {
      const error = await expectError("plan-unreadable", () => parsePlan(text));
      expect(error.message).not.toContain("secret-value");
    }
  });

  it("is refused where an action is not one that the module knows: what it does could not be told", async () => {
    const change = makeChange("create", "aws_s3_bucket", "a");
    const text = JSON.stringify(makePlanOf([change])).replace('["create"]', '["invoke"]');
    await expectError("plan-unreadable", () => parsePlan(text));
  });

  it("tells the kinds of change apart", () => {
    const classify = (kind: Parameters<typeof makeChange>[0], more = {}) =>
      classifyChange(makeChange(kind, "aws_s3_bucket", "a", more).change);
    for (const kind of ["none", "create", "update", "replace", "delete", "forget"] as const) {
      expect(classify(kind)).toBe(kind);
    }
    expect(classify("none", { importing: { id: "x" } })).toBe("import");
    expect(classify("update", { importing: { id: "x" } })).toBe("update");
    const change = { ...makeChange("create", "aws_s3_bucket", "a").change, actions: ["create", "delete"] as const };
    expect(classifyChange({ ...change, actions: [...change.actions] })).toBe("replace");
  });

  it("is empty only where nothing is changed, adopted, moved or put out", () => {
    const none = makeChange("none", "aws_s3_bucket", "a");
    const output = {
      actions: ["update"],
      before: 1,
      after: 2,
      after_unknown: false,
      before_sensitive: false,
      after_sensitive: false,
    };
    expect(isEmptyPlan(makePlanOf([none]))).toBe(true);
    expect(isEmptyPlan(makePlanOf([{ ...none, previous_address: "aws_s3_bucket.old" }]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([makeChange("none", "a", "b", { importing: { id: "x" } })]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([makeChange("forget", "a", "b")]))).toBe(false);
    expect(isEmptyPlan(makePlanOf([], { output_changes: { x: output } }))).toBe(false);
  });

  it("is told to workflows in one word", () => {
    const fingerprint = { code: "1", lock: "2", state: "3", whole: "4" };
    const tell = (...changes: ResourceChange[]) =>
      formatFiles({ plan: makePlanOf(changes), fingerprint, diff: "", notes: [] }).changes;
    const none = makeChange("none", "aws_s3_bucket", "a");
    expect(tell(none)).toBe("false\n");
    expect(tell(none, makeChange("update", "aws_s3_bucket", "b"))).toBe("true\n");
    // Nothing in AWS changes, and yet the state is written.
    expect(tell({ ...none, previous_address: "aws_s3_bucket.old" })).toBe("true\n");
  });
});
