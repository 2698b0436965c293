import {
  type Identitystore,
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from "@aws-sdk/client-identitystore";
import {
  paginateListAccountAssignments,
  paginateListCustomerManagedPolicyReferencesInPermissionSet,
  paginateListManagedPoliciesInPermissionSet,
  paginateListPermissionSets,
  type SSOAdmin,
} from "@aws-sdk/client-sso-admin";
import { collectPages } from "../lib/pages.js";
import type { Clients } from "./open-clients.js";
import { type Lines, listThere, toTags } from "./read-back-lines.js";
import type { PlacedAccount } from "./read-back-organization.js";

/** People, groups, permission sets and who has what; each account is asked for each set. */
export async function readBackIdentityCenter(
  { ssoAdmin, identityStore }: Clients,
  accounts: readonly PlacedAccount[],
): Promise<Lines> {
  const { Instances = [] } = await ssoAdmin.listInstances({});
  const { InstanceArn = "", IdentityStoreId = "" } = Instances[0] ?? {};
  const { lines: people, names } = await readPeople(identityStore, IdentityStoreId);
  const { lines: sets, arns } = await readPermissionSets(ssoAdmin, InstanceArn);
  const lines: string[] = [];
  for (const [set, PermissionSetArn] of arns) {
    for (const { Id, Name } of accounts) {
      const input = { InstanceArn, PermissionSetArn, AccountId: Id };
      const found = await collectPages(
        paginateListAccountAssignments({ client: ssoAdmin }, input),
        "AccountAssignments",
      );
      for (const { PrincipalId = "" } of found) lines.push(`access of ${names.get(PrincipalId)} as ${set} in ${Name}`);
    }
  }
  return { ...people, ...sets, ...listThere(lines) };
}

/** `names` are those of the ids of users and groups. */
async function readPeople(client: Identitystore, IdentityStoreId: string) {
  const lines: Record<string, unknown> = {};
  const names = new Map<string, string>();
  for (const user of await collectPages(paginateListUsers({ client }, { IdentityStoreId }), "Users")) {
    const { UserId = "", UserName = "", DisplayName, Name, Emails } = user;
    lines[`user ${UserName}`] = { id: UserId, DisplayName, Name, Emails };
    names.set(UserId, `user ${UserName}`);
  }
  for (const group of await collectPages(paginateListGroups({ client }, { IdentityStoreId }), "Groups")) {
    const { GroupId = "", DisplayName = "", Description } = group;
    lines[`group ${DisplayName}`] = { id: GroupId, Description };
    names.set(GroupId, `group ${DisplayName}`);
    const input = { IdentityStoreId, GroupId };
    for (const each of await collectPages(paginateListGroupMemberships({ client }, input), "GroupMemberships")) {
      lines[`group ${DisplayName} has ${names.get(each.MemberId?.UserId ?? "")}`] = each.MembershipId;
    }
  }
  return { lines, names };
}

/** `arns` are those of names. */
async function readPermissionSets(client: SSOAdmin, InstanceArn: string) {
  const lines: Record<string, unknown> = {};
  const arns = new Map<string, string>();
  for (const arn of await collectPages(paginateListPermissionSets({ client }, { InstanceArn }), "PermissionSets")) {
    const set = { InstanceArn, PermissionSetArn: arn };
    const { PermissionSet } = await client.describePermissionSet(set);
    const { Name = "", Description, SessionDuration, RelayState } = PermissionSet ?? {};
    const line = `permission set ${Name}`;
    arns.set(Name, arn);
    lines[line] = { arn, Description, SessionDuration, RelayState };
    lines[`${line} tags`] = toTags((await client.listTagsForResource({ InstanceArn, ResourceArn: arn })).Tags);
    const managed = paginateListManagedPoliciesInPermissionSet({ client }, set);
    for (const { Arn } of await collectPages(managed, "AttachedManagedPolicies")) lines[`${line} has ${Arn}`] = true;
    const custom = paginateListCustomerManagedPolicyReferencesInPermissionSet({ client }, set);
    for (const { Name, Path } of await collectPages(custom, "CustomerManagedPolicyReferences")) {
      lines[`${line} has ${Path}${Name} of the account`] = true;
    }
    const { InlinePolicy } = await client.getInlinePolicyForPermissionSet(set);
    if (InlinePolicy) lines[`${line} inline`] = JSON.parse(InlinePolicy);
    const boundary = await client.getPermissionsBoundaryForPermissionSet(set).catch((error: Error) => {
      if (error.name !== "ResourceNotFoundException") throw error;
    });
    if (boundary) lines[`${line} boundary`] = boundary.PermissionsBoundary;
  }
  return { lines, arns };
}
