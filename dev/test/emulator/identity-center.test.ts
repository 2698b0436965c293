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

it("has its instance in the home region only", async () => {
  const elsewhere = await callJson(emulator.url, "sso-admin", "ListInstances", {}, { region: "eu-west-1" });
  expect(elsewhere.json).toEqual({ Instances: [] });
});

it("tells the tags of a permission set, those of its creation too", async () => {
  const created = await admin("CreatePermissionSet", { Name: "tagged", Tags: [{ Key: "a", Value: "1" }] });
  const ResourceArn = created.json.PermissionSet.PermissionSetArn;
  await admin("TagResource", { ResourceArn, Tags: [{ Key: "b", Value: "2" }] });
  expect((await admin("ListTagsForResource", { ResourceArn })).json.Tags).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "2" },
  ]);
  await admin("UntagResource", { ResourceArn, TagKeys: ["a"] });
  expect((await admin("ListTagsForResource", { ResourceArn })).json.Tags).toEqual([{ Key: "b", Value: "2" }]);
});

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

it("attaches AWS's policies, those for job functions too", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "billing" })).json.PermissionSet;
  const attach = (name: string) => {
    const ManagedPolicyArn = `arn:aws:iam::aws:policy/${name}`;
    return admin("AttachManagedPolicyToPermissionSet", { PermissionSetArn, ManagedPolicyArn });
  };
  expect([(await attach("ReadOnlyAccess")).status, (await attach("job-function/Billing")).status]).toEqual([200, 200]);
  expect((await attach("Billing")).json.__type).toBe("ResourceNotFoundException");
});

it("keeps a permissions boundary", async () => {
  const { PermissionSetArn } = (await admin("CreatePermissionSet", { Name: "bounded" })).json.PermissionSet;
  const get = () => admin("GetPermissionsBoundaryForPermissionSet", { PermissionSetArn });
  expect((await get()).json.__type).toBe("ResourceNotFoundException");
  const PermissionsBoundary = { ManagedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
  await admin("PutPermissionsBoundaryToPermissionSet", { PermissionSetArn, PermissionsBoundary });
  expect((await get()).json).toEqual({ PermissionsBoundary });
  await admin("DeletePermissionsBoundaryFromPermissionSet", { PermissionSetArn });
  expect((await get()).json.__type).toBe("ResourceNotFoundException");
});

it("updates a user, and finds it by what it has become", async () => {
  const user = {
    UserName: "jo",
    DisplayName: "Jo S",
    Name: { GivenName: "Jo", FamilyName: "S" },
    Emails: [{ Value: "jo@platform.test", Primary: true }],
  };
  const { UserId } = (await store("CreateUser", user)).json;
  const duplicate = await store("CreateUser", { ...user, UserName: "joe", Emails: [{ Value: "JO@platform.test" }] });
  expect(duplicate.json).toMatchObject({ __type: "ConflictException", Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" });
  const Operations = [
    { AttributePath: "displayName", AttributeValue: "Jo T" },
    { AttributePath: "name.familyName", AttributeValue: "T" },
    { AttributePath: "emails", AttributeValue: [{ value: "jo.t@platform.test", primary: true }] },
  ];
  expect((await store("UpdateUser", { UserId, Operations })).status).toBe(200);
  expect((await store("DescribeUser", { UserId })).json).toMatchObject({
    UserName: "jo",
    DisplayName: "Jo T",
    Name: { GivenName: "Jo", FamilyName: "T" },
    Emails: [{ Value: "jo.t@platform.test", Primary: true }],
  });
  const find = (AttributeValue: string) =>
    store("GetUserId", { AlternateIdentifier: { UniqueAttribute: { AttributePath: "emails.value", AttributeValue } } });
  expect((await find("jo.t@platform.test")).json.UserId).toBe(UserId);
  expect((await find("jo@platform.test")).json.__type).toBe("ResourceNotFoundException");
  expect((await store("ListUsers")).json.Users).toHaveLength(1);
});

it("updates a group, and lets go of its memberships with it", async () => {
  const { GroupId } = (await store("CreateGroup", { DisplayName: "engineers", Description: "x" })).json;
  await store("CreateGroup", { DisplayName: "others" });
  const rename = (AttributeValue: string) =>
    store("UpdateGroup", { GroupId, Operations: [{ AttributePath: "displayName", AttributeValue }] });
  expect((await rename("others")).json.__type).toBe("ConflictException");
  await rename("platform");
  expect((await store("DescribeGroup", { GroupId })).json).toMatchObject({ DisplayName: "platform", Description: "x" });

  const name = { DisplayName: "A B", Name: { GivenName: "A", FamilyName: "B" } };
  const { UserId } = (await store("CreateUser", { UserName: "ab", ...name })).json;
  const member = { GroupId, MemberId: { UserId } };
  const { MembershipId } = (await store("CreateGroupMembership", member)).json;
  expect((await store("CreateGroupMembership", member)).json.__type).toBe("ConflictException");
  expect((await store("GetGroupMembershipId", member)).json.MembershipId).toBe(MembershipId);
  expect((await store("ListGroupMembershipsForMember", member)).json.GroupMemberships).toHaveLength(1);
  await store("DeleteGroup", { GroupId });
  expect((await store("DescribeGroupMembership", { MembershipId })).status).toBe(400);
});

it("says which operation it lacks", async () => {
  const answer = await store("UpdateIdentityStore");
  expect(answer.json).toMatchObject({ __type: "UnknownOperationException" });
  expect(answer.json.message).toContain("identitystore UpdateIdentityStore");
});
