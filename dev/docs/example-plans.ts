import type { Plan, ResourceChange } from "../../ci/terraform/plan.js";
import {
  ACCOUNT,
  ASSIGNMENT,
  ATTACHMENT,
  CONTACT,
  GROUP,
  MEMBERSHIP,
  ORGANIZATION,
  PERMISSION_SET,
  POLICY,
  SET_MANAGED_POLICY,
  UNIT,
  USER,
} from "../../ci/terraform/resource-types.js";
import { makeChange, makePlanOf } from "../test/terraform/plans.js";

/** A plan of docs/examples: what somebody did, and what Terraform would plan for it. */
export interface ExamplePlan {
  file: string;
  title: string;
  edit: string;
  plan: Plan;
}

const importing = { id: "…" };
const UNITS = ["infrastructure", "sandbox", "suspended", "workloads"];
const unit = (name: string) => ({ id: `ou-${name}`, name });
const account = (name: string, ou: string) => ({ name, email: `aws+${name}@example.com`, parent_id: `ou-${ou}` });
const security = {
  name: "Security",
  title: "CISO",
  email_address: "security@example.com",
  phone_number: "+1 555 0100",
};
const there = (type: string, key: string, value: Record<string, unknown> = {}) =>
  makeChange("none", type, key, { before: value, after: value });
const create = (type: string, key: string, after: Record<string, unknown> = {}) =>
  makeChange("create", type, key, { after });
const remove = (type: string, key: string, before: Record<string, unknown> = {}) =>
  makeChange("delete", type, key, { before });
const update = (type: string, key: string, before: Record<string, unknown>, after: Record<string, unknown>) =>
  makeChange("update", type, key, { before, after });
const adopt = (type: string, key: string, value: Record<string, unknown> = {}) =>
  makeChange("none", type, key, { before: value, after: value, importing });

const managed = (name: string) => ({ managed_policy_arn: `arn:aws:iam::aws:policy/${name}` });
const administrator = there(SET_MANAGED_POLICY, "administrator/AdministratorAccess", managed("AdministratorAccess"));
/** What stays as it is, and is known to a plan. */
const staying = [
  ...UNITS.map((name) => there(UNIT, name, unit(name))),
  administrator,
  there(PERMISSION_SET, "administrator"),
  there(ACCOUNT, "search", account("search", "workloads")),
  there(ASSIGNMENT, "search/engineers/administrator", { target_id: "222222222222", principal_type: "GROUP" }),
  there(MEMBERSHIP, "engineers/ada"),
];
const newAccount = (name: string) => [
  create(ACCOUNT, name, account(name, "workloads")),
  create(CONTACT, `${name}/security`, security),
  create(ASSIGNMENT, `${name}/engineers/administrator`),
];
const policy = (...Action: string[]) => ({
  name: "genesis-protect-platform",
  type: "SERVICE_CONTROL_POLICY",
  content: JSON.stringify({ Statement: [{ Sid: "ProtectTrail", Effect: "Deny", Action, Resource: "*" }] }),
});
const trust = (...services: string[]) => ({
  aws_service_access_principals: ["account.amazonaws.com", "sso.amazonaws.com", ...services],
  enabled_policy_types: ["SERVICE_CONTROL_POLICY"],
});
const organization = there(ORGANIZATION, "organization", trust());

const plan = (...changes: ResourceChange[]) => makePlanOf([...staying, ...changes]);

