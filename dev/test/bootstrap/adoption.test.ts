import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { IMPORTS_PATH } from "../../../ci/bootstrap/imports.js";
import { parseSettings, SETTINGS_PATH } from "../../../ci/lib/settings.js";
import { emptyRole } from "../../../ci/rehearsal/hand-made.js";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { DATA_PATH, readCode } from "../../../ci/terraform/code.js";
import { readData } from "../../../ci/terraform/data.js";
import { editHcl } from "../../../ci/terraform/edit-hcl.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { callJson } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { type BootstrapSetup, setUpBootstrap } from "./set-up-bootstrap.js";

const MANAGEMENT = "123456789012";
const BUCKET = `genesis-state-${MANAGEMENT}`;

/** Each test goes on where the one before it ended: a used organization, and the repository as it is shipped. */
describe("a repository that was just cloned, and an organization that people have used for years", () => {
  let setup: BootstrapSetup;
  let made: UsedOrganization;
  beforeAll(async () => {
    setup = await setUpBootstrap();
    for (const path of [DATA_PATH, SETTINGS_PATH]) await cp(join(ROOT, path), join(setup.root, path));
    made = await makeUsedOrganization(setup.emulator.url);
  });
  afterAll(() => setup?.close());
  beforeEach(async () => {
    await setup.emulator.clearRequests();
    await setup.emulator.clearFaults();
  });
  const read = (path: string) => readFile(join(setup.root, path), "utf8");

  it("is in the way of a first apply, by name, and nothing but the bucket's versioning is changed", async () => {
    const { message } = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(message).toContain(
      "✗ [role-taken] role genesis-plan in the management account: it has policies that are not ours: list-buckets",
    );
    expect(message).toContain("✗ [not-adopted] terraform/organization.auto.tfvars: adopt would change");
    expect(message).toContain("✗ [data-incomplete]");
    expect(message).toContain("guardduty.amazonaws.com → ");
    expect(message).toMatch(/^! accounts without OrganizationAccountAccessRole.*"legacy"/m);
    expect(message).toMatch(/^! accounts that are closed or being closed.*/m);
    expect(message).toMatch(/^! accounts whose root user still has a password/m);
    expect(message).toMatch(/^! identity source: no API tells it/m);
    expect(message.match(/^! policy .*, which the first apply creates, reaches: .*$/gm)).toEqual([
      expect.stringContaining("genesis-ai-opt-out"),
      "! policy genesis-deny-all, which the first apply creates, reaches: no account yet",
      expect.stringContaining("genesis-deny-leaving, which the first apply creates, reaches: ecr, public-ecr"),
      expect.stringContaining("genesis-deny-member-root"),
      expect.stringContaining("genesis-ec2-defaults"),
      expect.stringContaining("genesis-protect-platform"),
    ]);
    expect(await setup.listWrites()).toEqual(["s3 PutBucketVersioning 1", "s3 PutPublicAccessBlock 1"]);
  });

  it("is written whole, with what only a person can tell asked for; AWS is only read", async () => {
    const before = await read(DATA_PATH);
    const { files, report } = await setup.adopt();
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining([DATA_PATH, SETTINGS_PATH, IMPORTS_PATH]));
    await setup.writeAdopted();
    const data = await readData(await readCode(setup.root));
    expect(data.management).toEqual({ account_id: MANAGEMENT, email: expect.stringContaining("@") });
    expect(data.state_bucket).toEqual({ name: BUCKET, statements: "adopted/state-bucket.json" });
    expect(parseSettings(await read(SETTINGS_PATH)).state?.bucket).toBe(BUCKET);
    expect(data.accounts.shop).toMatchObject({ ou: "Production" });
    expect(data.accounts.ledger).toMatchObject({ ou: "Production/Payments" });
    expect(data.accounts.legacy).toMatchObject({ ou: "root" });
    expect(data.organization.trusted_services).toContain("guardduty.amazonaws.com");
    expect(data.organization.policy_types).toContain("TAG_POLICY");
    expect(data.policies["cost-tags"]).toMatchObject({ type: "TAG_POLICY", targets: ["root"] });
    expect(data.policies["eu-only"]?.targets).toEqual(["ou:Production"]);
    expect(data.policies["genesis-deny-leaving"]?.file).toBe("deny-leaving.json");
    expect(data.permission_sets.Billing).toMatchObject({
      session_duration: "PT8H",
      inline_policy: "adopted/Billing.json",
    });
    expect(data.github.audiences).toHaveLength(2);
    expect(report).toContain("To be filled in: no API tells it:");
    expect(report).toContain("github.owner_id");
    const left = /^Left alone, as the data cannot express it:\n((?: {2}.*\n)*)/m.exec(report)?.[1];
    expect(left?.trimEnd().split("\n")).toEqual([
      "  person badges: has no e-mail address",
      `  account attic (${made.accounts.attic}): it is CLOSED, and Terraform cannot import it`,
      "  group engineers, AdministratorAccess in account attic: the data does not have this account",
      "  person josalvatorre, AdministratorAccess in account management: the data gives access to groups only",
      expect.stringMatching(/^ {2}policies of role genesis-plan: list-buckets, .*; the code has none of them$/),
    ]);
    for (const comment of before.match(/^#.*$/gm) ?? []) expect(await read(DATA_PATH)).toContain(comment);
    expect(await setup.listWrites()).toEqual([]);
  });

  it("is imported by the ids that AWS has, and all of it is as terraform fmt has it", async () => {
    const imports = await read(IMPORTS_PATH);
    const { accounts, policies, root } = made;
    expect(imports).toContain(`to = aws_organizations_account.this["shop"]\n  id = "${accounts.shop}"`);
    expect(imports).toContain(`to = aws_organizations_policy.this["cost-tags"]\n  id = "${policies["cost-tags"]}"`);
    expect(imports).toContain(
      `to = aws_organizations_policy_attachment.this["cost-tags/root"]\n  id = "${root}:${policies["cost-tags"]}"`,
    );
    expect(imports).toContain(`to = aws_s3_bucket.state\n  id = "${BUCKET}"`);
    expect(imports).not.toContain(accounts.attic);
    const files = [DATA_PATH, IMPORTS_PATH].map((path) => join(setup.root, path));
    await promisify(execFile)(await findTool("terraform"), ["fmt", "-check", ...files]);
  });

  it("is written once: a second time changes nothing", async () => {
    const again = await setup.adopt();
    expect(again.files).toEqual([]);
    expect(again.report).toContain("Nothing is to be written.");
  });

  it("is ready for a first apply once a person did what was asked for", async () => {
    await emptyRole(setup.emulator.url, "genesis-plan");
    // The address of an account that is there: adopt did not know that it is this one, and gave it a key of its own.
    const text = (await read(DATA_PATH)).replaceAll("example.com", "platform.test").replaceAll("000000000000", "4711");
    await writeFile(join(setup.root, DATA_PATH), text);
    const { message } = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(message).toContain(`has the same e-mail address: both are account ${made.accounts.ECR}`);
    expect(message.match(/^✗ \[data-invalid\] /gm)).toHaveLength(1);
    const edited = await editHcl(text, [{ path: ["accounts", "ecr"], value: undefined }], DATA_PATH);
    await writeFile(join(setup.root, DATA_PATH), edited);
    await setup.writeAdopted();
    expect(await setup.bootstrap()).toContain("Next: dagger call tf-plan --bootstrap -o plan");
    const data = await readData(await readCode(setup.root));
    expect(data.public_ecr.account_id).toBe(made.accounts.ECR);
    expect(data.accounts["public-ecr"]).toMatchObject({ name: "ECR", ou: "sandbox" });
    expect(data.public_ecr.repositories).toEqual(["base", "terraform", "toolbox"]);
    expect(JSON.stringify(data)).not.toContain('"ecr"');
    expect(await setup.listWrites()).toEqual(["iam DeleteRolePolicy 1", "iam DetachRolePolicy 1"]);
  });

  it.each([
    ["organizations", "ListPolicies", "AccessDeniedException"],
    ["sso-admin", "ListPermissionSets", "AccessDeniedException"],
    ["account", "GetAlternateContact", "AccessDeniedException"],
    ["iam", "ListOpenIDConnectProviders", "AccessDenied"],
    ["sts", "AssumeRole", "AccessDenied"],
    ["ecr-public", "DescribeRepositories", "AccessDeniedException"],
  ])("is adopted but for what %s:%s would have told, which is said", async (service, operation, code) => {
    await setup.emulator.setFault({ service, operation, code });
    const { files, report } = await setup.adopt();
    expect(report).toContain("Not read, and so not adopted:\n  [aws-forbidden] ");
    // The data keeps what it has; the imports are of what could be read.
    expect(files.map(({ path }) => path).filter((path) => path !== IMPORTS_PATH)).toEqual([]);
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain("✗ [aws-forbidden] ");
    expect(error.message).not.toContain("set as a fault");
    expect(await setup.listWrites()).toEqual([]);
  });
});

it("finds the Identity Center in another region than the one that is shipped: the bucket is made there, once adopt has written it", async () => {
  const setup = await setUpBootstrap({ region: "eu-west-1" });
  onTestFinished(() => setup.close());
  for (const path of [DATA_PATH, SETTINGS_PATH]) await cp(join(ROOT, path), join(setup.root, path));
  await callJson(setup.emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
  await setup.emulator.clearRequests();
  const first = await expectError("bootstrap-incomplete", () => setup.bootstrap());
  expect(first.message).toContain(`+ bucket ${BUCKET}: created once adopt has written eu-west-1\n`);
  expect(await setup.listWrites()).toEqual([]);
  await setup.writeAdopted();
  expect(parseSettings(await readFile(join(setup.root, SETTINGS_PATH), "utf8")).state?.region).toBe("eu-west-1");
  const second = await expectError("bootstrap-incomplete", () => setup.bootstrap());
  expect(second.message).toContain(`✓ bucket ${BUCKET}: created; `);
  expect(await setup.listWrites()).toContain("s3 CreateBucket 1");
});
