import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { readJson } from "../lib/read-json.js";

/**
 * The parts of a plan that decide what happens, in the shape of `terraform show -json`:
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * What is optional here is what Terraform's own types leave out when it is empty (`omitempty` in internal/command/jsonplan), but
 * for what is never empty. Not read: what tells again in other words (planned_values, prior_state), what is for display only
 * (action_reason, relevant_attributes, timestamp), generated_config (only by an option of plan that is not used), and applyable,
 * which is the exit code of the plan.
 */
const changeSchema = z.object({
  actions: z.array(z.enum(["no-op", "create", "read", "update", "delete", "forget"])).min(1),
  before: z.unknown().default(null),
  // Left out where all of it is unknown.
  after: z.unknown().default(null),
  after_unknown: z.unknown().default(false),
  // Where the marks of sensitive values are missing, everything is taken for sensitive.
  before_sensitive: z.unknown().default(true),
  after_sensitive: z.unknown().default(true),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.object({ id: z.string(), unknown: z.boolean(), identity: z.unknown() }).partial().optional(),
  before_identity: z.unknown().optional(),
  after_identity: z.unknown().optional(),
});

const resourceChangeSchema = z.object({
  address: z.string().min(1),
  previous_address: z.string().optional(),
  mode: z.enum(["managed", "data"]),
  type: z.string().min(1),
  name: z.string().min(1),
  index: z.union([z.string(), z.number()]).optional(),
  deposed: z.string().optional(),
  provider_name: z.string().min(1),
  change: changeSchema,
});

const addressSchema = z.object({ address: z.string().default("unnamed") });
const checkSchema = z.object({
  address: z.object({ to_display: z.string() }),
  status: z.string(),
  problems: z.array(z.object({ message: z.string() })).default([]),
});

const planSchema = z.object({
  format_version: z.string().regex(/^1\./, "expected version 1 of the format"),
  terraform_version: z.string().min(1),
  errored: z.boolean().default(false),
  /** False where `-target` or Terraform left something out. */
  complete: z.boolean().default(true),
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).default({}),
  resource_changes: z.array(resourceChangeSchema).default([]),
  /** What AWS has otherwise than Terraform last wrote it. */
  resource_drift: z.array(resourceChangeSchema).default([]),
  output_changes: z.record(z.string(), changeSchema).default({}),
  deferred_changes: z.array(z.object({ reason: z.string(), resource_change: addressSchema })).default([]),
  deferred_action_invocations: z.array(z.object({ action_invocation: addressSchema })).default([]),
  action_invocations: z.array(addressSchema).default([]),
  checks: z
    .array(checkSchema.omit({ problems: true }).extend({ instances: z.array(checkSchema).default([]) }))
    .default([]),
  configuration: z
    .object({ provider_config: z.record(z.string(), z.object({ full_name: z.string().optional() })).default({}) })
    .optional(),
});

/** A change of one value: Terraform's actions with the value before and after. */
export type Change = z.output<typeof changeSchema>;
export type ResourceChange = z.output<typeof resourceChangeSchema>;
export type Plan = z.output<typeof planSchema>;

/** What a change comes to, in one word. */
export type ChangeKind = "create" | "update" | "replace" | "delete" | "forget" | "import" | "read" | "none";

/** Parses the output of `terraform show -json`. Throws `plan-unreadable`; no value of the plan is in the message. */
export function parsePlan(text: string, subject = "the plan"): Plan {
  const read = readJson(text);
  if (read.problem !== undefined) throw refusePlan(subject, read.problem);
  const result = planSchema.safeParse(read.value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw refusePlan(subject, `${issue?.path.join(".") || "the document"} is not as version 1 of the format has it`);
}

/** Reads how far a plan had come that failed: Terraform saves that too. Undefined where it cannot be read. */
export function parseFailedPlan(text: string): Plan | undefined {
  return planSchema.safeParse(readJson(text).value).data;
}

/**
 * Classifies a change. An import that also updates is an update: the update is what needs a look. A replacement is whatever Terraform takes
 * for one: delete and create in either order, and create and forget, which leaves the old object as it is.
 */
export function classifyChange({ actions, importing }: Change): ChangeKind {
  if (actions.length > 1) return "replace";
  const [action] = actions;
  if (action !== "no-op" && action !== undefined) return action;
  return importing === undefined ? "none" : "import";
}

/** The changes of resources that do something; a move of an address alone is not among them. */
export function listEffectiveChanges(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(({ change }) => classifyChange(change) !== "none");
}

/** Whether the object is gone afterwards, or is Terraform's no longer; also where another takes its place. */
export function isLoss(kind: ChangeKind): boolean {
  return kind === "delete" || kind === "replace" || kind === "forget";
}

/** Whether the plan does nothing: no resource and no output changes, nothing is adopted, moved or forgotten. */
export function isEmptyPlan(plan: Plan): boolean {
  const moves = plan.resource_changes.some(({ previous_address }) => previous_address !== undefined);
  return (
    listEffectiveChanges(plan).length === 0 &&
    !moves &&
    Object.values(plan.output_changes).every((change) => classifyChange(change) === "none")
  );
}

function refusePlan(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "plan-unreadable", subject, fact });
}
