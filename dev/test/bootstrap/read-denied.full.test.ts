import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Snapshot } from "../../../ci/bootstrap/snapshot.js";
import type { Fault } from "../../../ci/emulator/client.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import type { UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import type { Emulator } from "../../native/start-emulator.js";
import { BOOKS, CISO, findAccount, MANAGEMENT, putState, readAws, STATE, startUsed } from "./snapshot-fixture.js";

describe("a used organization of which AWS does not tell everything", () => {
  let emulator: Emulator;
  let made: UsedOrganization;
  let whole: Snapshot;
  beforeAll(async () => {
    ({ emulator, made, whole } = await startUsed());
  });
  afterEach(() => emulator.clearFaults());
  afterAll(() => emulator?.close());

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
    ["ListUsers", "identitystore:ListUsers", ["identityCenter"], "identitystore"],
    ["ListUsers", "iam:ListUsers", ["iamUsers"], "iam"],
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

  it.each(DENIED)("is read but for what %s tells, which is named", async (operation, subject, parts, service) => {
    await emulator.setFault({ operation, ...(service && { service }), code: "AccessDenied", status: 403 });
    const { unread, lines, ...seen } = await readAws(emulator, {}, true);
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
    const { unread, management, dedicated } = await readAws(emulator);
    expect(unread.map((error) => error.subject)).toEqual([`aws ${subject}`, `aws ${subject}`]);
    expect([management, dedicated]).toEqual([undefined, { ...whole.dedicated, iam: undefined }]);
  });

  it("is read but for the repositories where DescribeRepositories is denied", async () => {
    await emulator.setFault({ operation: "DescribeRepositories", code: "AccessDeniedException", status: 403 });
    const { unread, dedicated } = await readAws(emulator);
    expect(unread.map(({ subject }) => subject)).toEqual(["aws ecr-public:DescribeRepositories"]);
    expect(dedicated?.repositories).toBeUndefined();
    expect(dedicated?.iam).toEqual(whole.dedicated?.iam);
  });

  it("may deny the role in an account: that is an answer, and the dedicated account is unread", async () => {
    await emulator.setFault({ operation: "AssumeRole", code: "AccessDenied", status: 403 });
    const { unread, ...seen } = await readAws(emulator, {}, true);
    expect(unread.map(({ code, subject }) => [code, subject])).toEqual([
      ["aws-forbidden", `account ${made.accounts.ECR}`],
    ]);
    expect(findAccount(seen, made.accounts.shop)).toMatchObject({ reachable: false, rootPassword: undefined });
    expect(findAccount(seen, MANAGEMENT)).toMatchObject({ reachable: true, rootPassword: true });
  });

  it("throttles a while: everything is read all the same", async () => {
    await emulator.setFault({ service: "organizations", code: "ThrottlingException", times: 2 });
    expect((await readAws(emulator)).unread).toEqual([]);
  });

  it.each<[string, Fault]>([
    ["aws-throttled", { code: "ThrottlingException" }],
    ["aws-failed", { code: "InternalFailure", status: 500 }],
  ])("ends a question to all accounts with %s, and only that one", async (code, fault) => {
    await emulator.setFault({ operation: "ListTagsForResource", ...fault });
    const { unread, organization } = await readAws(emulator);
    expect(unread.map((error) => error.code)).toEqual([code]);
    expect(unread[0]?.message).toContain("after that no other was asked");
    expect(organization?.accounts.find(({ id }) => id === made.accounts.shop)?.contacts).toEqual({
      security: CISO,
      billing: BOOKS,
    });
  });

  it("names every part of the Identity Center that is denied", async () => {
    for (const [service, operation] of [
      ["identitystore", "ListUsers"],
      ["sso-admin", "ListPermissionSets"],
    ] as const) {
      await emulator.setFault({ service, operation, code: "AccessDenied" });
    }
    const { unread } = await readAws(emulator);
    expect(unread.map(({ subject }) => subject)).toEqual(["aws sso:ListPermissionSets", "aws identitystore:ListUsers"]);
  });

  it("has a state that nobody can read", async () => {
    const copy = await emulator.fork();
    try {
      await putState(copy, { version: 3, secret: "hunter2" });
      const { managed, unread } = await readAws(copy);
      expect(managed).toBeUndefined();
      expect(unread.map(({ code }) => code)).toEqual(["state-unreadable"]);
      expect(unread[0]?.message).not.toContain("hunter2");
      await useClients(copy.url, ({ s3 }) => s3.deleteObject({ Bucket: STATE.bucket, Key: STATE.key }));
      expect((await readAws(copy)).managed).toEqual(new Set());
    } finally {
      await copy.close();
    }
  });
});
