import { describe, expect, it } from "vitest";
import { formatOrganization } from "../../../ci/organization/format-organization.js";
import { findReach, listAccess } from "../../../ci/organization/organization.js";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { renderSvg } from "../../../ci/organization/render-svg.js";
import { readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";
import { makeCode, readWith, writeAccounts } from "./organizations.js";

const TWO_GROUPS = `people = {
  ada = { given_name = "A", family_name = "L", email = "ada@platform.test" }
  bob = { given_name = "B", family_name = "B", email = "bob@platform.test" }
}
permission_sets = {
  look = { description = "x", managed_policies = ["ReadOnlyAccess"], session_duration = "PT8H" }
  do   = {
    description = "x", managed_policies = [], inline_policy = "deny-all.json", session_duration = "PT1H30M"
    customer_managed_policies = [{ name = "pay" }], boundary = { managed_policy = "PowerUserAccess" }
  }
}
groups = {
  ops = { description = "\${not} an expression", members = ["bob", "ada", "gone"], access = [
    { permission_sets = ["do", "look"], accounts = ["management", "*", "shop-0"] }
  ] }
  all = { description = "x", members = ["ada"], access = [{ permission_sets = ["look", "unknown"], accounts = ["*", "management"] }] }
}
`.replaceAll("${", "$${");

/** OUs on three levels, with accounts on each, and one account in none. */
const NESTED = `ous = {
  infrastructure = {}, suspended = {}, "suspended/old" = {}, workloads = {}, "workloads/prod" = {}, "workloads/prod/pay" = {}
}
accounts = {
  public-ecr = { email = "a@platform.test", ou = "infrastructure" }
  legacy     = { email = "b@platform.test", ou = "root" }
  shop       = { email = "c@platform.test", ou = "workloads/prod" }
  ledger     = { email = "d@platform.test", ou = "workloads/prod/pay" }
  gone       = { email = "e@platform.test", ou = "suspended/old" }
}
groups = {
  pay = { description = "x", members = [], access = [
    { permission_sets = ["administrator"], accounts = ["ou:workloads/prod", "gone", "ou:suspended"] },
    { permission_sets = ["read-only"], accounts = ["legacy", "ledger"] }
  ] }
}
policies = {
  guard = { description = "x", file = "deny-all.json", targets = ["root", "ou:workloads/prod", "ledger"] }
}
`;

describe("the organization", () => {
  it("gives every group its permission sets where its access says, people and sets that are not there aside", async () => {
    const organization = await readWith(writeAccounts(2, 1) + TWO_GROUPS);
    expect(organization.groups.map(({ name, members }) => [name, members])).toEqual([
      ["all", ["ada"]],
      ["ops", ["bob", "ada"]],
    ]);
    expect(organization.groups[1]?.description).toBe("${not} an expression");
    const open = ["management", "public-ecr", "shop-0", "shop-1"];
    expect(
      listAccess(organization).map(({ permissionSet, ...rest }) => ({ ...rest, set: permissionSet.name })),
    ).toEqual([
      { set: "do", groups: ["ops"], accounts: open },
      { set: "look", groups: ["all", "ops"], accounts: open },
    ]);
    expect(findReach(organization, open)).toEqual({
      units: ["infrastructure", "workloads"],
      accounts: ["management"],
    });
    expect(organization.permissionSets).toEqual([
      {
        name: "do",
        gives: ["own policy pay", "inline policy deny-all.json", "at most PowerUserAccess"],
        session: "1 h 30 min",
      },
      { name: "look", gives: ["ReadOnlyAccess"], session: "8 h" },
    ]);
  });

  it("has OUs by their paths, access to what is below them, and none to what is suspended", async () => {
    const organization = await readWith(NESTED);
    expect(organization.accounts).toEqual(["legacy"]);
    expect(organization.units.map(({ name, accounts }) => [name, ...accounts])).toEqual([
      ["infrastructure", "public-ecr"],
      ["suspended"],
      ["suspended/old", "gone"],
      ["workloads"],
      ["workloads/prod", "shop"],
      ["workloads/prod/pay", "ledger"],
    ]);
    expect(organization.grants.map(({ account, permissionSet }) => `${account} ${permissionSet}`).sort()).toEqual([
      "ledger administrator",
      "ledger read-only",
      "legacy read-only",
      "shop administrator",
    ]);
    expect(organization.policies).toEqual(["guard"]);
    expect(organization.accountPolicies).toEqual([{ account: "ledger", policies: ["guard"] }]);
    const table = formatOrganization(organization, "table");
    expect(table).toMatch(/^workloads\/prod +shop +guard$/m);
    expect(table).toMatch(/^\(root\) +management, legacy +guard$/m);
    expect(renderSvg(organization)).toContain("legacy");
  });

  it("names accounts where an OU is not reached whole", async () => {
    const organization = await readWith(writeAccounts(3));
    expect(findReach(organization, ["management", "shop-0", "shop-1"])).toEqual({
      units: [],
      accounts: ["management", "shop-0", "shop-1"],
    });
  });

  it("is that of the last file which sets a variable, in Terraform's order", async () => {
    const code = await makeCode(writeAccounts(1));
    const early = { path: "terraform.tfvars", text: writeAccounts(9), hash: "" };
    const json = {
      path: "zzz.auto.tfvars.json",
      text: '{"github":{"owner":"o","owner_id":"1","repository":"r","repository_id":"2","approvers":{}}}',
      hash: "",
    };
    const organization = await readOrganization({ ...code, files: [...code.files, early, json] });
    expect(organization.units.flatMap(({ accounts }) => accounts)).toEqual(["public-ecr", "shop-0"]);
    expect(organization.repository).toBe("o/r");
  });

  it("is refused where the code computes what was a literal, or puts a role into another account", async () => {
    const code = await readCode(ROOT);
    const edit = (from: string, to: string) => ({
      ...code,
      files: code.files.map((file) => ({ ...file, text: file.text.replace(from, to) })),
    });
    const roles = edit('{ apply = "AdministratorAccess" }', "var.roles");
    await expectError("organization-unreadable", () => readOrganization(roles).then(() => {}));
    const account = edit("publish = { account = var.public_ecr.account_id", 'publish = { account = "123456789012"');
    const error = await expectError("organization-unreadable", () => readOrganization(account).then(() => {}));
    expect(error.message).toContain("local github_roles.publish.account");
  });
});
