import { Account } from "@aws-sdk/client-account";
import { IAM } from "@aws-sdk/client-iam";
import { Organizations } from "@aws-sdk/client-organizations";
import { S3 } from "@aws-sdk/client-s3";
import { makeByHand } from "../../../ci/rehearsal/hand-made.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { callJson, createAccount } from "../emulator/raw-calls.js";

export const STATE = { bucket: "genesis-state-123456789012", key: "terraform.tfstate", region: "us-east-1" };
export const DEDICATED_EMAIL = "aws+public-ecr@platform.test";
export const CONTACT = { name: "Our CISO", title: "CISO", email: "ciso@platform.test", phone: "+1 555 0100" };
const CONTENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const TRUST = JSON.stringify({ Version: "2012-10-17", Statement: [] });
export const MANAGED = "arn:aws:iam::aws:policy/job-function/Billing";

/** Makes one of everything that a snapshot has a field for, by raw calls. The ids of what it made. */
export async function makeUsedOrganization(endpoint: string) {
  const options = { endpoint, region: "us-east-1", credentials: EMULATOR_CREDENTIALS };
  const [organizations, iam, account] = [new Organizations(options), new IAM(options), new Account(options)];
  const s3 = new S3({ ...options, forcePathStyle: true });
  const made = await makeByHand(endpoint, { name: "ECR", email: DEDICATED_EMAIL });
  const root = (await organizations.listRoots({})).Roots?.[0]?.Id ?? "";
  for (const ServicePrincipal of ["account.amazonaws.com", "iam.amazonaws.com"]) {
    await organizations.enableAWSServiceAccess({ ServicePrincipal });
  }
  for (const PolicyType of ["SERVICE_CONTROL_POLICY", "TAG_POLICY"] as const) {
    await organizations.enablePolicyType({ RootId: root, PolicyType });
  }
  const unit = await organizations.createOrganizationalUnit({ ParentId: made.ou, Name: "Payments" });
  const payments = unit.OrganizationalUnit?.Id ?? "";
  const [shop, closed] = [
    await createAccount(endpoint, "shop", "shop@platform.test"),
    await createAccount(endpoint, "closed", "closed@platform.test"),
  ];
  await organizations.moveAccount({ AccountId: shop, SourceParentId: root, DestinationParentId: payments });
  await organizations.closeAccount({ AccountId: closed });
  await organizations.tagResource({ ResourceId: shop, Tags: [{ Key: "CostCenter", Value: "42" }] });
  await organizations.registerDelegatedAdministrator({ AccountId: shop, ServicePrincipal: "guardduty.amazonaws.com" });
  const policies: string[] = [];
  for (const Type of ["SERVICE_CONTROL_POLICY", "TAG_POLICY"] as const) {
    const input = { Name: `our ${Type}`, Description: "ours", Content: CONTENT, Type };
    const PolicyId = (await organizations.createPolicy(input)).Policy?.PolicySummary?.Id ?? "";
    await organizations.attachPolicy({ PolicyId, TargetId: payments });
    policies.push(PolicyId);
  }
  const contact = {
    AlternateContactType: "SECURITY",
    Name: CONTACT.name,
    Title: CONTACT.title,
    EmailAddress: CONTACT.email,
    PhoneNumber: CONTACT.phone,
  } as const;
  await account.putAlternateContact(contact);
  await account.putAlternateContact({ ...contact, AccountId: shop, AlternateContactType: "BILLING" });
  await iam.createRole({ RoleName: "genesis-plan", AssumeRolePolicyDocument: TRUST });
  await iam.putRolePolicy({ RoleName: "genesis-plan", PolicyName: "read", PolicyDocument: CONTENT });
  await iam.attachRolePolicy({ RoleName: "genesis-plan", PolicyArn: MANAGED });
  await iam.enableOrganizationsRootCredentialsManagement({});
  const late = await createAccount(endpoint, "late", "late@platform.test");
  await s3.createBucket({ Bucket: STATE.bucket });
  await s3.putBucketVersioning({ Bucket: STATE.bucket, VersioningConfiguration: { Status: "Enabled" } });
  const Statement = { Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "s3:Nothing", Resource: "*" };
  await s3.putBucketPolicy({ Bucket: STATE.bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  const instances = [{ index_key: "shop" }, { index_key: 'a"b', deposed: "4a2c" }];
  const resources = [{ mode: "managed", type: "aws_organizations_account", name: "this", instances }];
  const state = { version: 4, serial: 1, lineage: "l", resources };
  await s3.putObject({ Bucket: STATE.bucket, Key: STATE.key, Body: JSON.stringify(state) });
  const center = await makeIdentityCenter(endpoint, shop);
  for (const client of [organizations, iam, account, s3]) client.destroy();
  return { ...made, root, payments, shop, closed, late, policies, center };
}

async function makeIdentityCenter(endpoint: string, accountId: string) {
  const admin = async (operation: string, input = {}) => {
    const answer = await callJson(endpoint, "sso-admin", operation, input);
    if (answer.status !== 200) throw new Error(`${operation}: ${answer.text}`);
    return answer.json;
  };
  const { InstanceArn, IdentityStoreId } = (await admin("ListInstances")).Instances[0];
  const store = async (operation: string, input = {}) =>
    (await callJson(endpoint, "identitystore", operation, { IdentityStoreId, ...input })).json;
  const { UserId: user } = await store("CreateUser", {
    UserName: "mara@platform.test",
    DisplayName: "Mara",
    Name: { GivenName: "Mara", FamilyName: "Lind" },
    Emails: [
      { Value: "other@platform.test", Primary: false },
      { Value: "mara@platform.test", Primary: true },
    ],
  });
  const { GroupId: group } = await store("CreateGroup", { DisplayName: "engineers", Description: "Who builds" });
  const { MembershipId: membership } = await store("CreateGroupMembership", {
    GroupId: group,
    MemberId: { UserId: user },
  });
  const set = await admin("CreatePermissionSet", {
    InstanceArn,
    Name: "Billing",
    Description: "Bills",
    SessionDuration: "PT8H",
    RelayState: "https://console.aws.amazon.com/billing",
  });
  const { PermissionSetArn } = set.PermissionSet;
  const named = { InstanceArn, PermissionSetArn };
  const reference = { Name: "payments", Path: "/team/" };
  await admin("AttachManagedPolicyToPermissionSet", { ...named, ManagedPolicyArn: MANAGED });
  await admin("AttachCustomerManagedPolicyReferenceToPermissionSet", {
    ...named,
    CustomerManagedPolicyReference: reference,
  });
  await admin("PutInlinePolicyToPermissionSet", { ...named, InlinePolicy: CONTENT });
  const boundary = { CustomerManagedPolicyReference: reference };
  await admin("PutPermissionsBoundaryToPermissionSet", { ...named, PermissionsBoundary: boundary });
  const target = { ...named, TargetType: "AWS_ACCOUNT" };
  await admin("CreateAccountAssignment", {
    ...target,
    TargetId: accountId,
    PrincipalType: "GROUP",
    PrincipalId: group,
  });
  await admin("CreateAccountAssignment", {
    ...target,
    TargetId: "123456789012",
    PrincipalType: "USER",
    PrincipalId: user,
  });
  return {
    instanceArn: InstanceArn,
    storeId: IdentityStoreId,
    user,
    group,
    membership,
    set: PermissionSetArn,
    CONTENT,
  };
}
