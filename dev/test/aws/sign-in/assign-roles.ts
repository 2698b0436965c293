import { callJson } from "../../emulator/raw-calls.js";

/** A role that someone has in an account. */
export interface RoleOf {
  userName: string;
  role: string;
  accountId: string;
}

/** Makes the people and permission sets that the assignments name, and assigns them. The organization is there. */
export async function assignRoles(url: string, assignments: readonly RoleOf[]): Promise<void> {
  const { InstanceArn, IdentityStoreId } = (await callJson(url, "sso-admin", "ListInstances")).json.Instances[0];
  const people = new Map<string, string>();
  const sets = new Map<string, string>();
  for (const { userName, role, accountId } of assignments) {
    if (!people.has(userName)) {
      const Name = { GivenName: userName, FamilyName: userName };
      const user = { IdentityStoreId, UserName: userName, DisplayName: userName, Name };
      people.set(userName, (await callJson(url, "identitystore", "CreateUser", user)).json.UserId);
    }
    if (!sets.has(role)) {
      const created = await callJson(url, "sso-admin", "CreatePermissionSet", { InstanceArn, Name: role });
      sets.set(role, created.json.PermissionSet.PermissionSetArn);
    }
    await callJson(url, "sso-admin", "CreateAccountAssignment", {
      InstanceArn,
      PermissionSetArn: sets.get(role),
      TargetId: accountId,
      TargetType: "AWS_ACCOUNT",
      PrincipalType: "USER",
      PrincipalId: people.get(userName),
    });
  }
}
