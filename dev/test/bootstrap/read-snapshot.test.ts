import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openBootstrapApi } from "../../../ci/bootstrap/api.js";
import { readSnapshot, type SnapshotAbout } from "../../../ci/bootstrap/read-snapshot.js";
import type { SeenAccount, Snapshot } from "../../../ci/bootstrap/snapshot.js";
import type { Fault } from "../../../ci/emulator/client.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { CONTACT, DEDICATED_EMAIL, MANAGED, makeUsedOrganization, STATE } from "./used-organization.js";

const MANAGEMENT = "123456789012";
const ABOUT: SnapshotAbout = {
  managementId: undefined,
  region: undefined,
  dedicated: { id: undefined, email: DEDICATED_EMAIL.toUpperCase() },
  state: STATE,
};

async function read(emulator: Emulator, about: Partial<SnapshotAbout> = {}, members = false) {
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: "us-east-1", endpoint: emulator.url });
  const lines: string[] = [];
  const options = { onProgress: (line: string) => lines.push(line), members };
  return { lines, ...(await readSnapshot(api, { ...ABOUT, ...about }, options).finally(() => api.close())) };
}

describe("a used organization", { timeout: 60_000 }, () => {
  let emulator: Emulator;
  let made: Awaited<ReturnType<typeof makeUsedOrganization>>;
  let whole: Snapshot;
  beforeAll(async () => {
    emulator = await startEmulator();
    made = await makeUsedOrganization(emulator.url);
    whole = await read(emulator, {}, true);
  });
  afterEach(() => emulator.clearFaults());
  afterAll(() => emulator?.close());
  const find = (snapshot: Snapshot, id: string) => snapshot.organization?.accounts.find((each) => each.id === id);

  it("is seen with its OUs, accounts, policies and what is delegated", () => {
    const { accounts, ...organization } = whole.organization ?? { accounts: [] };
    const { root, ou, payments, shop, policies } = made;
    expect(whole.unread).toEqual([]);
    expect(whole.caller).toBe(MANAGEMENT);
    expect(organization).toEqual({
      id: made.organization,
      rootId: root,
      managementId: MANAGEMENT,
      services: ["account.amazonaws.com", "iam.amazonaws.com"],
      policyTypes: ["SERVICE_CONTROL_POLICY", "TAG_POLICY"],
      delegated: [{ account: shop, service: "guardduty.amazonaws.com" }],
      ous: [
        { id: ou, parentId: root, name: "infrastructure", path: ["infrastructure"] },
        { id: payments, parentId: ou, name: "Payments", path: ["infrastructure", "Payments"] },
      ],
      policies: ["SERVICE_CONTROL_POLICY", "TAG_POLICY"].map((type, index) => ({
        id: policies[index],
        name: `our ${type}`,
        description: "ours",
        type,
        content: made.center.CONTENT,
        targets: [payments],
      })),
    });
    const expected: SeenAccount[] = [
      {
        ...{ id: MANAGEMENT, name: "master", email: "aws@platform.test", state: "ACTIVE", parentId: root },
        ...{ tags: {}, contacts: { security: CONTACT }, reachable: true, rootPassword: true },
      },
      {
        ...{ id: shop, name: "shop", email: "shop@platform.test", state: "ACTIVE", parentId: payments },
        ...{ tags: { CostCenter: "42" }, contacts: { billing: CONTACT }, reachable: true, rootPassword: true },
      },
    ];
    for (const account of expected) expect(find(whole, account.id)).toEqual(account);
    expect(find(whole, made.late)).toMatchObject({ reachable: true, rootPassword: false });
    expect(accounts).toHaveLength(5);
  });

  it("is asked nothing about an account that is closed", () => {
    const unknown = { tags: undefined, contacts: undefined, reachable: undefined, rootPassword: undefined };
    expect(find(whole, made.closed)).toMatchObject({ state: "CLOSED", ...unknown });
  });

  it("is seen with people, permission sets and assignments, in whichever region they are", () => {
    const { center, shop } = made;
    expect(whole.identityCenter).toEqual({
      region: "us-east-1",
      instanceArn: center.instanceArn,
      storeId: center.storeId,
      users: [
        {
          id: center.user,
          userName: "mara@platform.test",
          displayName: "Mara",
          givenName: "Mara",
          familyName: "Lind",
          email: "mara@platform.test",
        },
      ],
      groups: [{ id: center.group, name: "engineers", description: "Who builds" }],
      memberships: [{ id: center.membership, groupId: center.group, userId: center.user }],
      permissionSets: [
        {
          arn: center.set,
          name: "Billing",
          description: "Bills",
          sessionDuration: "PT8H",
          relayState: "https://console.aws.amazon.com/billing",
          managedPolicies: [MANAGED],
          customerManagedPolicies: [{ name: "payments", path: "/team/" }],
          inlinePolicy: center.CONTENT,
          boundary: { customerManagedPolicy: { name: "payments", path: "/team/" } },
        },
      ],
      assignments: [
        { principalType: "GROUP", principalId: center.group, account: shop, permissionSet: center.set },
        { principalType: "USER", principalId: center.user, account: MANAGEMENT, permissionSet: center.set },
      ],
    });
  });

  it("is seen with what IAM, the dedicated account, the bucket and the state have", () => {
    const { management, rootFeatures, dedicated, bucket, managed } = whole;
    expect(management).toEqual({
      oidcProvider: { arn: made.provider, audiences: ["sts.amazonaws.com"] },
      roles: [{ name: "genesis-plan", inline: ["read"], attached: [MANAGED] }],
    });
    expect(rootFeatures).toEqual(["RootCredentialsManagement"]);
    const iam = { oidcProvider: undefined, roles: [] };
    expect(dedicated).toEqual({ id: made.account, iam, repositories: ["base"] });
    const statements = [expect.objectContaining({ Sid: "Theirs" })];
    expect(bucket).toEqual({ name: STATE.bucket, versioned: true, publicAccessBlock: false, statements });
    expect(managed).toEqual(new Set(['aws_organizations_account.this["shop"]']));
  });

  it("is of another account: nothing else was asked", async () => {
    await emulator.clearRequests();
    await expectError("account-wrong", () => read(emulator, { managementId: "111122223333" }));
    expect((await emulator.requests()).map(({ operation }) => operation)).toEqual(["GetCallerIdentity"]);
  });

  it("has its Identity Center elsewhere than the data says", async () => {
    const { identityCenter, unread } = await read(emulator, { region: "eu-west-1" });
    expect(identityCenter).toBeUndefined();
    expect(unread.map(({ code }) => code)).toEqual(["identity-center-elsewhere"]);
  });

  it("enters no account of somebody else", async () => {
    await emulator.clearRequests();
    const { dedicated } = await read(emulator, { dedicated: { id: "111122223333", email: undefined } });
    expect(dedicated).toBeUndefined();
    expect((await emulator.requests()).map(({ operation }) => operation)).not.toContain("AssumeRole");
  });

  type Part = "organization" | "delegated" | "policies" | "tags" | "contacts" | "rootPassword" | keyof Snapshot;
  /** What is denied, the permission that is named, and the parts that are unread then. */
  const DENIED: [operation: string, subject: string, parts: Part[], service?: string][] = [
    ["DescribeOrganization", "organizations:DescribeOrganization", ["organization", "rootFeatures", "dedicated"]],
    ["ListRoots", "organizations:ListRoots", ["organization", "dedicated"]],
    [
      "ListAWSServiceAccessForOrganization",
      "organizations:ListAWSServiceAccessForOrganization",
      ["organization", "dedicated"],
    ],
    [
      "ListOrganizationalUnitsForParent",
      "organizations:ListOrganizationalUnitsForParent",
      ["organization", "dedicated"],
    ],
    ["ListAccountsForParent", "organizations:ListAccountsForParent", ["organization", "dedicated"]],
    ["ListDelegatedAdministrators", "organizations:ListDelegatedAdministrators", ["delegated"]],
    ["ListDelegatedServicesForAccount", "organizations:ListDelegatedServicesForAccount", ["delegated"]],
    ["ListPolicies", "organizations:ListPolicies", ["policies"]],
    ["DescribePolicy", "organizations:DescribePolicy", ["policies"]],
    ["ListTargetsForPolicy", "organizations:ListTargetsForPolicy", ["policies"]],
    ["ListTagsForResource", "organizations:ListTagsForResource", ["tags"]],
    ["GetAlternateContact", "account:GetAlternateContact", ["contacts"]],
    ["GetAccountSummary", "iam:GetAccountSummary", ["rootPassword"]],
    ["ListInstances", "sso:ListInstances", ["identityCenter"]],
    ["ListPermissionSets", "sso:ListPermissionSets", ["identityCenter"]],
    ["DescribePermissionSet", "sso:DescribePermissionSet", ["identityCenter"]],
    ["ListManagedPoliciesInPermissionSet", "sso:ListManagedPoliciesInPermissionSet", ["identityCenter"]],
    [
      "ListCustomerManagedPolicyReferencesInPermissionSet",
      "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
      ["identityCenter"],
    ],
    ["GetInlinePolicyForPermissionSet", "sso:GetInlinePolicyForPermissionSet", ["identityCenter"]],
    ["GetPermissionsBoundaryForPermissionSet", "sso:GetPermissionsBoundaryForPermissionSet", ["identityCenter"]],
    ["ListAccountAssignmentsForPrincipal", "sso:ListAccountAssignmentsForPrincipal", ["identityCenter"]],
    ["ListUsers", "identitystore:ListUsers", ["identityCenter"]],
    ["ListGroups", "identitystore:ListGroups", ["identityCenter"]],
    ["ListGroupMemberships", "identitystore:ListGroupMemberships", ["identityCenter"]],
    ["GetOpenIDConnectProvider", "iam:GetOpenIDConnectProvider", ["management"]],
    ["ListRolePolicies", "iam:ListRolePolicies", ["management"]],
    ["ListAttachedRolePolicies", "iam:ListAttachedRolePolicies", ["management"]],
    ["ListOrganizationsFeatures", "iam:ListOrganizationsFeatures", ["rootFeatures"]],
    ["ListBuckets", "s3:ListAllMyBuckets", ["bucket"]],
    ["GetBucketVersioning", "s3:GetBucketVersioning", ["bucket"]],
    ["GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", ["bucket"]],
    ["GetBucketPolicy", "s3:GetBucketPolicy", ["bucket"]],
    ["GetObject", "s3:GetObject", ["managed"]],
  ];
  const ACCOUNT_PARTS: readonly string[] = ["tags", "contacts", "rootPassword"];

  it.each(DENIED)("is read but for what %s tells, which is named", async (operation, subject, parts) => {
    await emulator.setFault({ operation, code: "AccessDenied", status: 403 });
    const { unread, lines, ...seen } = await read(emulator, {}, true);
    expect(unread.map(({ code, subject }) => [code, subject])).toEqual([["aws-forbidden", `aws ${subject}`]]);
    const { organization } = whole;
    expect({ ...seen, lines: undefined, unread: undefined }).toEqual({
      ...whole,
      lines: undefined,
      unread: undefined,
      ...Object.fromEntries(parts.filter((part) => part in whole).map((part) => [part, undefined])),
      organization:
        parts.includes("organization") || organization === undefined
          ? undefined
          : {
              ...organization,
              ...Object.fromEntries(parts.filter((part) => part in organization).map((part) => [part, undefined])),
              accounts: organization.accounts.map((account) => ({
                ...account,
                ...Object.fromEntries(parts.filter((part) => ACCOUNT_PARTS.includes(part)).map((p) => [p, undefined])),
              })),
            },
    });
  });

  it.each([
    ["GetRole", "iam:GetRole"],
    ["ListOpenIDConnectProviders", "iam:ListOpenIDConnectProviders"],
  ])("is read but for IAM in both accounts where %s is denied", async (operation, subject) => {
    await emulator.setFault({ operation, code: "AccessDenied", status: 403 });
    const { unread, management, dedicated } = await read(emulator);
    expect(unread.map((error) => error.subject)).toEqual([`aws ${subject}`, `aws ${subject}`]);
    expect([management, dedicated]).toEqual([undefined, { id: made.account, iam: undefined, repositories: ["base"] }]);
  });

  it("is read but for the repositories where DescribeRepositories is denied", async () => {
    await emulator.setFault({ operation: "DescribeRepositories", code: "AccessDeniedException", status: 403 });
    const { unread, dedicated } = await read(emulator);
    expect(unread.map(({ subject }) => subject)).toEqual(["aws ecr-public:DescribeRepositories"]);
    expect(dedicated?.repositories).toBeUndefined();
    expect(dedicated?.iam).toEqual(whole.dedicated?.iam);
  });

  it("may deny the role in an account: that is an answer, and the dedicated account is unread", async () => {
    await emulator.setFault({ operation: "AssumeRole", code: "AccessDenied", status: 403 });
    const { unread, ...seen } = await read(emulator, {}, true);
    expect(unread.map(({ code, subject }) => [code, subject])).toEqual([["aws-forbidden", `account ${made.account}`]]);
    expect(find({ ...seen, unread }, made.shop)).toMatchObject({ reachable: false, rootPassword: undefined });
    expect(find({ ...seen, unread }, MANAGEMENT)).toMatchObject({ reachable: true, rootPassword: true });
  });

  it("throttles a while: everything is read all the same", async () => {
    await emulator.setFault({ service: "organizations", code: "ThrottlingException", times: 2 });
    expect((await read(emulator)).unread).toEqual([]);
  });

  it.each<[string, Fault]>([
    ["aws-throttled", { code: "ThrottlingException" }],
    ["aws-failed", { code: "InternalFailure", status: 500 }],
  ])("ends a question to all accounts with %s, and only that one", async (code, fault) => {
    await emulator.setFault({ operation: "ListTagsForResource", ...fault });
    const { unread, organization } = await read(emulator);
    expect(unread.map((error) => error.code)).toEqual([code]);
    expect(unread[0]?.message).toContain("after that no other was asked");
    expect(organization?.accounts.find(({ id }) => id === made.shop)?.contacts).toEqual({ billing: CONTACT });
  });

  it("names every part of the Identity Center that is denied", async () => {
    for (const operation of ["ListUsers", "ListPermissionSets"]) {
      await emulator.setFault({ operation, code: "AccessDenied" });
    }
    const { unread } = await read(emulator);
    expect(unread.map(({ subject }) => subject)).toEqual(["aws sso:ListPermissionSets", "aws identitystore:ListUsers"]);
  });

  it("has a state that nobody can read", async () => {
    const copy = await emulator.fork();
    const { S3 } = await import("@aws-sdk/client-s3");
    const options = { endpoint: copy.url, region: "us-east-1", credentials: EMULATOR_CREDENTIALS };
    const s3 = new S3({ ...options, forcePathStyle: true });
    try {
      await s3.putObject({ Bucket: STATE.bucket, Key: STATE.key, Body: '{"version": 3, "secret": "hunter2"}' });
      const { managed, unread } = await read(copy);
      expect(managed).toBeUndefined();
      expect(unread.map(({ code }) => code)).toEqual(["state-unreadable"]);
      expect(unread[0]?.message).not.toContain("hunter2");
      await s3.deleteObject({ Bucket: STATE.bucket, Key: STATE.key });
      expect((await read(copy)).managed).toEqual(new Set());
    } finally {
      s3.destroy();
      await copy.close();
    }
  });
});

