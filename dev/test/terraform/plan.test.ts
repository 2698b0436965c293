import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPlan } from "../../../ci/terraform/check-plan.js";
import { classifyChange, isEmptyPlan, parsePlan } from "../../../ci/terraform/plan.js";
import { redactPlan } from "../../../ci/terraform/redact.js";
import { countChanges } from "../../../ci/terraform/summary/counts.js";
import { expectError } from "../fixtures/errors.js";
import { makeChange, makeOutput, makePlanOf, printPlan, render } from "./plans.js";

const resource = {
  address: "aws_iam_role.b[0]",
  previous_address: "aws_iam_role.a",
  module_address: "module.x",
  mode: "managed",
  type: "aws_iam_role",
  name: "b",
  index: 0,
  index_unknown: true,
  provider_name: "registry.terraform.io/hashicorp/aws",
  deposed: "12345678",
  action_reason: "replace_because_tainted",
  change: {
    actions: ["create", "forget"],
    before: { a: 1 },
    after: { a: 2 },
    after_unknown: { b: true },
    before_sensitive: {},
    after_sensitive: {},
    replace_paths: [["a"]],
    importing: { id: "x", unknown: true, identity: { x: 1 } },
    generated_config: "x",
    before_identity: { x: 1 },
    after_identity: { x: 1 },
  },
};
const action = { address: "action.aws_x.y", type: "aws_x", name: "y", provider_name: "x", config_values: { a: 1 } };
const at = { kind: "check", to_display: "check.x" };
const WHOLE = {
  format_version: "1.2",
  terraform_version: "1.17.0",
  variables: { a: { value: 1 } },
  planned_values: {},
  resource_drift: [resource],
  resource_changes: [resource],
  deferred_changes: [{ reason: "unknown", resource_change: resource }],
  deferred_action_invocations: [{ reason: "unknown", action_invocation: action }],
  output_changes: { x: resource.change },
  action_invocations: [action],
  prior_state: {},
  configuration: { provider_config: { aws: { full_name: "registry.terraform.io/hashicorp/aws" } } },
  relevant_attributes: [{}],
  checks: [{ address: at, status: "fail", instances: [{ address: at, status: "fail", problems: [{ message: "x" }] }] }],
  timestamp: "2026-11-25T00:00:00Z",
  applyable: true,
  complete: false,
  errored: false,
};

/**
 * What Terraform leaves out where it is empty (`omitempty`), by its types in internal/command/jsonplan (plan, ResourceChange, Change, Importing,
 * ActionInvocation) and jsonchecks at 1.17.0-dev, commit 883c7221; with what its absence stands for where that is a value. `applyable`, `complete` and `errored`
 * came with 1.8.
 */
const change = (field: string, empty?: unknown): [path: string, empty?: unknown][] => [
  [`resource_changes.0.change.${field}`, empty],
  [`output_changes.x.${field}`, empty],
];
const OPTIONAL: [path: string, empty?: unknown][] = [
  ...["variables", "output_changes"].map((field): [string, unknown] => [field, {}]),
  ...["resource_drift", "resource_changes", "deferred_changes", "deferred_action_invocations"].map(
    (field): [string, unknown] => [field, []],
  ),
  ["action_invocations", []],
  ["checks", []],
  ["checks.0.instances", []],
  ["checks.0.instances.0.problems", []],
  ["variables.a.value"],
  ...["planned_values", "prior_state", "configuration", "relevant_attributes", "timestamp"].map((field): [string] => [
    field,
  ]),
  ...["previous_address", "module_address", "index", "index_unknown", "deposed", "action_reason"].map(
    (field): [string] => [`resource_changes.0.${field}`],
  ),
  ...[...change("before", null), ...change("after", null), ...change("after_unknown", false)],
  // An absent mark stands for the safe one.
  ...[...change("before_sensitive", true), ...change("after_sensitive", true)],
  ...["replace_paths", "importing", "generated_config", "before_identity", "after_identity"].flatMap((field) =>
    change(field),
  ),
  ...["id", "unknown", "identity"].flatMap((field) => change(`importing.${field}`)),
  ...["type", "name", "provider_name", "config_values"].map((field): [string] => [`action_invocations.0.${field}`]),
  ["action_invocations.0.address", "unnamed"],
  ["applyable"],
  ["complete", true],
  ["errored", false],
];
/** `omitempty` too, and never empty: a plan without them is none. */
const REQUIRED = [
  ...["format_version", "terraform_version"],
  ...["address", "mode", "type", "name", "provider_name", "change.actions"].map(
    (field) => `resource_changes.0.${field}`,
  ),
];

/** The whole plan with other values at these paths; undefined takes one out. */
function writeWith(values: readonly [path: string, value?: unknown][]): string {
  const plan = structuredClone(WHOLE) as Record<string, unknown>;
  for (const [path, value] of values) {
    const keys = path.split(".");
    const last = keys.pop() as string;
    // biome-ignore lint/suspicious/noExplicitAny: any shape, and one that is not there any more.
    const parent = keys.reduce<any>((each, key) => each?.[key], plan);
    if (parent !== undefined) parent[last] = value;
  }
  return JSON.stringify(plan);
}

/** All that is decided by a plan, and all that leaves of it. */
async function decide(text: string): Promise<unknown> {
  const plan = parsePlan(text);
  const refusal = await Promise.resolve()
    .then(() => checkPlan(plan, []))
    .catch((error: Error) => error.message);
  const redacted = redactPlan(plan);
  return [printPlan(plan), isEmptyPlan(plan), countChanges(plan), refusal, redacted.resource_changes, render(redacted)];
}

describe("a plan", () => {
  it("is refused where it is not version 1 of the format, without a value of it in the message", async () => {
    for (const text of [
      "secret-value",
      "[]",
      '{"format_version":"2.0","terraform_version":"secret-value"}',
      '{"format_version":"1.2","terraform_version":"1","resource_changes":[{"address":"secret-value"}]}',
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

  it("may lack whatever Terraform leaves out, and comes to the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(OPTIONAL, { minLength: 1 }), async (fields) => {
        // From the outside in: what is in a thing that is left out goes with it.
        const sorted = fields.toSorted(([a], [b]) => a.length - b.length);
        expect(await decide(writeWith(sorted.map(([path]) => [path])))).toEqual(await decide(writeWith(sorted)));
      }),
    );
    for (const [path] of OPTIONAL) await decide(writeWith([[path]]));
    for (const path of REQUIRED) await expectError("plan-unreadable", () => parsePlan(writeWith([[path]])));
  });

  it("is another where what is imported is another, by id or by identity", () => {
    const values = [{ id: "y" }, { identity: { x: 2 } }].map((importing) => [
      ["resource_changes.0.change.importing", importing],
    ]);
    const texts = [[], ...values, [["resource_changes.0.change.after_identity", { x: 2 }]]] as [string, unknown][][];
    expect(new Set(texts.map((each) => printPlan(parsePlan(writeWith(each))).whole)).size).toBe(texts.length);
  });

  it("is read and told where an output is known only after the apply", () => {
    const { after, ...output } = { ...makeOutput(1), after_unknown: true };
    const plan = makePlanOf([], { output_changes: { account_ids: output } });
    expect(isEmptyPlan(plan)).toBe(false);
    expect(render(plan)).toContain("- Output `account_ids` changes");
  });
});
