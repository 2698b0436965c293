import { formatCode, formatCodes } from "../../lib/markdown.js";
import type { Plan } from "../plan.js";
import { ends, listChangedAttributes, listEffects } from "./changes.js";

/** Types whose changes the other sections tell whole. */
const TOLD: ReadonlySet<string> = new Set([
  "aws_identitystore_group_membership",
  "aws_identitystore_user",
  "aws_organizations_account",
  "aws_ssoadmin_account_assignment",
  "aws_ssoadmin_managed_policy_attachment",
]);

/** What no other section tells: so nothing of a plan is in its diff only. What goes is told by the losses. */
export function explainRest(plan: Plan): string[] {
  const resources = listEffects(plan).filter((effect) => !TOLD.has(effect.change.type) && !ends(effect));
  const moved = plan.resource_changes.filter((each) => each.previous_address !== undefined);
  const outputs = Object.entries(plan.output_changes).filter(([, { actions }]) => actions[0] !== "no-op");
  return [
    ...resources.map((effect) => {
      const address = formatCode(effect.change.address);
      if (effect.kind === "update") return `${address} changes: ${formatCodes(listChangedAttributes(effect))}`;
      return `${address} ${effect.kind === "create" ? "is created" : "is adopted as it is"}`;
    }),
    ...moved.map((each) => `${formatCode(each.previous_address ?? "")} is now ${formatCode(each.address)}`),
    ...outputs.map(([name]) => `Output ${formatCode(name)} changes`),
  ];
}
