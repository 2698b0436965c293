import type { Plan } from "./plan.js";
import { type Effect, listAll, readAttribute, readText } from "./summary/changes.js";

export const ACCOUNT = "aws_organizations_account";
export const UNIT = "aws_organizations_organizational_unit";

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
  const accounts = plan.variables.accounts?.value;
  if (typeof accounts !== "object" || accounts === null || !Object.hasOwn(accounts, account)) return undefined;
  const ou = (accounts as Record<string, { ou?: unknown } | null>)[account]?.ou;
  return typeof ou === "string" ? ou : undefined;
}

/** The path of an OU and those above it: `a/b` and `a`. */
export function listAbove(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, names.length - index).join("/"));
}
