import { formatAddress } from "../terraform/address.js";
import { listGrants } from "../terraform/grants.js";
import type { Names } from "./adopt-organization.js";
import { chooseEntry } from "./choose-key.js";
import { addDocument, type ReadDocument } from "./documents.js";
import { type Draft, listEntries, listKeys, nameEntry } from "./draft.js";
import type { SeenIdentityCenter, SeenPermissionSet } from "./snapshot.js";

const SET = "aws_ssoadmin_permission_set";

/** Permission sets with what is attached to them, and which groups have them where; a person's own assignment is left alone. */
export function adoptAccess(
  draft: Draft,
  center: SeenIdentityCenter,
  groups: ReadonlyMap<string, string>,
  names: Names,
  readDocument: ReadDocument,
): void {
  const { instanceArn } = center;
  const sets = new Map(center.permissionSets.map((set) => [set.arn, adoptSet(draft, set, instanceArn, readDocument)]));
  const userNames = new Map(center.users.map(({ id, userName }) => [id, userName]));
  const granted = new Map<string, Map<string, string[]>>();
  for (const { principalType, principalId, account, permissionSet } of center.assignments) {
    const set = sets.get(permissionSet);
    const where = names.accounts.get(account);
    const group = groups.get(principalId);
    if (principalType === "USER") {
      draft.left.push(
        `access of ${userNames.get(principalId) ?? principalId} to ${set ?? permissionSet} in ${where ?? account}: it is a person's own; the data has access of groups`,
      );
    } else if (set === undefined || where === undefined || group === undefined || isSuspended(draft, where)) {
      draft.left.push(
        `access of group ${group ?? principalId} to ${set ?? permissionSet} in ${where ?? account}: the data does not have that account, or nobody has access to it`,
      );
    } else {
      const address = formatAddress("aws_ssoadmin_account_assignment", "this", `${where}/${group}/${set}`);
      const bySet = granted.get(group) ?? new Map<string, string[]>();
      bySet.set(set, [...(bySet.get(set) ?? []), where]);
      granted.set(group, bySet);
      draft.import(
        address,
        [principalId, "GROUP", account, "AWS_ACCOUNT", permissionSet, center.instanceArn].join(","),
      );
    }
  }
  for (const [, group] of groups) writeAccess(draft, group, granted.get(group) ?? new Map());
}

/** A group that is not managed yet has what AWS has; another one gets what it lacks. */
function writeAccess(draft: Draft, group: string, seen: ReadonlyMap<string, readonly string[]>): void {
  const path = ["groups", group, "access"];
  const known = draft.get(path);
  const isManaged = draft.isManaged(formatAddress("aws_identitystore_group", "this", group));
  const isKept = isManaged || draft.get(["identity_source"]) === "external";
  if (!isKept) {
    draft.set(path, combineAccess(seen));
    return;
  }
  const covered = new Set(
    listGrants(draft.data as Parameters<typeof listGrants>[0]).map(
      (grant) => `${grant.account}/${grant.group}/${grant.permissionSet}`,
    ),
  );
  const missing = new Map(
    [...seen].map(
      ([set, accounts]) => [set, accounts.filter((account) => !covered.has(`${account}/${group}/${set}`))] as const,
    ),
  );
  const more = combineAccess(new Map([...missing].filter(([, accounts]) => accounts.length > 0)));
  if (more.length > 0) draft.set(path, [...(Array.isArray(known) ? known : []), ...more]);
}

/** Accounts with the same permission sets are one entry. */
function combineAccess(
  bySet: ReadonlyMap<string, readonly string[]>,
): { permission_sets: string[]; accounts: string[] }[] {
  const combined = new Map<string, { permission_sets: string[]; accounts: string[] }>();
  for (const [set, names] of [...bySet].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const accounts = [...names].sort();
    const entry = combined.get(accounts.join("/")) ?? { permission_sets: [], accounts };
    entry.permission_sets.push(set);
    combined.set(accounts.join("/"), entry);
  }
  return [...combined.values()];
}

function isSuspended(draft: Draft, account: string): boolean {
  return String(draft.get(["accounts", account, "ou"]) ?? "").split("/")[0] === "suspended";
}

function adoptSet(draft: Draft, set: SeenPermissionSet, instance: string, readDocument: ReadDocument): string {
  const known = listEntries(draft, "permission_sets").find(
    (entry) => nameEntry(entry).toLowerCase() === set.name.toLowerCase(),
  );
  const chosen = known === undefined ? chooseEntry(set.name, listKeys(draft, "permission_sets")) : { key: known[0] };
  const { key } = chosen;
  if (draft.isManaged(formatAddress(SET, "this", key))) return key;
  const { arn, relayState, boundary, customerManagedPolicies } = set;
  const managed = set.managedPolicies.map(nameManaged);
  const inline =
    set.inlinePolicy === undefined ? {} : { inline_policy: addDocument(draft, key, set.inlinePolicy, readDocument) };
  draft.set(["permission_sets", key], {
    description: set.description,
    managed_policies: managed,
    ...inline,
    ...(customerManagedPolicies.length > 0 && { customer_managed_policies: customerManagedPolicies.map(writeOwn) }),
    ...(boundary && {
      boundary:
        "managedPolicy" in boundary
          ? { managed_policy: nameManaged(boundary.managedPolicy) }
          : { customer_managed_policy: writeOwn(boundary.customerManagedPolicy) },
    }),
    session_duration: set.sessionDuration,
    ...(relayState && { relay_state: relayState }),
    ...(key !== set.name && { name: set.name }),
  });
  const pair = `${arn},${instance}`;
  draft.import(formatAddress(SET, "this", key), pair);
  for (const [index, policy] of set.managedPolicies.entries()) {
    const address = formatAddress("aws_ssoadmin_managed_policy_attachment", "this", `${key}/${managed[index]}`);
    draft.import(address, `${policy},${pair}`);
  }
  for (const { name, path } of customerManagedPolicies) {
    const address = formatAddress("aws_ssoadmin_customer_managed_policy_attachment", "this", `${key}/${name}`);
    draft.import(address, `${name},${path},${pair}`);
  }
  if (set.inlinePolicy !== undefined)
    draft.import(formatAddress("aws_ssoadmin_permission_set_inline_policy", "this", key), pair);
  if (boundary !== undefined)
    draft.import(formatAddress("aws_ssoadmin_permissions_boundary_attachment", "this", key), pair);
  return key;
}

/** What follows `:policy/` in the ARN. */
const nameManaged = (arn: string) => arn.slice(arn.indexOf(":policy/") + ":policy/".length);

const writeOwn = ({ name, path }: { name: string; path: string }) => (path === "/" ? { name } : { name, path });