/** Ten plans as they are usual, in the order of docs/examples/README.md. */
export const EXAMPLE_PLANS: readonly ExamplePlan[] = [
  {
    file: "new-account",
    title: "A new account",
    edit: "Two lines in `accounts`: `web`, with its e-mail address, in the OU `workloads`.",
    plan: plan(...newAccount("web")),
  },
  {
    file: "leaver",
    title: "Somebody leaves",
    edit: "`bob` is removed from `people` and from the group `engineers`.",
    plan: plan(remove(MEMBERSHIP, "engineers/bob"), remove(USER, "bob", { emails: [{ value: "bob@example.com" }] })),
  },
  {
    file: "new-permission-set",
    title: "A new permission set",
    edit: "`billing` in `permission_sets`, and the group `finance` gets it in the management account.",
    plan: plan(
      create(PERMISSION_SET, "billing", { name: "billing", session_duration: "PT4H" }),
      create(SET_MANAGED_POLICY, "billing/job-function/Billing", managed("job-function/Billing")),
      create(ASSIGNMENT, "management/finance/billing"),
    ),
  },
  {
    file: "moved-account",
    title: "An account moves",
    edit: "The `ou` of `shop` was `sandbox` and is `workloads`, to which `deny-regions` is not attached.",
    plan: plan(
      update(ACCOUNT, "shop", account("shop", "sandbox"), account("shop", "workloads")),
      there(POLICY, "deny-regions", { name: "deny-regions" }),
      there(ATTACHMENT, "deny-regions/ou:sandbox", { target_id: "ou-sandbox" }),
    ),
  },
  {
    file: "policy-loosened",
    title: "A policy is loosened",
    edit: "`cloudtrail:StopLogging` is removed from `policies/protect-platform.json`.",
    plan: plan(
      update(
        POLICY,
        "genesis-protect-platform",
        policy("cloudtrail:DeleteTrail", "cloudtrail:StopLogging"),
        policy("cloudtrail:DeleteTrail"),
      ),
    ),
  },
  { file: "nothing", title: "Nothing to do", edit: "A comment in the data.", plan: plan() },
  {
    file: "first-adoption",
    title: "The first apply of a used organization",
    edit: "`adopt` wrote what AWS has. What is ours is created: roles, the bucket's guards, one policy.",
    plan: makePlanOf([
      adopt(ORGANIZATION, "organization", trust()),
      ...UNITS.map((name) => adopt(UNIT, name, unit(name))),
      ...["shop", "search", "lab"].map((name) => adopt(ACCOUNT, name, account(name, "workloads"))),
      adopt(GROUP, "engineers"),
      ...["ada", "bob"].flatMap((name) => [adopt(USER, name), adopt(MEMBERSHIP, `engineers/${name}`)]),
      ...["shop", "search", "lab"].map((name) => adopt(ASSIGNMENT, `${name}/engineers/administrator`)),
      adopt(PERMISSION_SET, "administrator"),
      adopt("aws_s3_bucket", "state"),
      create("aws_s3_bucket_versioning", "state"),
      ...["plan", "apply"].map((name) =>
        makeChange("create", "aws_iam_role", name, {
          after: { name: `genesis-${name}` },
          unknown: { assume_role_policy: true },
        }),
      ),
      create(POLICY, "genesis-deny-leaving", { name: "genesis-deny-leaving" }),
      create(ATTACHMENT, "genesis-deny-leaving/ou:workloads"),
    ]),
  },
  {
    file: "destroy",
    title: "A service and a policy go",
    edit: "`backup.amazonaws.com` is removed from `trusted_services`, and `deny-regions` from `policies`.",
    plan: plan(
      update(ORGANIZATION, "organization", trust("backup.amazonaws.com"), trust()),
      remove(ATTACHMENT, "deny-regions/ou:sandbox", { target_id: "ou-sandbox" }),
      remove(POLICY, "deny-regions", { name: "deny-regions", type: "SERVICE_CONTROL_POLICY" }),
    ),
  },
  {
    file: "guard-rail-on",
    title: "A guard rail is switched on",
    edit: "`deny-regions` in `policies`, for the OUs `sandbox` and `workloads`.",
    plan: plan(
      organization,
      create(POLICY, "deny-regions", { name: "deny-regions" }),
      ...["sandbox", "workloads"].map((ou) => create(ATTACHMENT, `deny-regions/ou:${ou}`)),
    ),
  },
  {
    file: "twenty-accounts",
    title: "Twenty accounts at once",
    edit: "Forty lines in `accounts`.",
    plan: plan(...Array.from({ length: 20 }, (_, index) => newAccount(`team-${index + 1}`)).flat()),
  },
];
