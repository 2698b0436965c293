import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import { classifyChange, isEmptyPlan, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { forkOrganization } from "./fork-organization.js";
import type { TestOrganization } from "./start-organization.js";

/** What the shipped data has nothing of. It comes last, so it replaces those variables. */
const WIDE = `organization = {
  trusted_services = ["account.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "ram.amazonaws.com", "sso.amazonaws.com"]
  policy_types     = ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]
}
ous = {
  infrastructure            = {}
  sandbox                   = {}
  suspended                 = {}
  workloads                 = {}
  "workloads/prod"          = { name = "Prod uction" }
  "workloads/prod/payments" = {}
}
accounts = {
  public-ecr = { email = "aws+public-ecr@platform.test", ou = "infrastructure", tags = { CostCenter = "7" } }
  ledger     = {
    email = "aws+ledger@platform.test", ou = "workloads/prod/payments", name = "Ledger"
    contacts = { billing = { name = "Till", title = "Till", email = "till@platform.test", phone = "2" } }
  }
  lone       = { email = "aws+lone@platform.test", ou = "root" }
}
permission_sets = {
  administrator = { description = "Everything", managed_policies = ["AdministratorAccess"], session_duration = "PT4H" }
  read-only = { description = "", managed_policies = ["ReadOnlyAccess", "job-function/Billing"], session_duration = "PT90M" }
  pay = {
    description = "x", managed_policies = [], inline_policy = "adopted/pay.json", relay_state = "https://platform.test/"
    customer_managed_policies = [{ name = "pay", path = "/team/" }], boundary = { customer_managed_policy = { name = "edge" } }
  }
}
groups = {
  engineers = { description = "Engineers of the platform", members = ["josalvatorre"], access = [
    { permission_sets = ["administrator", "read-only"], accounts = ["management", "*"] },
    { permission_sets = ["pay"], accounts = ["ou:workloads/prod"] },
  ] }
}
policies = {
  genesis-deny-leaving = { description = "x", file = "deny-leaving.json", targets = ["ou:workloads/prod", "lone"] }
  cost-tags = { description = "", file = "adopted/cost-tags.json", targets = ["root"], type = "TAG_POLICY", name = "cost tags" }
}
`;
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Pay","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
const TAGS = '{"tags":{"CostCenter":{"tag_key":{"@@assign":"CostCenter"}}}}';

describe("data of every kind", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await forkOrganization();
    await organization.edit("terraform/zz.auto.tfvars", () => WIDE);
    await organization.edit("terraform/policies/adopted/pay.json", () => POLICY);
    await organization.edit("terraform/policies/adopted/cost-tags.json", () => TAGS);
  });
  afterAll(() => organization?.close());

  it("is applied, and then nothing is left to do", async () => {
    const made = await organization.plan();
    const changes = listEffectiveChanges(made.plan).map(
      ({ address, change }) => `${classifyChange(change)} ${address}`,
    );
    expect(changes).toEqual(
      expect.arrayContaining([
        'create aws_organizations_organizational_unit.second["workloads/prod"]',
        'create aws_organizations_organizational_unit.third["workloads/prod/payments"]',
        'create aws_account_alternate_contact.this["ledger/billing"]',
        'create aws_organizations_policy_attachment.this["cost-tags/root"]',
        'create aws_ssoadmin_account_assignment.this["ledger/engineers/pay"]',
        'create aws_ssoadmin_customer_managed_policy_attachment.this["pay/pay"]',
        'create aws_ssoadmin_managed_policy_attachment.this["read-only/job-function/Billing"]',
        'create aws_ssoadmin_permission_set_inline_policy.this["pay"]',
        'create aws_ssoadmin_permissions_boundary_attachment.this["pay"]',
        'update aws_organizations_account.this["public-ecr"]',
      ]),
    );
    const summary = renderSummary(made);
    for (const line of [
      "- Account `ledger` is created in `workloads/prod/payments`, with the e-mail address `aws+ledger@platform.test`",
      "- Account `lone` is created in `root`, with the e-mail address `aws+lone@platform.test`",
      "- Group `engineers` gains `pay` in `ledger`",
      "- The `billing` contact of `ledger` becomes `Till, Till, till@platform.test, 2`",
      "- Permission set `pay` gets an inline policy: it allows `s3:GetObject`",
      "- Permission set `pay` is limited by `edge`",
      "- Policy `cost-tags` now applies to `root`",
      "- `policy-attachment:genesis-deny-leaving@ou:sandbox`: **`attached` → `detached`**",
    ]) {
      expect(summary).toContain(line);
    }
    // OUs are protected: the shipped ones all stay.
    await organization.apply(made, { allowLoss: listLosses(made.plan).map(({ name }) => name) });
    const next = await organization.plan();
    expect(listEffectiveChanges(next.plan).map(({ address }) => address)).toEqual([]);
    expect(isEmptyPlan(next.plan)).toBe(true);
  });

  it("looks groups up where people come from elsewhere, and gives them the same access", async () => {
    const undo = await organization.edit("terraform/zzz.auto.tfvars", () => 'identity_source = "external"\n');
    const { plan } = await organization.plan();
    await undo();
    const changes = listEffectiveChanges(plan).map(({ address, change }) => `${classifyChange(change)} ${address}`);
    // What Terraform made is another system's from then on; nothing else moves.
    expect(changes.sort()).toEqual([
      'delete aws_identitystore_group.this["engineers"]',
      'delete aws_identitystore_group_membership.this["engineers/josalvatorre"]',
      'delete aws_identitystore_user.this["josalvatorre"]',
    ]);
  });
});
