import { readAt } from "../lib/objects.js";
import { type Effect, listAll, readAttribute, readText } from "./effects.js";
import type { Plan } from "./plan.js";
import { UNIT } from "./resource-types.js";

/** The OUs' paths by id. */
export function nameUnits(plan: Plan): Map<string, string> {
  return new Map(
    listAll(plan)
      .filter(({ change }) => change.type === UNIT)
      .map((effect) => [readText(effect, "id") ?? "", effect.key]),
  );
}

/** An account's OU by path, before and after; `root`, or the id where no OU of the plan has it; undefined where it is in none. */
export function findPlace(effect: Effect, plan: Plan, units: ReadonlyMap<string, string>) {
  const { before, after, unknown } = readAttribute(effect, "parent_id");
  const name = (id: unknown) => {
    if (typeof id !== "string") return undefined;
    return units.get(id) ?? (id.startsWith("r-") ? "root" : id);
  };
  return { before: name(before), after: unknown ? readPlannedUnit(plan, effect.key) : name(after) };
}

/** The OU that the data names, where the OU's id is not known yet. */
function readPlannedUnit(plan: Plan, account: string): string | undefined {
  const ou = readAt(plan.variables.accounts?.value, [account, "ou"]);
  return typeof ou === "string" ? ou : undefined;
}

/** The path of an OU and those above it: `a/b` and `a`. */
export function listAbove(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, names.length - index).join("/"));
}
