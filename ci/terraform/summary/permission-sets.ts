import { formatCode, formatCodes } from "../../lib/markdown.js";
import { begins, type Effect, ends, listEffects, readAttribute, splitKey } from "../effects.js";
import type { Plan } from "../plan.js";
import { parseDocument } from "../policy-document.js";
import {
  PERMISSION_SET,
  SET_BOUNDARY,
  SET_INLINE_POLICY,
  SET_MANAGED_POLICY,
  SET_OWN_POLICY,
} from "../resource-types.js";
import { withImport } from "./changes.js";

/** How each type tells what a permission set gives, and gives no longer. */
const EXPLAIN: Readonly<Record<string, (effect: Effect, set: string) => string[]>> = {
  [SET_MANAGED_POLICY]: (effect, set) => {
    const { before, after } = readAttribute(effect, "managed_policy_arn");
    return explainGiven(effect, set, String(before), String(after));
  },
  [SET_OWN_POLICY]: (effect, set) => {
    const policy = splitKey(effect.key).rest;
    return explainGiven(effect, set, policy, policy, " (the customer managed policy of this name in each account)");
  },
  [SET_INLINE_POLICY]: explainInline,
  [SET_BOUNDARY]: explainBoundary,
  [PERMISSION_SET]: explainSession,
};

/** What permission sets give from now on, or no longer: their policies, what limits them, how long a session lasts. */
export function explainPermissionSets(plan: Plan): string[] {
  const effects = listEffects(plan);
  return Object.entries(EXPLAIN).flatMap(([type, explain]) =>
    effects
      .filter(({ change }) => change.type === type)
      .flatMap((effect) => explain(effect, formatCode(splitKey(effect.key).owner))),
  );
}

function explainGiven(effect: Effect, set: string, before: string, after: string, note = ""): string[] {
  return [
    ...(ends(effect) ? [`Permission set ${set} no longer gives ${formatCode(before)}${note}`] : []),
    ...(begins(effect) ? [`Permission set ${set} gives ${formatCode(after)}${note}`] : []),
  ];
}

function explainInline(effect: Effect, set: string): string[] {
  if (effect.kind === "delete" || effect.kind === "forget") return [`Permission set ${set} loses its inline policy`];
  if (effect.kind === "import") return [];
  const { after, unknown } = readAttribute(effect, "inline_policy");
  const actions = parseDocument(after).flatMap((statement) => (statement.effect === "Allow" ? statement.actions : []));
  const what = unknown || actions.length === 0 ? "read the diff" : `it allows ${formatCodes(actions)}`;
  if (effect.kind === "create") return [`Permission set ${set} gets an inline policy: ${what}`];
  return [`The inline policy of permission set ${set} ${withImport(effect, "changes")}: ${what}`];
}

/** A boundary gives nothing: what is in it and in a policy is allowed. */
function explainBoundary(effect: Effect, set: string): string[] {
  const { before, after } = readAttribute(effect, "permissions_boundary");
  return [
    ...(ends(effect) ? [`Permission set ${set} is no longer limited by ${formatCode(nameBoundary(before))}`] : []),
    ...(begins(effect) ? [`Permission set ${set} is limited by ${formatCode(nameBoundary(after))}`] : []),
  ];
}

function nameBoundary(value: unknown): string {
  const [boundary] = Array.isArray(value) ? value : [];
  const { managed_policy_arn: managed, customer_managed_policy_reference: own } = boundary ?? {};
  if (typeof managed === "string" && managed !== "") return managed;
  const name = Array.isArray(own) ? own[0]?.name : undefined;
  return typeof name === "string" ? name : "a boundary";
}

function explainSession(effect: Effect, set: string): string[] {
  const { before, after } = readAttribute(effect, "session_duration");
  if (effect.kind !== "update" || before === after) return [];
  const [now, was] = [after, before].map((each) => formatCode(String(each)));
  return [`A session of permission set ${set} lasts ${now} instead of ${was}`];
}
