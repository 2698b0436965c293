import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Fault } from "../../../ci/emulator/client.js";
import { type HandMade, makeByHand } from "../../../ci/rehearsal/hand-made.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { findTool } from "../../tools/find-tool.js";
import { assumeRole, callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError, expectErrors } from "../fixtures/errors.js";
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
    await expectError("organization-missing", () => setup.adopt());
  });

  it("may lack features, which are not switched on for anybody", async () => {
    await organizations("CreateOrganization", { FeatureSet: "CONSOLIDATED_BILLING" });
    await setup.emulator.clearRequests();
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain("✗ [organization-limited] organization o-");
    expect(error.message).toContain("its feature set is CONSOLIDATED_BILLING");
    await expectError("organization-limited", () => setup.adopt());
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
    ["aws-forbidden", { service: "organizations", operation: "ListAccounts", code: "AccessDeniedException" }],
    ["aws-forbidden", { service: "sts", operation: "AssumeRole", code: "AccessDenied" }],
    ["aws-forbidden", { service: "ecr-public", code: "AccessDeniedException" }],
    ["aws-forbidden", { service: "iam", code: "AccessDenied" }],
    ["aws-failed", { service: "organizations", operation: "ListRoots", reset: true }],
  ])("is not adopted while a part cannot be looked at, %s; the rest is looked at: %o", async (code, fault) => {
    await setup.emulator.setFault(fault);
    const error = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(error.message).toContain(`✗ [${code}] `);
    expect(error.message).toContain("✓ identity center");
    expect(error.message).toContain("✓ bucket");
    expect(error.message).not.toContain("set as a fault");
    const adopt = await setup.adopt().catch((failure: Error) => failure);
    expect(String(adopt)).toContain(`[${code}]`);
    expect(await setup.listWrites()).toEqual([]);
  });

  it("is not adopted over other ids: both are shown, and nothing is written", async () => {
    const before = await setup.readData();
    const others =
      'adopt = {\n  organization = { this = "o-otherother" }\n  ous = { infrastructure = "ou-othe-12345678" }\n';
    await setup.withEdit(
      (text) => text.replace("adopt = {\n", others).replace("000000000001", "444455556666"),
      async () => {
        const errors = await expectErrors(["adopt-differs", "adopt-differs", "adopt-differs"], () => setup.adopt());
        const differ = (at: string, was: string, is: string | undefined) =>
          expect.stringContaining(`${at}: it is ${was}, and what AWS has under that name is ${is}`);
        expect(errors.map(({ message }) => message)).toEqual([
          differ("adopt.organization.this", "o-otherother", made.organization),
          differ("adopt.ous.infrastructure", "ou-othe-12345678", made.ou),
          differ("public_ecr.account_id", "444455556666", made.account),
        ]);
        const list = await expectError("bootstrap-incomplete", () => setup.bootstrap());
        expect(list.message.match(/^✗ \[adopt-differs\]/gm)).toHaveLength(3);
      },
    );
    expect(await setup.readData()).toBe(before);
    expect(await setup.listWrites()).toEqual([]);
  });

  it.each([
    ["name", "public-ecr", "images", 'has the name "public-ecr", and the data "images"'],
    ["address", EMAIL, "a@platform.test", `has the e-mail address "${EMAIL}", and the data "a@platform.test"`],
    ["spelling", EMAIL, EMAIL.toUpperCase(), `and the data "${EMAIL.toUpperCase()}"`],
  ])("is not adopted where only a part of an account fits: another %s", async (_, from, to, fact) => {
    // The account's name stands in several places, and in its address.
    const change = (text: string) => text.replaceAll(from, to).replace("aws+images@", "aws+public-ecr@");
    await setup.withEdit(change, async () => {
      const error = await expectError("account-differs", () => setup.adopt());
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
    const error = await setup.withEdit(add("workloads"), () => expectError("account-differs", () => setup.adopt()));
    expect(error.message).toContain(`account ${id} is `);
    // One that is being retired is adopted as it is.
    const { adoption } = await setup.withEdit(add("suspended"), () => setup.adopt());
    expect(adoption.adopt.accounts?.shop).toBe(id);
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

  it("is adopted: the ids stand in the data as terraform fmt has it, the rest of it as it was, and nothing is left to adopt", async () => {
    const before = await setup.readData();
    await setup.writeAdopted();
    const after = await setup.readData();
    const rest = (text: string) => text.slice(0, text.indexOf("adopt = {")).replace(made.account, "000000000001");
    expect(rest(after)).toBe(rest(before));
    expect(after.slice(after.indexOf("adopt = {"))).toBe(`adopt = {
  accounts = {
    public-ecr = "${made.account}"
  }
  github = {
    this = "${made.provider}"
  }
  organization = {
    this = "${made.organization}"
  }
  ous = {
    infrastructure = "${made.ou}"
  }
  repositories = {
    base = "base"
  }
  state_bucket = {
    this = "genesis-state-${MANAGEMENT}"
  }
}
`);
    await promisify(execFile)(await findTool("terraform"), ["fmt", "-check", join(setup.root, DATA_PATH)]);
    const again = await setup.adopt();
    expect([again.adoption.changes, again.text]).toEqual([[], after]);
    expect(await setup.bootstrap()).toContain("Next: dagger call tf-plan --bootstrap -o plan");
    expect(await setup.listWrites()).toEqual([]);
    expect(await readFile(join(setup.root, DATA_PATH), "utf8")).toBe(after);
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
