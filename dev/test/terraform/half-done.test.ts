import { describe, expect, it } from "vitest";
import { checkImports } from "../../../ci/terraform/check-imports.js";
import type { Code } from "../../../ci/terraform/code.js";
import type { Deployment } from "../../../ci/terraform/deployment.js";
import { explainGone, explainTainted } from "../../../ci/terraform/half-done.js";
import { makePlan } from "../../../ci/terraform/make-plan.js";
import type { ResourceChange } from "../../../ci/terraform/plan.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
import { makeChange, makePlanOf } from "./plans.js";
import { formatState, makeState, scriptRun, type TestInstance } from "./states.js";

const ACCOUNT = "aws_organizations_account";
const ID = "111122223333";
const SHOP: TestInstance = [ACCOUNT, "shop", { id: ID }];
const codeOf = (files: Record<string, string>): Code => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text, hash: "" })),
  lock: "",
});
const DEPLOYMENT: Deployment = {
  code: codeOf({}),
  state: { bucket: "b", key: "k", region: "us-east-1" },
  ...{ backendSettings: [], bootstrap: false, readOnly: false },
};

describe("what was made by half", () => {
  it.each([
    [ACCOUNT, "shop"],
    ["aws_organizations_organizational_unit", "workloads"],
    ["aws_ecrpublic_repository", "base"],
    ["aws_s3_bucket", "state"],
  ])("is told before Terraform plans, with what keeps it: %s", async (type, key) => {
    const { run, list } = scriptRun({
      "terraform state pull": { stdout: formatState([[type, key, { id: "the-id" }, "tainted"]]) },
    });
    const error = await expectError("resource-tainted", () => makePlan(run, DEPLOYMENT));
    expect(error.message).toContain("AWS has it as the-id");
    expect(error.message).toContain(`dagger call tf-untaint --address='${type}.this["${key}"]'`);
    expect(list().filter((line) => line.startsWith("terraform plan"))).toEqual([]);
  });

  it("is replaced by the next plan where nothing protects it", () => {
    expect(explainTainted(makeState([["aws_iam_role", "x", { id: "x" }, "tainted"], SHOP]))).toEqual([]);
  });
});

describe("an account that AWS has no more", () => {
  const drift = (type: string, kind: "delete" | "update") => ({ resource_drift: [makeChange(kind, type, "shop")] });

  it("is told before an apply, whether the plan would make it again or not", async () => {
    const { run } = scriptRun({
      "terraform state pull": { stdout: formatState([SHOP]) },
      "terraform plan": { exitCode: 0 },
      "terraform show": { stdout: JSON.stringify(makePlanOf([], drift(ACCOUNT, "delete"))) },
    });
    const error = await expectError("account-gone", () => makePlan(run, DEPLOYMENT));
    expect(error.message).toMatch(/^\[account-gone\] .*111122223333.*tf-forget --address='aws_.*\["shop"\]'/);
  });

  it("is none that changed, and no other resource", () => {
    for (const more of [drift(ACCOUNT, "update"), drift("aws_iam_role", "delete")]) {
      expect(explainGone(makePlanOf([], more), makeState([SHOP]))).toEqual([]);
    }
  });
});

