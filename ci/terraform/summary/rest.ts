import { groupBy } from "../../lib/group-by.js";
import { formatCode, formatCodes } from "../../lib/markdown.js";
import type { Plan } from "../plan.js";
import { ACCOUNT } from "../tree.js";
import { begins, describeChanges, type Effect, ends, listEffects, splitKey } from "./changes.js";

const ATTACHMENT = "aws_organizations_policy_attachment";

/** Types whose changes the other sections tell whole. */
const TOLD: ReadonlySet<string> = new Set([
  "aws_account_alternate_contact",
  "aws_identitystore_group_membership",
  "aws_identitystore_user",
  ACCOUNT,
  "aws_ssoadmin_account_assignment",
  "aws_ssoadmin_customer_managed_policy_attachment",
  "aws_ssoadmin_managed_policy_attachment",
  "aws_ssoadmin_permission_set_inline_policy",
  "aws_ssoadmin_permissions_boundary_attachment",
]);

/** What no other section tells: so nothing of a plan is in its diff only. What goes is told by the losses. */
export function explainRest(plan: Plan): string[] {
  const effects = listEffects(plan);
  const attached = effects.filter((effect) => effect.change.type === ATTACHMENT && begins(effect));
  const resources = effects.filter((effect) => {
    const { kind, change } = effect;
    return !TOLD.has(change.type) && !ends(effect) && kind !== "import" && !attached.includes(effect);
  });
  const moved = plan.resource_changes.filter((each) => each.previous_address !== undefined);
  const outputs = Object.entries(plan.output_changes).filter(([, { actions }]) => actions[0] !== "no-op");
  return [
    ...explainAttached(attached),
    ...resources.map((effect) => {
      const address = formatCode(effect.change.address);
      if (effect.kind === "update") return `${address} changes: ${describeChanges(effect)}`;
      return `${address} ${effect.kind === "create" ? "is created" : effect.kind}`;
    }),
    ...explainAdopted(effects.filter(({ kind, change }) => kind === "import" && change.type !== ACCOUNT)),
    ...moved.map((each) => `${formatCode(each.previous_address ?? "")} is now ${formatCode(each.address)}`),
    ...outputs.map(([name]) => `Output ${formatCode(name)} changes`),
  ];
}

/** A line for each policy, with where it applies from now on. */
function explainAttached(effects: readonly Effect[]): string[] {
  const targets = groupBy(effects, ({ key }) => splitKey(key).owner);
  return [...targets].map(([policy, each]) => {
    const names = each.map(({ key }) => splitKey(key).rest);
    return `Policy ${formatCode(policy)} now applies to ${formatCodes(names)}`;
  });
}

/** What stays as it is and is managed from now on: a line for each type, for there may be thousands. */
function explainAdopted(effects: readonly Effect[]): string[] {
  return [...groupBy(effects, ({ change }) => change.type)].map(([type, each]) => {
    const [first, ...others] = each;
    if (others.length === 0) return `${formatCode(first?.change.address ?? type)} is adopted as it is`;
    return `${each.length} of ${formatCode(type)} are adopted as they are: ${formatCodes(each.map(({ key }) => key))}`;
  });
}
