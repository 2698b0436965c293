import { groupBy } from "../../lib/group-by.js";
import { formatCode, formatCodes } from "../../lib/markdown.js";
import {
  begins,
  type Effect,
  ends,
  listAll,
  listChangedAttributes,
  listEffects,
  readAttribute,
  remains,
  splitKey,
} from "../effects.js";
import { isMeant } from "../grants.js";
import { classifyChange, type Plan } from "../plan.js";
import { listValues } from "../policy-document.js";
import { ACCOUNT, ASSIGNMENT, ATTACHMENT, ORGANIZATION } from "../resource-types.js";
import { findPlace, nameUnits } from "../tree.js";
import { describeChanges, withImport } from "./changes.js";
import { hasSection } from "./told.js";

/** Accounts of one policy that are named. */
const REACHED_MAX = 50;

/** What no other section tells: so nothing of a plan is in its diff only. What goes is told by the losses. */
export function explainRest(plan: Plan): string[] {
  const effects = listEffects(plan);
  const isAttached = (effect: Effect) => effect.change.type === ATTACHMENT && begins(effect);
  const resources = effects.filter(
    (effect) => !hasSection(effect) && !ends(effect) && effect.kind !== "import" && !isAttached(effect),
  );
  const imported = effects.filter(
    ({ kind, change }) => kind === "import" && ![ACCOUNT, ASSIGNMENT].includes(change.type),
  );
  const read = plan.resource_changes.filter(({ change }) => classifyChange(change) === "read");
  const moved = plan.resource_changes.filter((each) => each.previous_address !== undefined);
  const outputs = Object.entries(plan.output_changes).filter(([, { actions }]) => actions[0] !== "no-op");
  return [
    ...explainAttached(plan, effects.filter(isAttached)),
    ...resources.flatMap(explainResource),
    ...explainImported(imported),
    ...read.map(({ address }) => `${formatCode(address)} is read during the apply`),
    ...moved.map((each) => `${formatCode(each.previous_address ?? "")} is now ${formatCode(each.address)}`),
    ...outputs.map(([name]) => `Output ${formatCode(name)} changes`),
  ];
}

/** Lists of the organization; the losses tell what leaves them. */
const TOLD_BY_LOSSES = ["aws_service_access_principals", "enabled_policy_types"];

function explainResource(effect: Effect): string[] {
  const address = formatCode(effect.change.address);
  if (effect.kind === "create") return [`${address} is created`];
  const onlyLoses = (name: string) => {
    const { before, after, unknown } = readAttribute(effect, name);
    const had = new Set(listValues(before));
    return !unknown && TOLD_BY_LOSSES.includes(name) && listValues(after).every((each) => had.has(each));
  };
  const names = listChangedAttributes(effect).filter((name) => !onlyLoses(name));
  const isLoss = names.length === 0 && effect.change.type === ORGANIZATION;
  return isLoss ? [] : [`${address} ${withImport(effect, `changes: ${describeChanges(effect, names)}`)}`];
}

/** A line for each policy, with where it applies from now on, and the accounts that it reaches there. */
function explainAttached(plan: Plan, effects: readonly Effect[]): string[] {
  const units = nameUnits(plan);
  const accounts = listAll(plan).filter((effect) => effect.change.type === ACCOUNT && remains(effect));
  const placed = accounts.map((effect) => [effect.key, findPlace(effect, plan, units).after ?? ""] as const);
  const targets = groupBy(effects, ({ key }) => splitKey(key).owner);
  return [...targets].map(([policy, each]) => {
    const names = each.map(({ key }) => splitKey(key).rest);
    const reached = placed.filter(([key, ou]) => names.some((name) => name === "root" || isMeant(name, key, ou)));
    const shown = reached.slice(0, REACHED_MAX).map(([key]) => key);
    const more = reached.length > shown.length ? ` and ${reached.length - shown.length} more` : "";
    const reach = reached.length === 0 ? "no account yet" : `${formatCodes(shown)}${more}`;
    return `Policy ${formatCode(policy)} now applies to ${formatCodes(names)}, and reaches ${reach}`;
  });
}

/** What stays as it is and is managed from now on: a line for each type, for there may be thousands. */
function explainImported(effects: readonly Effect[]): string[] {
  return [...groupBy(effects, ({ change }) => change.type)].map(([type, each]) => {
    const [first, ...others] = each;
    if (others.length === 0) return `${formatCode(first?.change.address ?? type)} is imported as it is`;
    return `${each.length} of ${formatCode(type)} are imported as they are: ${formatCodes(each.map(({ key }) => key))}`;
  });
}
