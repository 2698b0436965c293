import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { IMPORTS_PATH } from "../../../ci/bootstrap/imports.js";
import type { Fault } from "../../../ci/emulator/client.js";
import { type HandMade, makeByHand } from "../../../ci/rehearsal/hand-made.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { findTool } from "../../tools/find-tool.js";
import { assumeRole, callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { type BootstrapSetup, setUpBootstrap } from "./set-up-bootstrap.js";

const MANAGEMENT = "123456789012";
const EMAIL = "aws+public-ecr@platform.test";
const BUCKET_WRITES = [
  "s3 CreateBucket 1",
  "s3 PutBucketPolicy 1",
  "s3 PutBucketVersioning 1",
  "s3 PutPublicAccessBlock 1",
];

/** Each test goes on where the one before it ended. */
describe("an organization that is bootstrapped", { timeout: 120_000 }, () => {
  let setup: BootstrapSetup;
  let made: HandMade;
  beforeAll(async () => {
    setup = await setUpBootstrap();
  });
  afterAll(() => setup?.close());
  beforeEach(async () => {
    await setup.emulator.clearRequests();
    await setup.emulator.clearFaults();
  });
  const organizations = (operation: string, input = {}) =>
    callJson(setup.emulator.url, "organizations", operation, input);
  const listCalls = async () => (await setup.emulator.requests()).map(({ operation }) => operation);

  it("is none of another account: only who calls was asked", async () => {
    const other = "111122223333";
    const error = await expectError("account-wrong", () =>
      setup.withEdit(
        (text) => text.replace(`account_id = "${MANAGEMENT}"`, `account_id = "${other}"`),
        () => setup.bootstrap(),
      ),
    );
    expect(error.message).toContain(`credentials are of account ${MANAGEMENT}, and management.account_id is ${other}`);
    expect(await listCalls()).toEqual(["GetCallerIdentity"]);
  });

  it.each<[code: string, fault: Fault]>([
    ["credentials-expired", { code: "ExpiredToken" }],
    ["credentials-refused", { code: "InvalidClientTokenId" }],
    ["aws-forbidden", { code: "AccessDenied" }],
    ["aws-throttled", { code: "Throttling" }],
    ["aws-failed", { code: "InternalFailure", status: 500 }],
    ["aws-failed", { reset: true }],
  ])("ends with %s where AWS does not say who calls, and nothing was done: %o", async (code, fault) => {
    await setup.emulator.setFault({ service: "sts", ...fault });
    const error = await expectError(code, () => setup.bootstrap());
    expect(error.message).not.toContain("set as a fault");
    expect([...new Set(await listCalls())]).toEqual(["GetCallerIdentity"]);
    await expectError(code, () => setup.adopt());
  });

  it("may not be there at all: that is told, the bucket is made, and once only", async () => {
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain("✗ [organization-missing] organization");
    expect(error.message).toContain("https://console.aws.amazon.com/singlesignon/home?region=us-east-1");
    expect(error.message).toMatch(/^✓ bucket genesis-state-123456789012: created; /m);
    expect(await setup.listWrites()).toEqual(BUCKET_WRITES);
    const again = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(again.message).toMatch(/^✓ bucket genesis-state-123456789012: versioned, encrypted, private, TLS only$/m);
    expect(await setup.listWrites()).toEqual(BUCKET_WRITES);
    expect((await setup.adopt()).report).toContain("[organization-missing]");
  });

  it("may lack features, which are not switched on for anybody", async () => {
    await organizations("CreateOrganization", { FeatureSet: "CONSOLIDATED_BILLING" });
    await setup.emulator.clearRequests();
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain("✗ [organization-limited] organization o-");
    expect(error.message).toContain("its feature set is CONSOLIDATED_BILLING");
    expect((await setup.adopt()).report).toContain("[organization-limited]");
    expect(await setup.listWrites()).toEqual([]);
    await organizations("DeleteOrganization");
  });

  it("is found with what is in it: nothing is changed, and the next step is to adopt it", async () => {
    made = await makeByHand(setup.emulator.url, { name: "public-ecr", email: EMAIL });
    await setup.emulator.clearRequests();
    const list = await setup.bootstrap();
    expect(list.split("\n").slice(0, 9)).toEqual([
      `✓ account ${MANAGEMENT}: the management account, as the data says`,
      `✓ organization ${made.organization}: all features`,
      "✓ OUs: infrastructure",
      "+ OUs that the first apply creates: sandbox, suspended, workloads",
      `✓ account public-ecr: ${made.account}`,
      "✓ repositories: base",
      "+ repositories that the first apply creates: terraform",
      `✓ GitHub's OIDC provider is there already: ${made.provider}`,
      expect.stringMatching(
        /^✓ identity center in us-east-1: .*; sso\.startUrl .*: https:\/\/d-\w+\.awsapps\.com\/start$/,
      ),
    ]);
    expect(list).toContain("Next: run dagger call adopt --auto-apply");
    expect(await setup.listWrites()).toEqual([]);
  });

  it.each<[code: string, fault: Fault]>([
    [
      "aws-forbidden",
      { service: "organizations", operation: "ListAWSServiceAccessForOrganization", code: "AccessDeniedException" },
    ],
    ["aws-forbidden", { service: "sts", operation: "AssumeRole", code: "AccessDenied" }],
    ["aws-forbidden", { service: "ecr-public", code: "AccessDeniedException" }],
    ["aws-forbidden", { service: "iam", code: "AccessDenied" }],
    ["aws-failed", { service: "organizations", operation: "ListRoots", reset: true }],
  ])("is looked at as far as AWS allows: what cannot be is told and not adopted, %s: %o", async (code, fault) => {
    await setup.emulator.setFault(fault);
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain(`✗ [${code}] `);
    expect(error.message).toContain("✓ identity center");
    expect(error.message).toContain("✓ bucket");
    expect(error.message).not.toContain("set as a fault");
    expect((await setup.adopt()).report).toContain(`[${code}]`);
    expect(await setup.listWrites()).toEqual([]);
  });

  it("is not adopted over other ids: both are shown, and nothing is written", async () => {
    const change = (text: string) => text.replace("000000000001", "444455556666");
    const error = await setup.withEdit(change, () => expectError("adopt-differs", () => setup.adopt()));
    expect(error.message).toContain(
      `public_ecr.account_id: it is 444455556666, and what AWS has under that name is ${made.account}`,
    );
    expect(await setup.listWrites()).toEqual([]);
  });

  it.each([
    ["name", "public-ecr", "images", 'has the name "public-ecr", and the data "images"'],
    ["address", EMAIL, "a@platform.test", `has the e-mail address "${EMAIL}", and the data "a@platform.test"`],
    ["spelling", EMAIL, EMAIL.toUpperCase(), `and the data "${EMAIL.toUpperCase()}"`],
  ])("is not ready where only a part of an account fits: another %s", async (_, from, to, fact) => {
    // The account's name stands in several places, and in its address.
    const change = (text: string) => text.replaceAll(from, to).replace("aws+images@", "aws+public-ecr@");
    await setup.withEdit(change, async () => {
      const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
      expect(error.message).toContain("[account-differs]");
      expect(error.message).toContain(fact);
      expect(error.message).toContain(made.account);
    });
    expect(await setup.listWrites()).toEqual([]);
  });

  it("leaves accounts alone that the data does not have, and takes no closed one", async () => {
    const id = await createAccount(setup.emulator.url, "shop", "aws+shop@platform.test");
    expect(await setup.bootstrap()).toContain(
      `✓ accounts that the data does not have, which are left alone: ${id} ("shop")`,
    );
    await organizations("CloseAccount", { AccountId: id });
    const add = (ou: string) => (text: string) =>
      text.replace(
        "accounts = {\n",
        `accounts = {\n  shop = {\n    email = "aws+shop@platform.test"\n    ou    = "${ou}"\n  }\n`,
      );
    const { report } = await setup.withEdit(add("workloads"), () => setup.adopt());
    expect(report).toContain(`account shop (${id}): it is `);
    expect(report).toContain("accounts.shop: AWS has this account, but it cannot be adopted; remove it from the data");
  });

  it("has what an apply would switch off listed: services that it trusts and types of policies", async () => {
    const { Roots } = (await organizations("ListRoots")).json;
    await organizations("EnableAWSServiceAccess", { ServicePrincipal: "ram.amazonaws.com" });
    await organizations("EnablePolicyType", { RootId: Roots[0].Id, PolicyType: "TAG_POLICY" });
    await setup.emulator.clearRequests();
    const list = await setup.bootstrap();
    expect(list).toMatch(/^\+ the first apply switches off .*: ram\.amazonaws\.com, TAG_POLICY$/m);
    expect(await setup.listWrites()).toEqual([]);
    await organizations("DisableAWSServiceAccess", { ServicePrincipal: "ram.amazonaws.com" });
    await organizations("EnableAWSServiceAccess", { ServicePrincipal: "sso.amazonaws.com" });
    await organizations("DisablePolicyType", { RootId: Roots[0].Id, PolicyType: "TAG_POLICY" });
    expect(await setup.bootstrap()).not.toContain("switches off");
  });

  it("is nothing for a member account: nothing is made there", async () => {
    const accessKeyId = await assumeRole(setup.emulator.url, made.account, "OrganizationAccountAccessRole");
    await setup.emulator.clearRequests();
    const error = await expectError("account-wrong", () =>
      setup.withEdit(
        (text) => text.replace(`account_id = "${MANAGEMENT}"`, `account_id = "${made.account}"`),
        () => setup.bootstrap({ accessKeyId, secretAccessKey: "x" }),
      ),
    );
    expect(error.message).toContain(
      `a member of organization ${made.organization}, which account ${MANAGEMENT} manages`,
    );
    expect(await setup.listWrites()).toEqual([]);
  });

  it("is adopted: data and imports are as terraform fmt has them, and a second adopt changes nothing", async () => {
    await setup.writeAdopted();
    const data = await setup.readData();
    expect(data).toContain(`account_id   = "${made.account}"`);
    const imports = await readFile(join(setup.root, IMPORTS_PATH), "utf8");
    const found = [...imports.matchAll(/ {2}to = (.*)\n {2}id = "(.*)"\n/g)].map(([, address, id]) => [address, id]);
    expect(found).toEqual(
      expect.arrayContaining([
        [`aws_ecrpublic_repository.this["base"]`, "base"],
        ["aws_iam_openid_connect_provider.github", made.provider],
        [`aws_organizations_account.this["public-ecr"]`, made.account],
        ["aws_organizations_organization.this", made.organization],
        [`aws_organizations_organizational_unit.this["infrastructure"]`, made.ou],
        ["aws_s3_bucket.state", `genesis-state-${MANAGEMENT}`],
      ]),
    );
    await promisify(execFile)(await findTool("terraform"), [
      "fmt",
      "-check",
      join(setup.root, DATA_PATH),
      join(setup.root, IMPORTS_PATH),
    ]);
    expect((await setup.adopt()).files).toEqual([]);
    expect(await setup.listWrites()).toEqual([]);
  });
});

describe("an identity center", { timeout: 120_000 }, () => {
  it.each<[code: string, options: Parameters<typeof setUpBootstrap>[0], fact: RegExp]>([
    ["identity-center-elsewhere", { region: "eu-west-1" }, /it is not there, but in eu-west-1\./],
    ["identity-center-missing", { region: "mars-north-1" }, /it is not enabled, .* AWS has no API for it/],
    ["identity-center-ambiguous", { moreInstances: 1 }, /there are 2 instances: arn:\S+, arn:\S+\./],
  ])(
    "that is not one in the right region is %s: it is told, and nothing is done about it",
    async (code, options, fact) => {
      const setup = await setUpBootstrap(options);
      onTestFinished(() => setup.close());
      const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
      expect(error.message).toContain(`✗ [${code}] identity center us-east-1`);
      expect(error.message).toMatch(fact);
      expect(error.message).toContain("https://console.aws.amazon.com/singlesignon/home?region=");
      expect(await setup.listWrites()).toEqual(BUCKET_WRITES);
    },
  );
});
