import { isObject, readString } from "../input.js";
import type { MotoClient } from "../moto-client.js";

/** Who may do what where. */
export interface Assignment {
  accountId: string;
  /** Name of the permission set, which is that of the role in the portal. */
  roleName: string;
  principalId: string;
}

/** All assignments of the Identity Center in its home region. */
export async function listAssignments(
  moto: MotoClient,
  region: string,
): Promise<{ identityStoreId: string; assignments: Assignment[] }> {
  const by = { region };
  const [instance] = await moto.askAll(by, "sso-admin", "ListInstances", {}, "Instances");
  if (!isObject(instance)) throw new Error("moto has no instance of the Identity Center");
  const InstanceArn = readString(instance, "InstanceArn");
  const accounts = (await moto.askAll(by, "organizations", "ListAccounts", {}, "Accounts")).filter(isObject);
  const sets = await moto.askAll(by, "sso-admin", "ListPermissionSets", { InstanceArn }, "PermissionSets");
  const assignments: Assignment[] = [];
  for (const PermissionSetArn of sets) {
    const described = await moto.ask(by, "sso-admin", "DescribePermissionSet", { InstanceArn, PermissionSetArn });
    const roleName = isObject(described.PermissionSet) ? readString(described.PermissionSet, "Name") : "";
    for (const { Id: AccountId } of accounts) {
      const input = { InstanceArn, PermissionSetArn, AccountId };
      const found = await moto.askAll(by, "sso-admin", "ListAccountAssignments", input, "AccountAssignments");
      for (const each of found.filter(isObject)) {
        assignments.push({ accountId: String(AccountId), roleName, principalId: readString(each, "PrincipalId") });
      }
    }
  }
  return { identityStoreId: readString(instance, "IdentityStoreId"), assignments };
}
