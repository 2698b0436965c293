import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { concludeDrift } from "../../../ci/terraform/drift.js";
import { NOTHING_FOUND } from "../../../ci/terraform/inventory.js";
import { classifyChange, isEmptyPlan, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { expectError } from "../fixtures/errors.js";
import { forkOrganization } from "./fork-organization.js";
import type { TestOrganization } from "./start-organization.js";

/** A person with a membership, an assignment of their own and a user of IAM with a key; a policy on an OU. */
async function giveByHand(url: string): Promise<void> {
  await useClients(url, async ({ iam, identityStore, organizations, ssoAdmin }) => {
    const instance = (await ssoAdmin.listInstances({})).Instances?.[0];
    const { IdentityStoreId, InstanceArn } = {
      IdentityStoreId: instance?.IdentityStoreId,
      InstanceArn: instance?.InstanceArn,
    };
    const { UserId } = await identityStore.createUser({
      ...{ IdentityStoreId, UserName: "robin", DisplayName: "Robin Roe" },
      Name: { GivenName: "Robin", FamilyName: "Roe" },
      Emails: [{ Value: "robin@platform.test", Primary: true }],
    });
    const GroupId = (await identityStore.listGroups({ IdentityStoreId })).Groups?.[0]?.GroupId;
    await identityStore.createGroupMembership({ IdentityStoreId, GroupId, MemberId: { UserId: UserId ?? "" } });
    const { PermissionSets = [] } = await ssoAdmin.listPermissionSets({ InstanceArn });
    for (const PermissionSetArn of PermissionSets) {
      const { PermissionSet } = await ssoAdmin.describePermissionSet({ InstanceArn, PermissionSetArn });
      if (PermissionSet?.Name !== "administrator") continue;
      const target = { TargetId: "123456789012", TargetType: "AWS_ACCOUNT" } as const;
      await ssoAdmin.createAccountAssignment({
        ...{ InstanceArn, PermissionSetArn, ...target, PrincipalType: "USER", PrincipalId: UserId },
      });
    }
    const ParentId = (await organizations.listRoots({})).Roots?.[0]?.Id;
    const units = (await organizations.listOrganizationalUnitsForParent({ ParentId })).OrganizationalUnits;
    const made = await organizations.createPolicy({
      ...{ Name: "by-hand", Description: "By hand", Type: "SERVICE_CONTROL_POLICY" },
      Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"a:b","Resource":"*"}]}',
    });
    const TargetId = units?.find(({ Name }) => Name === "sandbox")?.Id;
    await organizations.attachPolicy({ PolicyId: made.Policy?.PolicySummary?.Id, TargetId });
    await iam.createUser({ UserName: "robin" });
    await iam.createAccessKey({ UserName: "robin" });
  });
}

