import fc from "fast-check";
import { computeFingerprint } from "../../../ci/terraform/fingerprint.js";
import { type Plan, parsePlan, type ResourceChange } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";

type Actions = ResourceChange["change"]["actions"];
const ACTIONS = {
  none: ["no-op"],
  create: ["create"],
  update: ["update"],
  replace: ["delete", "create"],
  delete: ["delete"],
  forget: ["forget"],
} as const satisfies Record<string, Actions>;

/** What a test says of a change; the rest follows from its kind. */
interface ChangeParts {
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  unknown?: Record<string, unknown>;
  sensitive?: unknown;
  replace_paths?: (string | number)[][];
  importing?: { id: string };
}

/** A change of `type.this["key"]`; what is not said of it is empty, and null where its kind has nothing before or after. */
export function makeChange(
  kind: keyof typeof ACTIONS,
  type: string,
  key: string,
  { before, after, unknown = {}, sensitive = {}, ...rest }: ChangeParts = {},
): ResourceChange {
  return {
    address: `${type}.this[${JSON.stringify(key)}]`,
    mode: "managed",
    type,
    name: "this",
    index: key,
    provider_name: "registry.terraform.io/hashicorp/aws",
    change: {
      actions: [...ACTIONS[kind]],
      before: before ?? (kind === "create" ? null : {}),
      after: after ?? (kind === "delete" || kind === "forget" ? null : {}),
      after_unknown: unknown,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
      ...rest,
    },
  };
}

export function makeOutput(after: unknown, sensitive = false): ResourceChange["change"] {
  const marks = { after_unknown: false, before_sensitive: false, after_sensitive: sensitive };
  return { actions: ["create"], before: null, after, ...marks };
}

export function makePlanOf(changes: readonly ResourceChange[], more: Record<string, unknown> = {}): Plan {
  return parsePlan(
    JSON.stringify({ format_version: "1.2", terraform_version: "1.11.4", resource_changes: changes, ...more }),
  );
}

const BASIS = { code: "c", lock: "l", lineage: "x" };
/** What approves a plan, and its summary. */
export const printPlan = (plan: Plan) => computeFingerprint(plan, BASIS);
export const render = (plan: Plan, diff = "", notes: string[] = []) =>
  renderSummary({ plan, diff, notes, fingerprint: printPlan(plan) });

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const values = fc.dictionary(
  fc.stringMatching(/^[a-z_]{1,8}$/),
  fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), leaf, { maxKeys: 3 }),
  ),
  { minKeys: 1, maxKeys: 5 },
);
const KINDS = Object.keys(ACTIONS) as (keyof typeof ACTIONS)[];
const TYPES = ["aws_organizations_account", "aws_ssoadmin_account_assignment", "aws_iam_role", "aws_s3_bucket"];

/** Changes as Terraform could plan them, each with an address of its own. */
export const arbitraryChanges: fc.Arbitrary<ResourceChange[]> = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...KINDS), fc.constantFrom(...TYPES), fc.string({ minLength: 1 }), values, values)
    .map(([kind, type, key, before, after]) =>
      makeChange(kind, type, key, {
        ...(kind !== "create" && { before }),
        ...(kind !== "delete" && kind !== "forget" && { after: kind === "none" ? before : after }),
      }),
    ),
  { selector: ({ address }) => address, minLength: 1, maxLength: 8 },
);
