import type { Change, Plan, ResourceChange } from "./plan.js";

/** Stands where a sensitive value was; Terraform's own words. */
export const REDACTED = "(sensitive value)";

/** Takes the sensitive values out of the changes of a plan. Everything that leaves is made of the result. */
export function redactPlan(plan: Plan): Plan {
  const redactAll = (changes: readonly ResourceChange[]) =>
    changes.map((each) => ({ ...each, change: redactChange(each.change) }));
  return {
    ...plan,
    resource_drift: redactAll(plan.resource_drift),
    resource_changes: redactAll(plan.resource_changes),
    output_changes: Object.fromEntries(
      Object.entries(plan.output_changes).map(([name, change]) => [name, redactChange(change)]),
    ),
  };
}

/**
 * plan.json: the changes of a redacted plan in Terraform's shape, so that its tools read them. What Terraform keeps beside
 * them (variables, prior state, planned values, constants of the configuration) is left out: a sensitive value may stand
 * there without a mark.
 */
export function formatPlan(redacted: Plan): string {
  const { format_version, terraform_version, complete, resource_changes, output_changes } = redacted;
  return `${JSON.stringify({ format_version, terraform_version, complete, resource_changes, output_changes }, null, 2)}\n`;
}

/** Identities have no marks, and repeat attributes that may have some: they go. */
function redactChange({ before_identity, after_identity, ...change }: Change): Change {
  return {
    ...change,
    before: redactValue(change.before, change.before_sensitive),
    after: redactValue(change.after, change.after_sensitive),
  };
}

/** `marks` is true, or has true at the places of sensitive values. */
function redactValue(value: unknown, marks: unknown): unknown {
  if (marks === true) return value === null || value === undefined ? value : REDACTED;
  if (typeof marks !== "object" || marks === null || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = marks as readonly unknown[];
    return value.map((each, index) => redactValue(each, list[index]));
  }
  const fields = marks as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, redactValue(each, Object.hasOwn(fields, key) && fields[key])]),
  );
}