describe("an account of which nobody knows much", { timeout: 60_000 }, () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator?.close());

  it("has no organization: that is told, and the rest is read", async () => {
    const seen = await read(emulator);
    expect(seen.unread.map(({ code }) => code)).toEqual(["organization-missing"]);
    expect(seen.organization).toBeUndefined();
    expect(seen).toMatchObject({ caller: MANAGEMENT, bucket: undefined, managed: new Set() });
    expect(seen.identityCenter?.users).toEqual([]);
    expect(seen.management).toEqual({ oidcProvider: undefined, roles: [] });
  });

  it("has an organization with nothing in it", async () => {
    await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
    const seen = await read(emulator);
    expect(seen.unread).toEqual([]);
    expect(seen.organization).toMatchObject({ services: [], policyTypes: [], delegated: [], ous: [], policies: [] });
    expect(seen.rootFeatures).toEqual([]);
  });

  it("tells contacts to nobody until their service is trusted; lists of several pages are read to their end", async () => {
    const { IdentityStoreId } = (await callJson(emulator.url, "sso-admin", "ListInstances")).json.Instances[0];
    for (let index = 0; index < 101; index++) {
      await callJson(emulator.url, "identitystore", "CreateGroup", { IdentityStoreId, DisplayName: `g${index}` });
    }
    for (let index = 0; index < 21; index++) {
      await createAccount(emulator.url, `a${index}`, `a${index}@platform.test`);
    }
    const [error] = (await read(emulator)).unread;
    expect(error?.message).toContain("does not trust account.amazonaws.com");
    await callJson(emulator.url, "organizations", "EnableAWSServiceAccess", {
      ServicePrincipal: "account.amazonaws.com",
    });
    const { organization, identityCenter, lines, unread } = await read(emulator);
    expect(unread).toEqual([]);
    expect(organization?.accounts).toHaveLength(22);
    expect(identityCenter?.groups).toHaveLength(101);
    expect(lines).toEqual(["accounts: 22 of 22 read"]);
  });
});
