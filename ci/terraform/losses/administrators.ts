import { groupBy } from "../../lib/group-by.js";
import { type Effect, ends, readAttribute, splitKey } from "../effects.js";
import { isSuspended, readGrant } from "../grants.js";
import { ACCOUNT, ASSIGNMENT, GROUP, MEMBERSHIP, PERMISSION_SET, SET_MANAGED_POLICY, USER } from "../resource-types.js";
import { findPlace, nameUnits } from "../tree.js";
import { type Facts, type Family, isThere, listSome } from "./loss.js";

const ADMINISTRATOR = /^arn:[\w-]+:iam::aws:policy\/AdministratorAccess$/;

type Side = "before" | "after";

/** Accounts in which somebody could become administrator, and nobody can afterwards. */
export const listAdministrators: Family = (facts) => {
  const after = findAdministrators(facts, "after");
  const units = nameUnits(facts.plan);
  const accounts = new Map(facts.of(ACCOUNT).map((effect) => [effect.key, effect]));
  // An account that goes is a loss by its address; from one that moves to `suspended` access is taken on purpose. One that is in no state
  // any more is still open in AWS, and counts.
  const isMeantToBeClosed = (key: string) => {
    const account = accounts.get(key);
    return account !== undefined && (ends(account) || isSuspended(findPlace(account, facts.plan, units).after ?? ""));
  };
  return [...findAdministrators(facts, "before")]
    .filter(([id, { account }]) => !after.has(id) && !isMeantToBeClosed(account))
    .map(([, { account, people }]) => ({
      name: `administrator:${account}`,
      old: listSome(people.flat()),
      new: "nobody",
    }));
};

interface Administrators {
  /** The account's key. */
  account: string;
  people: (readonly string[])[];
}

/** By the account's id where it is known, for a key may change while the account stays. */
function findAdministrators(facts: Facts, side: Side): Map<string, Administrators> {
  const there = (type: string) => facts.of(type).filter((effect) => isThere(effect, side));
  const sets = findSets(facts, side);
  const listMembers = openMembers(facts, side);
  const gone = listGone(facts, USER, side);
  const found = new Map<string, Administrators>();
  for (const effect of there(ASSIGNMENT)) {
    const { account, group, permissionSet } = readGrant(effect.key);
    const isPerson = readSide(effect, "principal_type", side) === "USER";
    const people = isPerson ? [group].filter((person) => !gone.has(person)) : listMembers(group);
    if (!sets.has(permissionSet) || people.length === 0) continue;
    const id = readSide(effect, "target_id", side);
    const key = typeof id === "string" ? id : account;
    const known = found.get(key);
    if (known === undefined) found.set(key, { account, people: [people] });
    else known.people.push(people);
  }
  return found;
}

/** Permission sets that have everything. */
function findSets(facts: Facts, side: Side): Set<string> {
  const gone = listGone(facts, PERMISSION_SET, side);
  const attachments = facts.of(SET_MANAGED_POLICY).filter((effect) => isThere(effect, side));
  return new Set(
    attachments
      .filter((effect) => ADMINISTRATOR.test(String(readSide(effect, "managed_policy_arn", side))))
      .map(({ key }) => splitKey(key).owner)
      .filter((set) => !gone.has(set)),
  );
}

/** Who is in a group. One whose members are managed elsewhere, or that the plan does not know, has some. */
function openMembers(facts: Facts, side: Side): (group: string) => readonly string[] {
  const gone = { groups: listGone(facts, GROUP, side), people: listGone(facts, USER, side) };
  const isExternal = facts.plan.variables.identity_source?.value === "external";
  const memberships = facts.of(MEMBERSHIP);
  const known = new Set([
    ...facts.of(GROUP).map(({ key }) => key),
    ...memberships.map(({ key }) => splitKey(key).owner),
  ]);
  const members = groupBy(
    memberships.filter((each) => isThere(each, side) && !gone.people.has(splitKey(each.key).rest)),
    ({ key }) => splitKey(key).owner,
  );
  const lists = new Map([...members].map(([group, each]) => [group, each.map(({ key }) => splitKey(key).rest)]));
  return (group) => {
    if (gone.groups.has(group)) return [];
    return isExternal || !known.has(group) ? [`whoever is in ${group}`] : (lists.get(group) ?? []);
  };
}

/** Keys of a type that the plan knows, and that are not there. */
function listGone({ of }: Facts, type: string, side: Side): Set<string> {
  return new Set(
    of(type)
      .filter((effect) => !isThere(effect, side))
      .map(({ key }) => key),
  );
}

/** An attribute on one side; what is forgotten stays as it was. */
function readSide(effect: Effect, name: string, side: Side): unknown {
  const { before, after } = readAttribute(effect, name);
  return side === "before" ? before : (after ?? before);
}
