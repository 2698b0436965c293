import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Organization } from "../../../ci/organization/organization.js";
import { renderSvg } from "../../../ci/organization/render-svg.js";
import { MANAGEMENT } from "../../../ci/terraform/code.js";
import type { ProcessRunner } from "../../native/run-step.js";
import { makeTerraformFolder } from "../../tools/terraform-folder.js";
import { type PlannedResource, planTest } from "../terraform/plan-test.js";
import { makeNasty, NASTY_NAMES, readWith, writeAccounts } from "./organizations.js";

/** Data that differ from the repository's in everything that the picture shows. */
const DATA = `
ous = {
  infrastructure = {}
  sandbox = {}
  suspended = {}
  workloads = {}
  "workloads/prod" = {}
  "workloads/prod/pay" = {}
}
${writeAccounts(6, 2).replace("accounts = {\n", '$&  legacy = { email = "l@platform.test", ou = "root" }\n  ledger = { email = "p@platform.test", ou = "workloads/prod/pay" }\n')}
people = {
  ada = { given_name = "Ada", family_name = "L", email = "ada@platform.test" }
  bob = { given_name = "Bob", family_name = "B", email = "bob@platform.test" }
}
permission_sets = {
  do   = { description = "x", managed_policies = ["AdministratorAccess"] }
  look = { description = "x", managed_policies = ["ReadOnlyAccess", "job-function/Billing"], session_duration = "PT8H" }
}
groups = {
  ops  = { description = "x", members = ["bob", "ada"], access = [
    { permission_sets = ["do"], accounts = ["ou:workloads", "legacy", "old-0"] },
    { permission_sets = ["look"], accounts = ["management", "*"] }
  ] }
  all  = { description = "x", members = ["ada"], access = [{ permission_sets = ["look"], accounts = ["ou:workloads/prod"] }] }
  none = { description = "x", members = [], access = [] }
}
policies = {
  guard = { description = "x", file = "deny-leaving.json", targets = ["root", "ou:workloads/prod", "ou:suspended"] }
  all   = { description = "x", file = "deny-all.json", targets = ["ou:suspended"] }
}
public_ecr = { account = "public-ecr", account_id = "222222222222", repositories = ["zlib", "base"] }
github = { owner = "acme", owner_id = "11", repository = "platform", repository_id = "22", approvers = { ada = "33", bo = "44" } }
`;

const UNITS = ["infrastructure", "sandbox", "suspended", "workloads", "workloads/prod", "workloads/prod/pay"];
const LEVELS = ["this", "second", "third"];

/** What Terraform plans for the data, with AWS mocked. */
async function planResources(work: ProcessRunner, data: string): Promise<PlannedResource[]> {
  const mock = 'override_during = plan\n  source = "./tests/mocks"\n}\n';
  const aliases = ["", 'alias = "public_ecr"\n  ', 'alias = "us_east_1"\n  '];
  const mocks = aliases.map((alias) => `mock_provider "aws" {\n  ${alias}${mock}`).join("");
  // Ids of their own, to see what hangs under which OU.
  const ids = UNITS.map(
    (name, index) =>
      `override_resource {\n  target = aws_organizations_organizational_unit.${LEVELS[name.split("/").length - 1]}["${name}"]\n  override_during = plan\n  values = { id = "ou-test-0000000${index}" }\n}\n`,
  );
  const run = `run "picture" {\n  command = plan\n  variables {\n${data}\n  }\n}\n`;
  await writeFile(join(work.folder, "tests", "picture.tftest.hcl"), mocks + ids.join("") + run);
  return planTest(work.run, "picture.tftest.hcl");
}

