import { callJson } from "../../emulator/raw-calls.js";

export interface RoleOf {
  userName: string;
  role: string;
  accountId: string;
}

/** Gives each their role by a permission set and a group of its name, as terraform/ does. The organization is there; each name comes once. */
export async function assignRoles(url: string, assignments: readonly RoleOf[]): Promise<void> {
  const { InstanceArn, IdentityStoreId } = (await callJson(url, "sso-admin", "ListInstances")).json.Instances[0];
  const store = async (operation: string, input: object) =>
    (await callJson(url, "identitystore", operation, { IdentityStoreId, ...input })).json;
  const admin = async (operation: string, input: object) =>
    (await callJson(url, "sso-admin", operation, { InstanceArn, ...input })).json;
  for (const { userName, role, accountId } of assignments) {
    const Name = { GivenName: userName, FamilyName: userName };
    const { UserId } = await store("CreateUser", { UserName: userName, DisplayName: userName, Name });
    const { GroupId } = await store("CreateGroup", { DisplayName: role });
    await store("CreateGroupMembership", { GroupId, MemberId: { UserId } });
    const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: role })).PermissionSet;
    const target = { PermissionSetArn, TargetId: accountId, TargetType: "AWS_ACCOUNT" };
    await admin("CreateAccountAssignment", { ...target, PrincipalType: "GROUP", PrincipalId: GroupId });
  }
}
