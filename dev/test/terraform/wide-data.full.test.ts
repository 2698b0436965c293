import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSnapshot } from "../../../ci/bootstrap/read-snapshot.js";
import { aboutRepository } from "../../../ci/bootstrap/repository.js";
import { useRepository } from "../../../ci/bootstrap/use-repository.js";
import { readSettings } from "../../../ci/lib/settings.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { listLosses } from "../../../ci/terraform/losses/list-losses.js";
import { classifyChange, isEmptyPlan, listEffectiveChanges, type Plan } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { callJson, callRest } from "../emulator/raw-calls.js";
import { judgeCalls } from "../policies/judge-calls.js";
import type { Statement } from "../policies/plan-access.js";
import { forkOrganization } from "./fork-organization.js";
import type { TestOrganization } from "./start-organization.js";

/** What the shipped data has nothing of. It comes last, so it replaces those variables. */
const WIDE = `organization = {
  trusted_services = [
    "access-analyzer.amazonaws.com", "account.amazonaws.com", "cloudtrail.amazonaws.com", "iam.amazonaws.com", "ram.amazonaws.com",
    "sso.amazonaws.com"
  ]
  policy_types = ["AISERVICES_OPT_OUT_POLICY", "DECLARATIVE_POLICY_EC2", "SERVICE_CONTROL_POLICY", "TAG_POLICY"]
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
  genesis-ai-opt-out = {
    description = "x", file = "settings/ai-opt-out.json", targets = ["ou:workloads"], type = "AISERVICES_OPT_OUT_POLICY"
  }
  genesis-ec2-defaults = {
    description = "x", file = "settings/ec2-defaults.json", targets = ["ou:workloads"], type = "DECLARATIVE_POLICY_EC2"
  }
  genesis-limit-regions = {
    description = "x", file = "limit-regions.json", targets = ["ou:workloads"], regions = ["us-east-1", "eu-central-1"]
  }
}
guard_rails = {
  trail = true, alarm = true, email = "alarm@platform.test", access_analyzer = true, budget = 250.5
  cost_anomaly = { above_usd = 20 }
}
`;
/** Every guard rail is off; the bucket of the trail stays, for the data names it. */
const OFF = `policies = {}
guard_rails = { trail_bucket = "genesis-trail-123456789012" }
`;
const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Sid":"Pay","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}';
const TAGS = '{"tags":{"CostCenter":{"tag_key":{"@@assign":"CostCenter"}}}}';
/** What a provider of 6.23 or newer reads: https://github.com/hashicorp/terraform-provider-aws/pull/45251 */
const NEWER = "s3:ListTagsForResource";
/** And where somebody has given the trail selectors of its own, which a plan then takes away. */
const UNUSED = [NEWER, "cloudtrail:GetEventSelectors", "cloudtrail:GetInsightSelectors"];
/** IAM takes 10,240 characters of own policies for a role; these are for a person to read. */
const ACTIONS_MAX = 80;

