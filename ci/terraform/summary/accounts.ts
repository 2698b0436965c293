import { formatCode, formatCodes } from "../../lib/markdown.js";
import type { Plan } from "../plan.js";
import { ACCOUNT, findPlace, nameUnits } from "../tree.js";
import {
  describeChanges,
  type Effect,
  listChangedAttributes,
  listEffects,
  readAttribute,
  readText,
} from "./changes.js";

/** What happens to accounts: created, adopted, moved, renamed. What is destroyed has a section of its own. */
export function explainAccounts(plan: Plan): string[] {
  const units = nameUnits(plan);
  const effects = listEffects(plan).filter(({ change }) => change.type === ACCOUNT);
  return [...effects.flatMap((effect) => explainAccount(effect, plan, units)), ...explainAdopted(effects, plan, units)];
}

/** A line for each OU: there may be hundreds. */
function explainAdopted(effects: readonly Effect[], plan: Plan, units: ReadonlyMap<string, string>): string[] {
  const adopted = new Map<string, string[]>();
  for (const effect of effects.filter(({ kind }) => kind === "import")) {
    const place = findPlace(effect, plan, units).after ?? "unknown";
    adopted.set(place, [...(adopted.get(place) ?? []), effect.key]);
  }
  return [...adopted].map(([place, keys]) => {
    const where = `in ${formatCode(place)}`;
    if (keys.length === 1) return `Account ${formatCodes(keys)} is adopted as it is, ${where}`;
    return `${keys.length} accounts are adopted as they are, ${where}: ${formatCodes(keys)}`;
  });
}

function explainAccount(effect: Effect, plan: Plan, units: ReadonlyMap<string, string>): string[] {
  const account = formatCode(effect.key);
  const email = formatCode(readText(effect, "email") ?? "unknown");
  const at = findPlace(effect, plan, units);
  const place = formatCode(at.after ?? "unknown");
  if (effect.kind === "create") return [`Account ${account} is created in ${place}, with the e-mail address ${email}`];
  if (effect.kind !== "update") return [];
  const lines: string[] = [];
  const { before, after } = readAttribute(effect, "parent_id");
  if (before !== after) {
    lines.push(`Account ${account} moves from ${formatCode(at.before ?? "unknown")} to ${place}`);
  }
  const others = listChangedAttributes(effect).filter((name) => name !== "parent_id");
  if (others.length > 0) lines.push(`Account ${account} changes: ${describeChanges(effect, others)}`);
  return lines;
}
