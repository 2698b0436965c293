import { groupBy } from "../lib/group-by.js";
import { isObject } from "../lib/objects.js";
import { formatAddress } from "../terraform/address.js";
import { MANAGEMENT } from "../terraform/code.js";
import { isMeant, isSuspended } from "../terraform/grants.js";
import { ASSIGNMENT } from "../terraform/resource-types.js";
import type { AccountKeys } from "./adopt-accounts.js";
import { type Draft, importAs, leave, listEntries, readAt, writeField } from "./adopt-draft.js";
import { compare } from "./adopt-keys.js";
import type { KnownGroup } from "./adopt-people.js";
import { isActive, type SeenAccount, type SeenAssignment, type SeenIdentityCenter } from "./snapshot.js";

/** A permission set of the data in an account of it. */
interface Access {
  account: string;
  set: string;
}

/** What stands in `access` of a group. */
interface AccessEntry {
  permission_sets: string[];
  accounts: string[];
}

/** What the data's names mean in AWS. */
export interface Names {
  accounts: AccountKeys;
  /** Keys of permission sets by ARN. */
  sets: ReadonlyMap<string, string>;
  /** For the names of accounts that the data does not have. */
  seen: readonly SeenAccount[];
}

/** Adopts what groups may do where. What is assigned to people themselves, the data cannot say. */
export function adoptAccess(
  draft: Draft,
  center: SeenIdentityCenter,
  groups: readonly KnownGroup[],
  names: Names,
): void {
  const byPrincipal = groupBy(center.assignments, ({ principalId }) => principalId);
  for (const group of groups) adoptGroupAccess(draft, center, group, byPrincipal.get(group.id) ?? [], names);
  const known = new Set(groups.map(({ id }) => id));
  for (const [principal, assignments] of byPrincipal) {
    if (known.has(principal)) continue;
    for (const each of assignments) leaveAssignment(draft, center, each, names);
  }
}

function adoptGroupAccess(
  draft: Draft,
  center: SeenIdentityCenter,
  { id, key, isManaged }: KnownGroup,
  assignments: readonly SeenAssignment[],
  names: Names,
): void {
  const path = ["groups", key, "access"];
  const address = ({ account, set }: Access) => formatAddress(ASSIGNMENT, "this", `${account}/${key}/${set}`);
  const found = assignments.flatMap((each) => {
    const account = names.accounts.get(each.account);
    const set = names.sets.get(each.permissionSet);
    if (account !== undefined && set !== undefined && isOpen(draft, account)) return [{ account, set, seen: each }];
    leaveAssignment(draft, center, each, names);
    return [];
  });
  const fresh = found.filter((each) => !draft.managed.has(address(each)));
  const entries = readEntries(draft, path);
  const present = expandAccess(draft, entries);
  const isPresent = (each: Access) => present.has(formatAccess(each));
  // Of a group that the state has, what somebody assigned by hand is added.
  if (isManaged) {
    const missing = fresh.filter((each) => !isPresent(each));
    if (missing.length > 0) writeField(draft, path, { value: [...entries, ...joinAccess(missing)] });
  } else if (present.size !== found.length || !found.every(isPresent)) {
    writeField(draft, path, { value: joinAccess(found) });
  }
  for (const each of fresh) {
    importAs(
      draft,
      address(each),
      `${id},GROUP,${each.seen.account},AWS_ACCOUNT,${each.seen.permissionSet},${center.instanceArn}`,
    );
  }
}

/** Accounts with the same permission sets stand together. */
function joinAccess(all: readonly Access[]): AccessEntry[] {
  const sets = groupBy(all, ({ account }) => account);
  const alike = groupBy(sets, ([, each]) => JSON.stringify([...new Set(each.map(({ set }) => set))].sort()));
  return [...alike]
    .sort(([a], [b]) => compare(a, b))
    .map(([list, accounts]) => ({
      permission_sets: JSON.parse(list),
      accounts: accounts.map(([account]) => account).sort(compareAccounts),
    }));
}

/** The management account first. */
function compareAccounts(a: string, b: string): number {
  return Number(b === MANAGEMENT) - Number(a === MANAGEMENT) || compare(a, b);
}

function readEntries(draft: Draft, path: readonly string[]): AccessEntry[] {
  const list = readAt(draft, path);
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return (Array.isArray(list) ? list.filter(isObject) : []).map(({ permission_sets, accounts }) => ({
    permission_sets: texts(permission_sets),
    accounts: texts(accounts),
  }));
}

/** Each account with each permission set that the words of the data mean: terraform/identity.tf. */
function expandAccess(draft: Draft, entries: readonly AccessEntry[]): ReadonlySet<string> {
  const open = listEntries(draft, "accounts").filter(([key]) => isOpen(draft, key));
  const reach = (word: string) => {
    if (word === MANAGEMENT) return [word];
    const meant = open.filter(([key, { ou }]) => word === "*" || isMeant(word, key, String(ou)));
    return meant.map(([key]) => key);
  };
  return new Set(
    entries.flatMap(({ accounts, permission_sets }) =>
      accounts.flatMap(reach).flatMap((account) => permission_sets.map((set) => formatAccess({ account, set }))),
    ),
  );
}

function isOpen(draft: Draft, account: string): boolean {
  return !isSuspended(String(readAt(draft, ["accounts", account, "ou"])));
}

const formatAccess = ({ account, set }: Access) => `${account}/${set}`;

/** Says that an assignment stays as it is, and why. */
function leaveAssignment(
  draft: Draft,
  { users, groups, permissionSets }: SeenIdentityCenter,
  { account, permissionSet, principalId, principalType }: SeenAssignment,
  names: Names,
): void {
  const set = permissionSets.find(({ arn }) => arn === permissionSet)?.name ?? permissionSet;
  const seen = names.seen.find(({ id }) => id === account);
  const place = names.accounts.get(account) ?? seen?.name ?? account;
  const isUser = principalType === "USER";
  const who = isUser
    ? `person ${users.find(({ id }) => id === principalId)?.userName ?? principalId}`
    : `group ${groups.find(({ id }) => id === principalId)?.name ?? principalId}`;
  const reason = isUser
    ? "the data gives access to groups only"
    : !names.accounts.has(account)
      ? "the data does not have this account"
      : !names.sets.has(permissionSet)
        ? "the data does not have this permission set"
        : isOpen(draft, place)
          ? "the data does not have this group"
          : "in the OU suspended nobody has access by the data";
  leave(
    draft,
    `${who}, ${set} in account ${place}`,
    reason,
    seen === undefined || isActive(seen) ? "access" : "closed",
  );
}
