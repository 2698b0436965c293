import type { Plan } from "../plan.js";
import { type Effect, listAll, readAttribute, readText } from "./changes.js";

const UNIT = "aws_organizations_organizational_unit";

/** The OUs' paths by id. */
export function nameUnits(plan: Plan): Map<string, string> {
  return new Map(
    listAll(plan)
      .filter(({ change }) => change.type === UNIT)
      .map((effect) => [readText(effect, "id") ?? "", effect.key]),
  );
}

/** An account's OU by path, before and after; `root` for the root, its id where no OU of the plan has it, undefined where it is in none. */
export interface Place {
  before: string | undefined;
  after: string | undefined;
}

/** Where an account is and will be. */
export function findPlace(effect: Effect, plan: Plan, units: ReadonlyMap<string, string>): Place {
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
