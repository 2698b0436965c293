import type { Plan } from "../plan.js";
import { type Effect, listAll, readAttribute, readText } from "./changes.js";

const UNIT = "aws_organizations_organizational_unit";

/** The OUs' names by id. */
export function nameUnits(plan: Plan): Map<string, string> {
  return new Map(
    listAll(plan)
      .filter(({ change }) => change.type === UNIT)
      .map((effect) => [readText(effect, "id") ?? "", readText(effect, "name") ?? effect.key]),
  );
}

/** An account's OU by name, before and after; its id where no OU of the plan has it, undefined where the account is in none. */
export interface Place {
  before: string | undefined;
  after: string | undefined;
}

/** Where an account is and will be. */
export function findPlace(effect: Effect, plan: Plan, units: ReadonlyMap<string, string>): Place {
  const { before, after, unknown } = readAttribute(effect, "parent_id");
  const name = (id: unknown) => (typeof id === "string" ? (units.get(id) ?? id) : undefined);
  return { before: name(before), after: unknown ? readPlannedUnit(plan, effect.key) : name(after) };
}

/** The OU that the data names, where the OU's id is not known yet. */
function readPlannedUnit(plan: Plan, account: string): string | undefined {
  const accounts = plan.variables.accounts?.value;
  if (typeof accounts !== "object" || accounts === null || !Object.hasOwn(accounts, account)) return undefined;
  const ou = (accounts as Record<string, { ou?: unknown } | null>)[account]?.ou;
  return typeof ou === "string" ? ou : undefined;
}
