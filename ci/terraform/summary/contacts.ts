import { formatCode } from "../../lib/markdown.js";
import type { Plan } from "../plan.js";
import { type Effect, ends, listEffects, readAttribute, splitKey } from "./changes.js";

export const CONTACT = "aws_account_alternate_contact";
export const CONTACT_FIELDS = ["name", "title", "email_address", "phone_number"] as const;

/** Whom AWS tells about security, billing or operations from now on, and whom it told before. */
export function explainContacts(plan: Plan): string[] {
  return listEffects(plan)
    .filter(({ change }) => change.type === CONTACT)
    .flatMap(explainContact);
}

function explainContact(effect: Effect): string[] {
  const { owner, rest: type } = splitKey(effect.key);
  const contact = `${formatCode(type)} contact of ${formatCode(owner)}`;
  const [before, after] = (["before", "after"] as const).map((side) => formatCode(describeContact(effect, side)));
  if (effect.kind === "create") return [`The ${contact} becomes ${after}`];
  if (effect.kind === "update" || effect.kind === "replace")
    return [`The ${contact} was ${before}, and becomes ${after}`];
  return ends(effect) ? [`The ${contact} is no longer ${before}`] : [];
}

/** Name, title, address and number, in one line. */
export function describeContact(effect: Effect, side: "before" | "after"): string {
  return CONTACT_FIELDS.map((field) => String(readAttribute(effect, field)[side] ?? "?")).join(", ");
}
