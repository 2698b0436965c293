import { describe, expect, it } from "vitest";
import { comparePlans } from "../../../ci/terraform/compare-plans.js";
import { makeChange, makeOutput, makePlanOf } from "./plans.js";

describe("two plans", () => {
  it("differ by the addresses that were approved otherwise", () => {
    const change = (size: number) =>
      makeChange("update", "aws_iam_role", "a", { before: { size: 0 }, after: { size } });
    const approved = makePlanOf([change(1), makeChange("create", "aws_iam_role", "b")]);
    const now = makePlanOf([change(2), makeChange("delete", "aws_iam_role", "c")]);
    expect(comparePlans(approved, now)).toEqual([
      'aws_iam_role.this["a"]: approved update, now update otherwise',
      'aws_iam_role.this["b"]: approved create, now none',
      'aws_iam_role.this["c"]: approved none, now delete',
    ]);
    expect(comparePlans(approved, approved)).toEqual([]);
  });

  it("differ by outputs, by moves alone, and by what they cover", () => {
    const moved = { ...makeChange("none", "aws_iam_role", "a"), previous_address: "aws_iam_role.old" };
    const approved = makePlanOf([moved], { output_changes: { x: makeOutput(1), y: makeOutput(1) }, complete: false });
    const now = makePlanOf([], { output_changes: { x: makeOutput(2), y: makeOutput(1) } });
    expect(comparePlans(approved, now)).toEqual([
      "one of the two covers only a part of the code",
      'aws_iam_role.this["a"]: approved none, moved from aws_iam_role.old, now none',
      "output x: approved create, now create otherwise",
    ]);
  });

  it("that differ in everything are told in part", () => {
    const changes = Array.from({ length: 200 }, (_, index) => makeChange("create", "aws_iam_role", `${index}`));
    const lines = comparePlans(makePlanOf([]), makePlanOf(changes));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("and 150 more");
  });
});
