import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson } from "./raw-calls.js";

let emulator: Emulator;
let instance: { InstanceArn: string; IdentityStoreId: string };
const admin = (operation: string, input: object = {}) => {
  const { InstanceArn } = instance ?? {};
  return callJson(emulator.url, "sso-admin", operation, { InstanceArn, ...input });
};
const store = (operation: string, input: object = {}) => {
  const { IdentityStoreId } = instance;
  return callJson(emulator.url, "identitystore", operation, { IdentityStoreId, ...input });
};
beforeAll(async () => {
  emulator = await startEmulator();
  instance = (await callJson(emulator.url, "sso-admin", "ListInstances")).json.Instances[0];
});
afterAll(() => emulator.close());

it("provisions a permission set that exists: in progress, then done", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "provisioned" })).json.PermissionSet;
  const target = { TargetType: "ALL_PROVISIONED_ACCOUNTS" };
  const asked = await admin("ProvisionPermissionSet", { PermissionSetArn, ...target });
  const { Status, RequestId } = asked.json.PermissionSetProvisioningStatus;
  expect(Status).toBe("IN_PROGRESS");
  const look = (id: string) =>
    admin("DescribePermissionSetProvisioningStatus", { ProvisionPermissionSetRequestId: id });
  expect((await look(RequestId)).json.PermissionSetProvisioningStatus.Status).toBe("SUCCEEDED");
  expect((await look("other")).json.__type).toBe("ResourceNotFoundException");
  const unknown = await admin("ProvisionPermissionSet", { PermissionSetArn: `${PermissionSetArn}x`, ...target });
  expect(unknown.json.__type).toBe("ResourceNotFoundException");
});

it("assigns and takes back by hand: each in progress, then done, whatever became of the assignment since", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "by-hand" })).json.PermissionSet;
  const { GroupId } = (await store("CreateGroup", { DisplayName: "finance" })).json;
  const target = { PermissionSetArn, TargetId: "123456789012", TargetType: "AWS_ACCOUNT" };
  const assignment = { ...target, PrincipalType: "GROUP", PrincipalId: GroupId };
  const list = async () =>
    (await admin("ListAccountAssignments", { PermissionSetArn, AccountId: target.TargetId })).json.AccountAssignments;
  const begin = async (kind: "Creation" | "Deletion") => {
    const operation = kind === "Creation" ? "CreateAccountAssignment" : "DeleteAccountAssignment";
    const status = (await admin(operation, assignment)).json[`AccountAssignment${kind}Status`];
    expect(status).toMatchObject({ ...assignment, Status: "IN_PROGRESS" });
    return { [`AccountAssignment${kind}RequestId`]: status.RequestId };
  };
  const look = async (kind: "Creation" | "Deletion", request: object) =>
    (await admin(`DescribeAccountAssignment${kind}Status`, request)).json[`AccountAssignment${kind}Status`];

  const created = await begin("Creation");
  expect(await look("Creation", created)).toMatchObject({ ...assignment, Status: "SUCCEEDED" });
  // A second equal one is the same one.
  const again = await begin("Creation");
  expect(await list()).toHaveLength(1);
  const deleted = await begin("Deletion");
  expect(deleted.AccountAssignmentDeletionRequestId).not.toBe(created.AccountAssignmentCreationRequestId);
  expect(await list()).toEqual([]);
  expect(await look("Deletion", deleted)).toMatchObject({ ...assignment, Status: "SUCCEEDED" });
  expect(await look("Creation", again)).toMatchObject({ Status: "SUCCEEDED" });

  expect((await admin("DeleteAccountAssignment", assignment)).json.__type).toBe("ResourceNotFoundException");
  const unknown = { AccountAssignmentCreationRequestId: "other" };
  expect((await admin("DescribeAccountAssignmentCreationStatus", unknown)).json.__type).toBe(
    "ResourceNotFoundException",
  );
});

it("tells what a user has by a group as the group's, beside the user's own, and what a group has", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "shared" })).json.PermissionSet;
  const name = { Name: { GivenName: "A", FamilyName: "B" }, DisplayName: "A B" };
  const { UserId } = (await store("CreateUser", { UserName: "member", ...name })).json;
  const { GroupId } = (await store("CreateGroup", { DisplayName: "shared" })).json;
  await store("CreateGroupMembership", { GroupId, MemberId: { UserId } });
  const target = { PermissionSetArn, TargetType: "AWS_ACCOUNT" };
  const group = { PrincipalType: "GROUP", PrincipalId: GroupId };
  const user = { PrincipalType: "USER", PrincipalId: UserId };
  await admin("CreateAccountAssignment", { ...target, ...group, TargetId: "111111111111" });
  await admin("CreateAccountAssignment", { ...target, ...user, TargetId: "222222222222" });
  const list = async (input: object) =>
    (await admin("ListAccountAssignmentsForPrincipal", input)).json.AccountAssignments;
  const own = { AccountId: "222222222222", PermissionSetArn, ...user };
  const shared = { AccountId: "111111111111", PermissionSetArn, ...group };
  expect(await list(group)).toEqual([shared]);
  expect(await list(user)).toEqual([shared, own]);
  expect(await list({ ...user, Filter: { AccountId: "222222222222" } })).toEqual([own]);
});

it("takes a name of a permission set once", async () => {
  expect((await admin("CreatePermissionSet", { Name: "once" })).status).toBe(200);
  expect((await admin("CreatePermissionSet", { Name: "once" })).json.__type).toBe("ConflictException");
});

it("attaches AWS's policies, those for job functions too", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "billing" })).json.PermissionSet;
  const attach = (name: string) => {
    const ManagedPolicyArn = `arn:aws:iam::aws:policy/${name}`;
    return admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ManagedPolicyArn });
  };
  expect([(await attach("ReadOnlyAccess")).status, (await attach("job-function/Billing")).status]).toEqual([200, 200]);
  expect((await attach("Billing")).json.__type).toBe("ResourceNotFoundException");
});

it("says which operation it lacks", async () => {
  const answer = await store("UpdateIdentityStore");
  expect(answer.json).toMatchObject({ __type: "UnknownOperationException" });
  expect(answer.json.message).toContain("identitystore UpdateIdentityStore");
});
