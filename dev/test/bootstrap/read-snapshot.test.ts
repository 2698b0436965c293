import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SeenAccount, Snapshot } from "../../../ci/bootstrap/snapshot.js";
import { POLICY_TYPES, SERVICES } from "../../../ci/rehearsal/scene.js";
import type { UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { BOOKS, CISO, findAccount, MANAGEMENT, readAws, STATE, startUsed } from "./snapshot-fixture.js";

const POLICY = "arn:aws:iam::aws:policy";

describe("a used organization", () => {
  let emulator: Emulator;
  let made: UsedOrganization;
  let whole: Snapshot;
  beforeAll(async () => {
    ({ emulator, made, whole } = await startUsed());
  });
  afterAll(() => emulator?.close());

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
    for (const account of expected) expect(findAccount(whole, account.id)).toEqual(account);
    expect(findAccount(whole, made.accounts.ECR)).toMatchObject({ reachable: true, rootPassword: false });
    // Nobody enters one that was invited.
    expect(findAccount(whole, made.accounts.legacy)).toMatchObject({
      parentId: root,
      tags: {},
      contacts: {},
      reachable: false,
    });
    expect(accounts).toHaveLength(7);
  });

  it("is asked nothing about an account that is closed", () => {
    const unknown = { tags: undefined, contacts: undefined, reachable: undefined, rootPassword: undefined };
    expect(findAccount(whole, made.accounts.attic)).toMatchObject({ state: "CLOSED", ...unknown });
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
    await expectError("account-wrong", () => readAws(emulator, { managementId: "111122223333" }));
    expect((await emulator.requests()).map(({ operation }) => operation)).toEqual(["GetCallerIdentity"]);
  });

  it("has its Identity Center elsewhere than the data says", async () => {
    const { identityCenter, unread } = await readAws(emulator, { region: "eu-west-1" });
    expect(identityCenter).toBeUndefined();
    expect(unread.map(({ code }) => code)).toEqual(["identity-center-elsewhere"]);
  });

  it("enters no account of somebody else", async () => {
    await emulator.clearRequests();
    const { dedicated } = await readAws(emulator, { dedicated: { id: "111122223333", email: undefined } });
    expect(dedicated).toBeUndefined();
    expect((await emulator.requests()).map(({ operation }) => operation)).not.toContain("AssumeRole");
  });
});

describe("an account of which nobody knows much", () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator?.close());

  it("has no organization: that is told, and the rest is read", async () => {
    const seen = await readAws(emulator);
    expect(seen.unread.map(({ code }) => code)).toEqual(["organization-missing"]);
    expect(seen.organization).toBeUndefined();
    expect(seen).toMatchObject({ caller: MANAGEMENT, bucket: undefined, managed: new Set() });
    expect(seen.identityCenter?.users).toEqual([]);
    expect(seen.management).toEqual({ oidcProvider: undefined, roles: [] });
  });

  it("has an organization with nothing in it", async () => {
    await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
    const seen = await readAws(emulator);
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
    const [error] = (await readAws(emulator)).unread;
    expect(error?.message).toContain("does not trust account.amazonaws.com");
    await callJson(emulator.url, "organizations", "EnableAWSServiceAccess", {
      ServicePrincipal: "account.amazonaws.com",
    });
    const { organization, identityCenter, lines, unread } = await readAws(emulator);
    expect(unread).toEqual([]);
    expect(organization?.accounts).toHaveLength(22);
    expect(identityCenter?.groups).toHaveLength(101);
    expect(lines).toEqual(["accounts: 22 of 22 read"]);
  });
});