describe("data of every kind", () => {
  let organization: TestOrganization;
  let planned: Plan;
  beforeAll(async () => {
    organization = await forkOrganization();
    await organization.edit("terraform/zz.auto.tfvars", () => WIDE);
    await useClients(organization.emulator.url, ({ iam }) => iam.createUser({ UserName: "break-glass" }));
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
        'create aws_organizations_policy_attachment.this["genesis-limit-regions/ou:workloads"]',
        "create aws_ce_anomaly_monitor.services[0]",
        'create aws_ce_anomaly_subscription.mail["genesis-mail"]',
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
    const call = (operation: string, body = {}) =>
      callJson(organization.emulator.url, "organizations", operation, body);
    const { Accounts } = (await call("ListAccounts")).json;
    const { Id: AccountId } = Accounts.find(({ Name }: { Name: string }) => Name === "Ledger");
    await call("RegisterDelegatedAdministrator", { AccountId, ServicePrincipal: "ram.amazonaws.com" });
    // From here on as the plan role: the last test looks at what it called.
    await organization.emulator.clearRequests();
    const next = await organization.plan({ readOnly: true });
    expect(listEffectiveChanges(next.plan).map(({ address }) => address)).toEqual([]);
    expect(isEmptyPlan(next.plan)).toBe(true);
    planned = next.plan;
  });

  it("looks groups up where people come from elsewhere, and gives them the same access", async () => {
    const undo = await organization.edit("terraform/zzz.auto.tfvars", () => 'identity_source = "external"\n');
    const { plan } = await organization.plan({ readOnly: true });
    await undo();
    const changes = listEffectiveChanges(plan).map(({ address, change }) => `${classifyChange(change)} ${address}`);
    // What Terraform made is another system's from then on; nothing else moves.
    expect(changes.sort()).toEqual([
      'delete aws_identitystore_group.this["engineers"]',
      'delete aws_identitystore_group_membership.this["engineers/josalvatorre"]',
      'delete aws_identitystore_user.this["josalvatorre"]',
    ]);
  });

  it("is read, by a plan and the inventory, with what the plan role may do, and all of that is used", async () => {
    const { root, emulator } = organization;
    const use = { credentials: EMULATOR_CREDENTIALS, endpoint: emulator.url };
    const { caller, dedicated, unread } = await useRepository(root, await readSettings(root), use, (api, repository) =>
      readSnapshot(api, (caller) => aboutRepository(repository, caller), {
        ...{ onProgress: () => {}, members: false, readOnly: true },
      }),
    );
    expect(unread).toEqual([]);
    const calls = await emulator.requests();
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.filter(({ write }) => write)).toEqual([]);
    const read = (name: string): Statement[] => {
      const found = planned.resource_changes?.find(({ address }) => address === `aws_iam_role_policy.${name}`);
      return JSON.parse(String((found?.change.after as { policy?: string })?.policy)).Statement;
    };
    const [management, other] = [read("plan"), read("public_ecr_plan")];
    const policies = { [caller]: management, [dedicated?.id ?? ""]: other };
    const { lacking, unused } = judgeCalls(calls, policies);
    expect(lacking).toEqual([]);
    expect(unused.filter((each) => !UNUSED.some((action) => each.endsWith(action)))).toEqual([]);
    expect(management.flatMap(({ Action }) => Action).length).toBeLessThanOrEqual(ACTIONS_MAX);
    // Without any of its statements it lacks something.
    for (const index of management.keys()) {
      const { lacking } = judgeCalls(calls, { ...policies, [caller]: management.toSpliced(index, 1) });
      expect(lacking, `${index}`).not.toEqual([]);
    }
  });

  it("is in AWS as it was meant", async () => {
    const { url } = organization.emulator;
    const call = (operation: string, body = {}) => callJson(url, "organizations", operation, body);
    const roots = (await call("ListRoots")).json.Roots;
    const list = async (parent: string) =>
      (await call("ListOrganizationalUnitsForParent", { ParentId: parent })).json.OrganizationalUnits;
    const find = async (parent: string, name: string) =>
      (await list(parent)).find((each: { Name: string }) => each.Name === name).Id;
    const payments = await find(await find(await find(roots[0].Id, "workloads"), "Prod uction"), "payments");
    const { json } = await call("ListAccountsForParent", { ParentId: payments });
    expect(json.Accounts.map(({ Name }: { Name: string }) => Name)).toEqual(["Ledger"]);
    const policies = (await call("ListPolicies", { Filter: "SERVICE_CONTROL_POLICY" })).json.Policies;
    const limit = policies.find(({ Name }: { Name: string }) => Name === "genesis-limit-regions");
    const { Content } = (await call("DescribePolicy", { PolicyId: limit.Id })).json.Policy;
    expect(Content).toContain('"aws:RequestedRegion":["us-east-1","eu-central-1"]');
    const trail = { Name: "genesis-organization" };
    const described = await callJson(url, "cloudtrail", "GetTrail", trail);
    expect(described.json.Trail).toMatchObject({ LogFileValidationEnabled: true, IsMultiRegionTrail: true });
    expect((await callJson(url, "cloudtrail", "GetTrailStatus", trail)).json.IsLogging).toBe(true);
    const found = await callJson(url, "events", "ListTargetsByRule", { Rule: "genesis-alarm" });
    expect(found.json.Targets.map(({ Arn }: { Arn: string }) => Arn)).toEqual([
      "arn:aws:sns:us-east-1:123456789012:genesis-alarm",
    ]);
  });

  it("switches every guard rail off, each named as a loss but for its bucket, which stays", async () => {
    await organization.edit("terraform/zzz.auto.tfvars", () => OFF);
    const made = await organization.plan();
    const names = listLosses(made.plan).map(({ name }) => name);
    expect(names.filter((name) => !name.startsWith("policy"))).toEqual([
      "aws_accessanalyzer_analyzer.organization[0]",
      "aws_budgets_budget.month[0]",
      'aws_ce_anomaly_subscription.mail["genesis-mail"]',
      "aws_cloudtrail.organization[0]",
      "aws_cloudwatch_event_rule.alarm[0]",
      "aws_cloudwatch_event_target.alarm[0]",
      "aws_sns_topic_subscription.alarm[0]",
    ]);
    await organization.apply(made, { allowLoss: names });
    expect(isEmptyPlan((await organization.plan()).plan)).toBe(true);
    expect((await callJson(organization.emulator.url, "cloudtrail", "ListTrails", {})).json.Trails).toEqual([]);
    const bucket = await callRest(organization.emulator.url, "s3", "GET", "/genesis-trail-123456789012?policy");
    expect(bucket.text).toContain("/AWSLogs/*");
  });
});
