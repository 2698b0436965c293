import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPlan, REDACTED, redactPlan } from "../../../ci/terraform/redact.js";
import { makeChange, makeOutput, makePlanOf } from "./plans.js";

const SECRET = "correct-horse-battery";

describe("a redacted plan", () => {
  it("has no sensitive value, wherever Terraform marks it", () => {
    const places = fc.constantFrom<[unknown, unknown]>(
      [{ a: SECRET, b: 1 }, { a: true }],
      [{ a: { b: [0, SECRET] } }, { a: { b: [false, true] } }],
      [{ a: { b: [0, SECRET] } }, { a: true }],
      [{ a: [{ b: SECRET }] }, { a: [{ b: true }] }],
      [{ a: { [SECRET]: 1 } }, { a: true }],
      [{ a: SECRET }, true],
    );
    fc.assert(
      fc.property(places, fc.constantFrom("create", "update", "delete"), ([value, sensitive], kind) => {
        const values = value as Record<string, unknown>;
        const [before, after] = [kind === "create" ? null : values, kind === "delete" ? null : values];
        const changes = [makeChange(kind, "aws_iam_role", "a", { before, after, sensitive })];
        const redacted = redactPlan(makePlanOf(changes, { resource_drift: changes }));
        const text = formatPlan(redacted);
        expect(text).not.toContain(SECRET);
        expect(JSON.stringify(redacted.resource_drift)).not.toContain(SECRET);
        expect(text).toContain(REDACTED);
      }),
    );
  });

  it("leaves out what holds values without marks: variables, state, planned values, configuration", () => {
    const place = { value: SECRET };
    const plan = makePlanOf([], {
      variables: { password: place },
      prior_state: place,
      planned_values: place,
      configuration: { provider_config: {}, root_module: { resources: [{ expressions: { a: place } }] } },
      resource_drift: [makeChange("update", "aws_iam_role", "a", { before: place, after: place })],
    });
    expect(formatPlan(redactPlan(plan))).not.toContain(SECRET);
  });

  it("has nothing of what has no marks, or stands beside them: identities, drift, and values whose marks are missing", () => {
    const change = makeChange("update", "aws_iam_role", "a", {
      before: { a: SECRET },
      after: { a: SECRET },
      sensitive: true,
    });
    const identity = { before_identity: { a: SECRET }, after_identity: { a: SECRET } };
    const { before_sensitive, after_sensitive, ...unmarked } = change.change;
    const plan = makePlanOf([{ ...change, change: { ...change.change, ...identity } }], {
      resource_drift: [change],
      output_changes: { x: unmarked },
    });
    const redacted = redactPlan(plan);
    expect(JSON.stringify(redacted)).not.toContain(SECRET);
    expect(redacted.output_changes.x?.after).toBe(REDACTED);
  });

  it("leaves out sensitive outputs, and keeps everything that is not sensitive", () => {
    const change = makeChange("update", "aws_iam_role", "a", { before: { a: null }, after: { a: "shown", b: [1] } });
    const plan = makePlanOf([change], { output_changes: { x: makeOutput(SECRET, true), y: makeOutput("seen") } });
    const redacted = redactPlan(plan);
    expect(formatPlan(redacted)).not.toContain(SECRET);
    expect(redacted.output_changes.y).toEqual(plan.output_changes.y);
    expect(redacted.resource_changes).toEqual(plan.resource_changes);
  });
});