/** Each test goes on where the one before it ended, with the module's own code, the real Terraform and this repository's terraform/. */
describe("the organization's life", { timeout: 400_000 }, () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await forkOrganization();
  });
  afterAll(() => organization?.close());

  const plan = async (options = {}) => {
    const made = await organization.plan(options);
    const kinds = listEffectiveChanges(made.plan).map(({ address, change }) => [address, classifyChange(change)]);
    return { made, changes: Object.fromEntries(kinds) };
  };
  const addAccount = (name: string) => (text: string) =>
    text.replace(
      "accounts = {\n",
      `accounts = {\n  ${name} = {\n    email = "aws+${name}@platform.test"\n    ou    = "workloads"\n  }\n`,
    );

  it("gets an account with exactly its contact and its access, and people and groups changed in place; what the role that reads has planned, the other one applies, and a plan writes nothing", async () => {
    await organization.edit(DATA_PATH, addAccount("shop"));
    await organization.edit(DATA_PATH, (text) =>
      text.replace('"Salvatorre"', '"Salvatore"').replace('"Engineers of the platform"', '"All engineers"'),
    );
    await organization.emulator.clearRequests();
    const { made, changes } = await plan({ readOnly: true });
    expect(changes).toEqual({
      'aws_account_alternate_contact.this["shop/security"]': "create",
      'aws_identitystore_group.this["engineers"]': "update",
      'aws_identitystore_user.this["josalvatorre"]': "update",
      'aws_organizations_account.this["shop"]': "create",
      'aws_ssoadmin_account_assignment.this["shop/engineers/administrator"]': "create",
      'aws_ssoadmin_account_assignment.this["shop/engineers/read-only"]': "create",
    });
    const summary = renderSummary(made);
    expect(summary).toContain("- Account `shop` is created in `workloads`");
    expect(summary).toContain("- Group `engineers` gains `administrator`, `read-only` in `shop`");

    expect((await organization.emulator.requests()).filter(({ resource }) => resource?.endsWith(".tflock"))).toEqual(
      [],
    );
    expect(await organization.listWrites()).toEqual([]);

    // AWS creates accounts slowly and throttles: two requests are refused, and the third is in progress for a while.
    await organization.emulator.setFault({ operation: "CreateAccount", code: "TooManyRequestsException", times: 2 });
    const report = await organization.apply(made);
    expect(report).toContain("4 to create, 2 to update, 0 to destroy, as approved");
    const created = (await organization.emulator.requests()).filter(({ operation }) => operation === "CreateAccount");
    expect(created.map(({ count, faulted }) => ({ count, faulted }))).toEqual([{ count: 3, faulted: 2 }]);
    expect(await organization.inventory()).toEqual(NOTHING_FOUND);
  });

  it("is told of what somebody gave by hand, which no plan finds, until a line of the data lets it stay", async () => {
    await giveByHand(organization.emulator.url);
    await organization.emulator.clearRequests();
    const { made } = await plan({ readOnly: true });
    expect(isEmptyPlan(made.plan)).toBe(true);
    const { found, unseen } = await organization.inventory();
    expect(unseen).toEqual([]);
    const isAccess = (what: string) => !what.startsWith("policy ");
    const given = [
      "person robin",
      "robin in group engineers",
      "policy by-hand",
      "policy by-hand, at ou:sandbox",
      "person robin, administrator in account management",
      "IAM user robin",
    ];
    expect(found.map((each) => [each.what, each.isAccess]).sort()).toEqual(
      given.map((what) => [what, isAccess(what)]).sort(),
    );
    const drift = await expectError("drift-found", async () => concludeDrift(made, await organization.inventory()));
    expect(drift.message).toContain("AWS has 6 that the data does not have");
    for (const what of given) expect(drift.message).toContain(`- \`${what}\`: `);

    const lines = given.map((what) => `  "${what}" = { reason = "a test", expires = "2027-01-01" }\n`).join("");
    const undo = await organization.edit(DATA_PATH, (text) =>
      text.replace("exceptions = {}", `exceptions = {\n${lines}}`),
    );
    const report = concludeDrift(made, await organization.inventory());
    expect(report).toMatch(/^No drift: [\s\S]*\nIAM user robin may stay until 2027-01-01: a test\n/);
    // What nobody may read is not the absence of drift.
    await organization.emulator.setFault({
      operation: "ListAccessKeys",
      code: "AccessDenied",
      status: 403,
      message: "no",
    });
    const unknown = await expectError("drift-unseen", async () => concludeDrift(made, await organization.inventory()));
    expect(unknown.message).toContain("iam:ListAccessKeys");
    await organization.emulator.clearFaults();
    expect(await organization.listWrites()).toEqual([]);
    await undo();
  });

  it("does not lose an account that was taken out of the data", async () => {
    const undo = await organization.edit(DATA_PATH, (text) => text.replace(/ {2}shop = \{[^}]*\}\n/, ""));
    await organization.emulator.clearRequests();
    const error = await expectError("destroy-prevented", () => organization.plan());
    expect(error.message).toContain('aws_organizations_account.this["shop"]');
    expect(error.message).toContain("docs/runbooks/life-of-an-account.md");
    expect(await organization.listWrites()).toEqual([]);
    await undo();
  });

  it("never reached for anything outside of this machine", () => {
    expect(organization.steps.length).toBeGreaterThan(5);
    expect(organization.outside).toEqual([]);
  });
});
