import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { concludeDrift } from "../../../ci/terraform/drift.js";
import { formatFingerprint } from "../../../ci/terraform/fingerprint.js";
import { classifyChange, isEmptyPlan, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { expectError } from "../fixtures/errors.js";
import { forkOrganization } from "./fork-organization.js";
import type { TestOrganization } from "./start-organization.js";

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

  it("gets an account with exactly its contact and its access, and people and groups changed in place; both roles plan the same, and a plan writes nothing", async () => {
    await organization.edit(DATA_PATH, addAccount("shop"));
    await organization.edit(DATA_PATH, (text) =>
      text.replace('"Salvatorre"', '"Salvatore"').replace('"Engineers of the platform"', '"All engineers"'),
    );
    await organization.emulator.clearRequests();
    const { made, changes } = await plan();
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

    await organization.emulator.clearRequests();
    const read = await organization.plan({ readOnly: true });
    expect(formatFingerprint(read.fingerprint)).toBe(formatFingerprint(made.fingerprint));
    expect((await organization.emulator.requests()).filter(({ resource }) => resource?.endsWith(".tflock"))).toEqual(
      [],
    );
    expect(await organization.listWrites()).toEqual([]);

    // AWS creates accounts slowly and throttles: two requests are refused, and the third is in progress for a while.
    await organization.emulator.setFault({ operation: "CreateAccount", code: "TooManyRequestsException", times: 2 });
    const report = await organization.apply(read);
    expect(report).toContain("4 to create, 2 to update, 0 to destroy, as approved");
    const created = (await organization.emulator.requests()).filter(({ operation }) => operation === "CreateAccount");
    expect(created.map(({ count, faulted }) => ({ count, faulted }))).toEqual([{ count: 3, faulted: 2 }]);
    const after = (await plan()).made;
    expect(isEmptyPlan(after.plan)).toBe(true);
    expect(concludeDrift(after)).toContain("No drift");
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
