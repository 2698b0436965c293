import { MANAGEMENT } from "../code.js";
import { begins, type Effect, ends, listAll } from "../effects.js";
import { readGrant } from "../grants.js";
import type { Plan } from "../plan.js";
import { ACCOUNT, ASSIGNMENT, UNIT } from "../resource-types.js";
import { findPlace, nameUnits } from "../tree.js";

/** What a plan does with a thing: `changes` where it goes and comes again. */
export type Mark = "stays" | "added" | "removed" | "changes";

/** Accounts that a plan treats alike, in one OU. */
export interface Bundle {
  mark: Mark;
  /** Undefined for the management account, which is in none. */
  unit: string | undefined;
  accounts: string[];
  access: readonly AccessChange[];
}

export interface AccessChange {
  group: string;
  permissionSet: string;
  mark: Mark;
}

/** What of the organization's structure a plan changes. */
export interface StructureChange {
  /** OUs that come or go, and those that hold a bundle. */
  units: ReadonlyMap<string, Mark>;
  bundles: readonly Bundle[];
}

const markOf = (effect: Effect): Mark => {
  if (begins(effect)) return ends(effect) ? "changes" : "added";
  if (ends(effect)) return "removed";
  return effect.change.change.importing === undefined ? "stays" : "added";
};

/** Finds what a plan changes of OUs, accounts and access. Accounts with the same OU, mark and access are one bundle. */
export function findStructure(plan: Plan): StructureChange {
  const all = listAll(plan);
  const of = (type: string) => all.filter(({ change }) => change.type === type);
  const unitMarks = new Map(of(UNIT).map((effect) => [effect.key, markOf(effect)]));
  const access = collectAccess(of(ASSIGNMENT));
  const places = nameUnits(plan);
  const bundles = new Map<string, Bundle>();
  const add = (account: string, unit: string | undefined, mark: Mark, changes: readonly AccessChange[]) => {
    if (mark === "stays" && changes.length === 0) return;
    const key = JSON.stringify([unit, mark, changes]);
    const bundle = bundles.get(key) ?? { mark, unit, accounts: [], access: changes };
    bundle.accounts.push(account);
    bundles.set(key, bundle);
  };
  const placed = new Set<string>();
  for (const effect of of(ACCOUNT)) {
    const { before, after } = findPlace(effect, plan, places);
    const changes = access.get(effect.key) ?? [];
    placed.add(effect.key);
    const moves = effect.kind === "update" && before !== after;
    if (moves) add(effect.key, before ?? "unknown", "removed", []);
    add(effect.key, after ?? before ?? "unknown", moves ? "added" : markOf(effect), changes);
  }
  for (const [account, changes] of access) {
    if (!placed.has(account)) add(account, account === MANAGEMENT ? undefined : "unknown", "stays", changes);
  }
  const held = [...bundles.values()].flatMap(({ unit }) => (unit === undefined ? [] : [unit]));
  const changed = [...unitMarks].filter(([, mark]) => mark !== "stays").map(([name]) => name);
  const units = new Map([...new Set([...changed, ...held])].map((name) => [name, unitMarks.get(name) ?? "stays"]));
  return { units, bundles: [...bundles.values()] };
}

function collectAccess(effects: readonly Effect[]): Map<string, AccessChange[]> {
  const access = new Map<string, AccessChange[]>();
  for (const effect of effects) {
    const mark = markOf(effect);
    if (mark === "stays" && effect.kind !== "update") continue;
    const { account, group, permissionSet } = readGrant(effect.key);
    const change = { group, permissionSet, mark: effect.kind === "update" ? ("changes" as const) : mark };
    access.set(account, [...(access.get(account) ?? []), change]);
  }
  return access;
}
