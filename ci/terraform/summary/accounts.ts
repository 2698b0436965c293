import { groupBy } from "../../lib/group-by.js";
import { formatCode, formatCodes } from "../../lib/markdown.js";
import { type Effect, listChangedAttributes, listEffects, readAttribute, readText } from "../effects.js";
import type { Plan } from "../plan.js";
import { ACCOUNT } from "../resource-types.js";
import { findPlace, nameUnits } from "../tree.js";
import { describeChanges, withImport } from "./changes.js";

/** What happens to accounts: created, imported, moved, renamed. What is destroyed has a section of its own. */
export function explainAccounts(plan: Plan): string[] {
  const units = nameUnits(plan);
  const effects = listEffects(plan).filter(({ change }) => change.type === ACCOUNT);
  return [
    ...effects.flatMap((effect) => explainAccount(effect, plan, units)),
    ...explainImported(effects, plan, units),
  ];
}

/** A line for each OU: there may be hundreds. */
function explainImported(effects: readonly Effect[], plan: Plan, units: ReadonlyMap<string, string>): string[] {
  const imported = effects.filter(({ kind }) => kind === "import");
  return [...groupBy(imported, (effect) => findPlace(effect, plan, units).after ?? "unknown")].map(([place, each]) => {
    const keys = each.map(({ key }) => key);
    const where = `in ${formatCode(place)}`;
    if (keys.length === 1) return `Account ${formatCodes(keys)} is imported as it is, ${where}`;
    return `${keys.length} accounts are imported as they are, ${where}: ${formatCodes(keys)}`;
  });
}

function explainAccount(effect: Effect, plan: Plan, units: ReadonlyMap<string, string>): string[] {
  const account = formatCode(effect.key);
  const email = formatCode(readText(effect, "email") ?? "unknown");
  const at = findPlace(effect, plan, units);
  const place = formatCode(at.after ?? "unknown");
  if (effect.kind === "create") {
    const [name, tags] = [readText(effect, "name") ?? effect.key, readAttribute(effect, "tags").after ?? {}];
    return [
      `Account ${account} is created in ${place}, with the e-mail address ${email}${name === effect.key ? "" : `, the name ${formatCode(name)}`}${Object.keys(tags).length > 0 ? `, the tags ${formatCode(JSON.stringify(tags))}` : ""}`,
    ];
  }
  if (effect.kind !== "update") return [];
  const { before, after } = readAttribute(effect, "parent_id");
  const others = listChangedAttributes(effect).filter((name) => name !== "parent_id");
  const happens = [
    ...(before !== after ? [`moves from ${formatCode(at.before ?? "unknown")} to ${place}`] : []),
    ...(others.length > 0 ? [`changes: ${describeChanges(effect, others)}`] : []),
  ];
  return [`Account ${account} ${withImport(effect, happens.join(", and "))}`];
}
