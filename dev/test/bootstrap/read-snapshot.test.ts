import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openBootstrapApi } from "../../../ci/bootstrap/api.js";
import { readSnapshot, type SnapshotAbout } from "../../../ci/bootstrap/read-snapshot.js";
import type { SeenAccount, Snapshot } from "../../../ci/bootstrap/snapshot.js";
import type { Fault } from "../../../ci/emulator/client.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { POLICY_TYPES, SERVICES } from "../../../ci/rehearsal/used-tree.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";

const MANAGEMENT = "123456789012";
const STATE = { bucket: `genesis-state-${MANAGEMENT}`, key: "terraform.tfstate", region: "us-east-1" };
const CISO = { name: "Our CISO", title: "CISO", email: "ciso@platform.test", phone: "+49 30 5550100" };
const BOOKS = { name: "Books", title: "Accounts payable", email: "books@platform.test", phone: "+1 555 0001" };
const POLICY = "arn:aws:iam::aws:policy";
const ABOUT: SnapshotAbout = {
  managementId: undefined,
  region: undefined,
  dedicated: { id: undefined, email: "AWS+public-ecr@Platform.test" },
  state: STATE,
};

async function read(emulator: Emulator, about: Partial<SnapshotAbout> = {}, members = false) {
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region: "us-east-1", endpoint: emulator.url });
  const lines: string[] = [];
  const options = { onProgress: (line: string) => lines.push(line), members };
  return { lines, ...(await readSnapshot(api, { ...ABOUT, ...about }, options).finally(() => api.close())) };
}

/** Writes the state's object. */
function putState(emulator: Emulator, body: object): Promise<unknown> {
  const object = { Bucket: STATE.bucket, Key: STATE.key, Body: JSON.stringify(body) };
  return useClients(emulator.url, ({ s3 }) => s3.putObject(object));
}

