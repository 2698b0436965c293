import { groupBy } from "../../lib/group-by.js";
import { formatCode, formatCodes } from "../../lib/markdown.js";
import { describeContact } from "../contacts.js";
import { type Effect, listEffects, splitKey } from "../effects.js";
import type { Plan } from "../plan.js";
import { CONTACT } from "../resource-types.js";
import { withImport } from "./changes.js";

/** Whom AWS tells about security, billing or operations from now on, and whom it told before: a line for all accounts of the same contact. */
export function explainContacts(plan: Plan): string[] {
  const told = listEffects(plan).filter(({ change, kind }) => change.type === CONTACT && kind !== "import");
  const same = groupBy(told, (effect) => `${splitKey(effect.key).rest}\n${explainContact(effect)}`);
  return [...same].map(([key, effects]) => {
    const [type = "", happens = ""] = key.split("\n");
    return `The ${formatCode(type)} contact of ${formatCodes(effects.map((each) => splitKey(each.key).owner))} ${happens}`;
  });
}

function explainContact(effect: Effect): string {
  const [before, after] = (["before", "after"] as const).map((side) => formatCode(describeContact(effect, side)));
  if (effect.kind === "create") return `becomes ${after}`;
  if (effect.kind === "update" || effect.kind === "replace")
    return withImport(effect, `becomes ${after} instead of ${before}`);
  return `is no longer ${before}`;
}
