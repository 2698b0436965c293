import { describe, expect, it } from "vitest";
import { findReach, listAccess } from "../../../ci/organization/organization.js";
import { readOrganization } from "../../../ci/organization/read-organization.js";
import { readCode } from "../../../ci/terraform/code.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeCode, readWith, writeAccounts } from "./organizations.js";

const TWO_GROUPS = `people = { ada = {}, bob = {} }
permission_sets = {
  look = { description = "x", managed_policy = "ReadOnlyAccess", hours = 8 }
  do   = { description = "x", managed_policy = "AdministratorAccess", hours = 1 }
}
groups = {
  ops = { description = "\${not} an expression", members = ["bob", "ada", "gone"], permission_sets = ["do", "look"] }
  all = { description = "x", members = ["ada"], permission_sets = ["look", "unknown"] }
}
`.replaceAll("${", "$${");

describe("the organization", () => {
  it("gives every group its permission sets in every account but suspended ones, people and sets that are not there aside", async () => {
    const organization = await readWith(writeAccounts(2, 1) + TWO_GROUPS);
    expect(organization.groups.map(({ name, members, permissionSets }) => [name, members, permissionSets])).toEqual([
      ["all", ["ada"], ["look"]],
      ["ops", ["bob", "ada"], ["do", "look"]],
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
    const json = { path: "zzz.auto.tfvars.json", text: '{"github":{"owner":"o","repository":"r"}}', hash: "" };
    const organization = await readOrganization({ ...code, files: [...code.files, early, json] });
    expect(organization.units.flatMap(({ accounts }) => accounts)).toEqual(["public-ecr", "shop-0"]);
    expect(organization.repository).toBe("o/r");
  });

  it("is refused for data of another shape, with each place", async () => {
    const shapeless = 'groups = "x"\ngithub = {}\naccounts = { shop = { email = "x" } }\n';
    const errors = await expectErrors(Array(4).fill("organization-unreadable"), () => readWith(shapeless));
    expect(errors.map(({ subject }) => subject)).toEqual([
      "terraform/ variable accounts.shop.ou",
      "terraform/ variable groups",
      "terraform/ variable github.owner",
      "terraform/ variable github.repository",
    ]);
    expect(errors[0]?.message).toContain("Nothing was drawn");
  });

  it("is refused where the code computes what was a literal, or puts a role into another account", async () => {
    const code = await readCode(ROOT);
    const edit = (from: string, to: string) => ({
      ...code,
      files: code.files.map((file) => ({ ...file, text: file.text.replace(from, to) })),
    });
    const ous = edit('["infrastructure", "sandbox", "suspended", "workloads"]', "keys(var.accounts)");
    await expectError("organization-unreadable", () => readOrganization(ous).then(() => {}));
    const account = edit("publish = { account = var.public_ecr.account_id", 'publish = { account = "123456789012"');
    const error = await expectError("organization-unreadable", () => readOrganization(account).then(() => {}));
    expect(error.message).toContain("local github_roles.publish.account");
  });
});