describe("a used organization", { timeout: 60_000 }, () => {
  let emulator: Emulator;
  let made: UsedOrganization;
  let whole: Snapshot;
  beforeAll(async () => {
    emulator = await startEmulator();
    made = await makeUsedOrganization(emulator.url);
    const instances = [{ index_key: "shop" }, { index_key: "gone", deposed: "4a2c" }];
    const resources = [{ mode: "managed", type: "aws_organizations_account", name: "this", instances }];
    await putState(emulator, { version: 4, serial: 1, lineage: "l", resources });
    whole = await read(emulator, {}, true);
  });
  afterEach(() => emulator.clearFaults());
  afterAll(() => emulator?.close());
  const find = (snapshot: Snapshot, id: string) => snapshot.organization?.accounts.find((each) => each.id === id);

  it("is seen with its OUs, accounts, policies and what is delegated", () => {
    const { accounts, policies, ...organization } = whole.organization ?? { accounts: [] };
    const { root, ous } = made;
    expect(whole.unread).toEqual([]);
    expect(whole.caller).toBe(MANAGEMENT);
    expect(organization).toEqual({
      id: made.organization,
      rootId: root,
      managementId: MANAGEMENT,
      services: SERVICES,
      policyTypes: POLICY_TYPES,
      delegated: expect.arrayContaining([
        { account: made.accounts.shop, service: "guardduty.amazonaws.com" },
        { account: made.accounts.ledger, service: "securityhub.amazonaws.com" },
      ]),
      ous: [
        { id: ous.Production, parentId: root, name: "Production", path: ["Production"] },
        { id: ous.Sandbox, parentId: root, name: "Sandbox", path: ["Sandbox"] },
        { id: ous["R&D / Lab"], parentId: root, name: "R&D / Lab", path: ["R&D / Lab"] },
        {
          id: ous["Production/Payments"],
          parentId: ous.Production,
          name: "Payments",
          path: ["Production", "Payments"],
        },
      ],
    });
    // AWS's own FullAWSAccess is not among them.
    expect(policies?.map(({ id }) => id).sort()).toEqual(Object.values(made.policies).sort());
    expect(policies?.find(({ name }) => name === "cost-tags")).toEqual({
      id: made.policies["cost-tags"],
      name: "cost-tags",
      description: "How CostCenter is spelled",
      type: "TAG_POLICY",
      content: expect.stringContaining('"@@assign": "CostCenter"'),
      targets: [root],
    });
    expect(policies?.find(({ name }) => name === "daily-backups")).toMatchObject({
      type: "BACKUP_POLICY",
      targets: expect.arrayContaining([ous.Production, ous["Production/Payments"]]),
    });
    const expected: SeenAccount[] = [
      {
        ...{ id: MANAGEMENT, name: "master", email: "aws@platform.test", state: "ACTIVE", parentId: root },
        ...{ tags: { CostCenter: "4711" }, contacts: { security: CISO }, reachable: true, rootPassword: true },
      },
      {
        ...{ id: made.accounts.shop, name: "shop", email: "aws+shop@platform.test", state: "ACTIVE" },
        ...{ parentId: ous.Production, tags: { CostCenter: "4711" }, contacts: { security: CISO, billing: BOOKS } },
        ...{ reachable: true, rootPassword: true },
      },
    ];
    for (const account of expected) expect(find(whole, account.id)).toEqual(account);
    expect(find(whole, made.accounts.ECR)).toMatchObject({ reachable: true, rootPassword: false });
    // Nobody enters one that was invited.
    expect(find(whole, made.accounts.legacy)).toMatchObject({
      parentId: root,
      tags: {},
      contacts: {},
      reachable: false,
    });
    expect(accounts).toHaveLength(7);
  });

  it("is asked nothing about an account that is closed", () => {
    const unknown = { tags: undefined, contacts: undefined, reachable: undefined, rootPassword: undefined };
    expect(find(whole, made.accounts.attic)).toMatchObject({ state: "CLOSED", ...unknown });
  });

  it("is seen with people, permission sets and assignments, in whichever region they are", () => {
    const { instanceArn, storeId, users, groups, permissionSets: sets } = made.identityCenter;
    const center = whole.identityCenter;
    expect(center).toMatchObject({ region: "us-east-1", instanceArn, storeId });
    expect(center?.users).toHaveLength(Object.keys(users).length);
    expect(center?.users).toEqual(
      expect.arrayContaining([
        {
          id: users["mara@platform.test"],
          userName: "mara@platform.test",
          displayName: "Mara Lind (she)",
          givenName: "Mara",
          familyName: "Lind",
          email: "mara@platform.test",
        },
        expect.objectContaining({ id: users.badges, userName: "badges", email: undefined }),
      ]),
    );
    expect(center?.groups).toHaveLength(3);
    expect(center?.groups).toEqual(
      expect.arrayContaining([
        { id: groups.engineers, name: "engineers", description: "Everybody who builds" },
        { id: groups.finance, name: "finance", description: "" },
      ]),
    );
    expect(center?.memberships).toHaveLength(5);
    expect(center?.memberships).toContainEqual({
      id: expect.stringMatching(/./),
      groupId: groups["teams/data"],
      userId: users["mara@platform.test"],
    });
    expect(center?.permissionSets).toHaveLength(4);
    expect(center?.permissionSets).toEqual(
      expect.arrayContaining([
        {
          arn: sets.Billing,
          name: "Billing",
          description: "Bills and budgets",
          sessionDuration: "PT8H",
          relayState: "https://console.aws.amazon.com/billing/home",
          managedPolicies: [`${POLICY}/job-function/Billing`, `${POLICY}/AWSBillingReadOnlyAccess`],
          customerManagedPolicies: [],
          inlinePolicy: expect.stringContaining('"ce:*"'),
          boundary: undefined,
        },
        expect.objectContaining({
          arn: sets.Payments,
          customerManagedPolicies: [{ name: "payments-operator", path: "/teams/" }],
          boundary: { customerManagedPolicy: { name: "payments-boundary", path: "/" } },
        }),
        expect.objectContaining({ arn: sets.Auditor, boundary: { managedPolicy: `${POLICY}/ReadOnlyAccess` } }),
      ]),
    );
    const { shop, attic } = made.accounts;
    const administrator = { permissionSet: sets.AdministratorAccess };
    expect(center?.assignments).toHaveLength(11);
    expect(center?.assignments).toEqual(
      expect.arrayContaining([
        { principalType: "GROUP", principalId: groups.engineers, account: shop, ...administrator },
        { principalType: "GROUP", principalId: groups.engineers, account: attic, ...administrator },
        { principalType: "USER", principalId: users.josalvatorre, account: MANAGEMENT, ...administrator },
      ]),
    );
  });

  it("is seen with what IAM, the dedicated account, the bucket and the state have", () => {
    const { management, rootFeatures, dedicated, bucket, managed } = whole;
    expect(management).toEqual({
      oidcProvider: { arn: made.provider, audiences: ["sts.amazonaws.com", "https://github.com/platform-test"] },
      roles: [{ name: "genesis-plan", inline: ["list-buckets"], attached: [`${POLICY}/SecurityAudit`] }],
    });
    expect(rootFeatures).toEqual(["RootCredentialsManagement"]);
    const iam = { oidcProvider: undefined, roles: [] };
    expect(dedicated).toEqual({ id: made.accounts.ECR, iam, repositories: ["base", "toolbox"] });
    const statements = [expect.objectContaining({ Effect: "Deny" }), expect.objectContaining({ Sid: "Audit" })];
    expect(bucket).toEqual({ name: STATE.bucket, versioned: false, publicAccessBlock: false, statements });
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
    expect([management, dedicated]).toEqual([undefined, { ...whole.dedicated, iam: undefined }]);
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
    expect(unread.map(({ code, subject }) => [code, subject])).toEqual([
      ["aws-forbidden", `account ${made.accounts.ECR}`],
    ]);
    expect(find({ ...seen, unread }, made.accounts.shop)).toMatchObject({ reachable: false, rootPassword: undefined });
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
    expect(organization?.accounts.find(({ id }) => id === made.accounts.shop)?.contacts).toEqual({
      security: CISO,
      billing: BOOKS,
    });
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
    try {
      await putState(copy, { version: 3, secret: "hunter2" });
      const { managed, unread } = await read(copy);
      expect(managed).toBeUndefined();
      expect(unread.map(({ code }) => code)).toEqual(["state-unreadable"]);
      expect(unread[0]?.message).not.toContain("hunter2");
      await useClients(copy.url, ({ s3 }) => s3.deleteObject({ Bucket: STATE.bucket, Key: STATE.key }));
      expect((await read(copy)).managed).toEqual(new Set());
    } finally {
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