describe("the picture's organization", () => {
  let work: ProcessRunner;
  let drawn: Organization;
  let resources: PlannedResource[];
  beforeAll(async () => {
    work = await makeTerraformFolder();
    drawn = await readWith(DATA);
    resources = await planResources(work, DATA);
  });
  afterAll(() => work.remove());
  const of = (type: string) => resources.filter((each) => each.type === type);
  const keys = (type: string) =>
    of(type)
      .map(({ index }) => index)
      .sort();
  /** OUs by their ids. */
  const units = () =>
    new Map(of("aws_organizations_organizational_unit").map((unit) => [read(unit, "id"), unit.index]));
  const list = (type: string, field: string) =>
    of(type)
      .map((each) => [each.index, read(each, field)])
      .sort();
  const read = ({ change }: PlannedResource, name: string) => change.after[name];

  it("has the OUs and accounts that Terraform plans, each account in its OU", () => {
    expect(drawn.units.map(({ name }) => name)).toEqual(keys("aws_organizations_organizational_unit"));
    const planned = list("aws_organizations_account", "parent_id").map(([name, id]) => [
      name,
      units().get(id) ?? "root",
    ]);
    const accounts = [
      ...drawn.accounts.map((name) => [name, "root"]),
      ...drawn.units.flatMap((unit) => unit.accounts.map((name) => [name, unit.name])),
    ];
    expect(accounts.sort()).toEqual(planned);
    expect(accounts).toHaveLength(11);
  });

  it("gives everybody exactly the access that Terraform plans", () => {
    const grants = drawn.grants.map(({ account, group, permissionSet }) => `${account}/${group}/${permissionSet}`);
    expect(grants.sort()).toEqual(keys("aws_ssoadmin_account_assignment"));
    expect(grants).toHaveLength(7 + 10 + 1);
    const members = drawn.groups.flatMap(({ name, members: people }) => people.map((person) => `${name}/${person}`));
    expect(members.sort()).toEqual(keys("aws_identitystore_group_membership"));
    expect(drawn.groups.map(({ name }) => name)).toEqual(keys("aws_identitystore_group"));
    const given = drawn.permissionSets.flatMap(({ name, gives }) => gives.map((policy) => `${name}/${policy}`));
    expect(given.sort()).toEqual(keys("aws_ssoadmin_managed_policy_attachment"));
    const sessions = drawn.permissionSets.map(({ name, session }) => [name, `PT${session.replace(" h", "H")}`]);
    expect(sessions).toEqual(list("aws_ssoadmin_permission_set", "session_duration"));
  });

  it("has the roles that Terraform plans, taken by whom their trust admits, with what is attached", () => {
    const accountOf: Record<string, string> = {
      github: MANAGEMENT,
      publish: "public-ecr",
      public_ecr_plan: "public-ecr",
    };
    const planned = of("aws_iam_role").map((role) => {
      // Unknown where it names a role that is still to be created: no workflow then.
      const trust = JSON.parse(String(read(role, "assume_role_policy") ?? "{}")).Statement?.[0];
      const claim = (name: string) => trust?.Condition?.StringEquals[`token.actions.githubusercontent.com:${name}`];
      const own = (claim("sub") ?? []).filter((each: string) => each.startsWith("repo:acme/platform:"));
      const workflow = claim("job_workflow_ref")?.replace("acme/platform/.github/workflows/", "");
      const by = claim("actor_id")?.map((id: string) => ({ "33": "ada", "44": "bo" })[id]);
      return {
        role: `${accountOf[role.name]}/${read(role, "name")}`,
        subjects: workflow
          ? [workflow.replace("@refs/heads/", " on "), ...(by ? [`by ${by.join(", ")}`] : [])]
          : own.map((each: string) => each.slice("repo:acme/platform:".length)),
      };
    });
    const roles = drawn.roles.map(({ account, name, subjects }) => ({ role: `${account}/${name}`, subjects }));
    const sort = (list: { role: string }[]) => list.sort((a, b) => (a.role < b.role ? -1 : 1));
    expect(sort(roles)).toEqual(sort(planned));
    const attached = of("aws_iam_role_policy_attachment").map((each) => read(each, "policy_arn"));
    const managed = drawn.roles
      .filter(({ may }) => !may.includes(" "))
      .map(({ may }) => `arn:aws:iam::aws:policy/${may}`);
    expect(managed.sort()).toEqual(attached.sort());
    expect(drawn.repository).toBe("acme/platform");
  });

  it("has the policies where Terraform attaches them, and the repositories", () => {
    const attached = list("aws_organizations_policy_attachment", "target_id");
    const planned = attached.map(([key, id]) => [String(key).split("/")[0], units().get(id)]);
    const held = [
      ...drawn.policies.map((name) => [name, undefined]),
      ...drawn.units.flatMap((unit) => unit.policies.map((name) => [name, unit.name])),
    ];
    expect(held.sort()).toEqual(planned.sort());
    expect(held.length).toBeGreaterThan(3);
    expect(drawn.publicImages.repositories).toEqual(keys("aws_ecrpublic_repository"));
  });
});

describe("a picture", () => {
  it.each([
    ["one account", () => readWith(writeAccounts(0))],
    ["a thousand", () => readWith(writeAccounts(1000, 50))],
    ["names that would break out", async () => makeNasty(NASTY_NAMES)],
    ["many groups and sets", async () => makeNasty(Array.from({ length: 50 }, (_, index) => `n${index}`))],
  ])("of %s is XML to a parser", async (_, read) => {
    parseXml(renderSvg(await read()));
  });
});

/** Parses XML with Python's expat; throws what it says. */
function parseXml(text: string): void {
  const code = "import sys, xml.etree.ElementTree as tree; tree.fromstring(sys.stdin.buffer.read())";
  const { status, stderr } = spawnSync("python3", ["-c", code], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