describe("a plan that would destroy what is protected", () => {
  const PREVENTED = { exitCode: 1, stderr: "Error: Instance cannot be destroyed" };
  const fail = (changes: readonly ResourceChange[], state: readonly TestInstance[] = [SHOP]) => {
    const failed = { format_version: "1.2", terraform_version: "1.11.4", errored: true, resource_changes: changes };
    const { run } = scriptRun({
      "terraform state pull": { stdout: formatState(state) },
      "terraform plan": PREVENTED,
      "terraform show": { stdout: JSON.stringify(failed) },
    });
    return makePlan(run, DEPLOYMENT);
  };
  const replace = (before: string, after: string, sensitive = {}) =>
    makeChange("replace", ACCOUNT, "shop", {
      ...{ before: { id: ID, email: before }, after: { email: after }, sensitive },
      replace_paths: [["email"]],
    });

  it("as AWS and the data differ shows both, and what to write", async () => {
    const error = await expectError("replace-prevented", () => fail([replace("new@x.test", "old@x.test")]));
    expect(error.message).toContain('write email = "new@x.test" into the data');
    expect(error.message).toContain('email: AWS has "new@x.test", the data "old@x.test"');
    const hidden = await expectError("replace-prevented", () =>
      fail([replace("new@x.test", "old@x.test", { email: true })]),
    );
    expect(hidden.message).not.toContain("x.test");
  });

  it("as the data calls an account otherwise has the blocks that move all of it, and nothing else", async () => {
    const gone = makeChange("delete", ACCOUNT, "shop", { before: { id: ID, email: "shop@x.test" } });
    const made = makeChange("create", ACCOUNT, "store", { after: { email: "Shop@x.test" } });
    const error = await expectError("key-renamed", () =>
      fail(
        [gone, made],
        [
          SHOP,
          ["aws_account_alternate_contact", "shop/security", { account_id: ID }],
          ["aws_account_alternate_contact", "other/security", { account_id: "444455556666" }],
          ["aws_ssoadmin_account_assignment", "shop/shop/read", { target_id: ID }],
          ["aws_organizations_policy_attachment", "shop/shop", { target_id: ID }],
        ],
      ),
    );
    expect([...error.message.matchAll(/^ {2}(?:from|to {2}) = (.*)$/gm)].map(([, address]) => address)).toEqual([
      ...['aws_organizations_account.this["shop"]', 'aws_organizations_account.this["store"]'],
      'aws_account_alternate_contact.this["shop/security"]',
      'aws_account_alternate_contact.this["store/security"]',
      'aws_ssoadmin_account_assignment.this["shop/shop/read"]',
      'aws_ssoadmin_account_assignment.this["store/shop/read"]',
      'aws_organizations_policy_attachment.this["shop/shop"]',
      'aws_organizations_policy_attachment.this["shop/store"]',
    ]);
  });

  it("as something left the data says so, beside what has another cause", async () => {
    const gone = makeChange("delete", ACCOUNT, "ledger", { before: { id: "1", email: "ledger@x.test" } });
    const other = makeChange("create", ACCOUNT, "store", { after: { email: "store@x.test" } });
    await expectError("destroy-prevented", () => fail([gone, other]));
    await expectErrors(["destroy-prevented", "replace-prevented"], () => fail([gone, replace("a", "b")]));
    await expectError("destroy-prevented", () => fail([{} as ResourceChange]));
  });
});

describe("an import", () => {
  const DATA = `accounts = { shop = {} }\nous = { "a/b" = {} }\ngroups = {}\npeople = {}\n`;
  const importAll = (...addresses: string[]) =>
    checkImports(
      codeOf({
        "organization.auto.tfvars": DATA,
        "imports.tf": addresses.map((to) => `\nimport {\n  to = ${to}\n  id = "x"\n}\n`).join(""),
      }),
    );

  it("of what left the data is refused before Terraform starts, with its line", async () => {
    const one = await expectError("import-orphaned", () =>
      importAll('aws_organizations_account.this["shop"]', 'aws_organizations_account.this["ledger"]'),
    );
    expect(one.message).toContain("[import-orphaned] terraform/imports.tf:8: ");
    const orphans = ['aws_organizations_organizational_unit.this["a"]', 'aws_identitystore_user.this["bo"]'];
    const errors = await expectErrors(["import-orphaned", "import-orphaned", "import-orphaned"], () =>
      importAll(...orphans, 'aws_ssoadmin_account_assignment.this["ledger/shop/read"]'),
    );
    expect(errors.map(({ subject }) => subject)).toEqual([3, 8, 13].map((line) => `terraform/imports.tf:${line}`));
  });

  it("of what the data has passes, and what the data alone does not tell is left to Terraform", async () => {
    await importAll(
      'aws_organizations_organizational_unit.second["a/b"]',
      'aws_account_alternate_contact.this["management/security"]',
      'aws_ssoadmin_account_assignment.this["shop/x/y"]',
      "aws_organizations_organization.this",
      'aws_ecrpublic_repository.this["base"]',
    );
    await checkImports(codeOf({ "imports.tf": 'import {\n  to = aws_identitystore_user.this["x"]\n  id = "x"\n}\n' }));
  });
});
