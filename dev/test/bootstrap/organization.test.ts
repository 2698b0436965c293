import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Fault } from "../../../ci/emulator/client.js";
import { assumeRole, callJson, createAccount } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { type HandMade, makeByHand } from "../fixtures/make-by-hand.js";
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
describe("an organization that is bootstrapped", () => {
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
    const { message } = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(message.match(/^[✓+✗] .*$/gm)).toEqual([
      `✓ account ${MANAGEMENT}: the management account`,
      `✓ organization ${made.organization}: all features`,
      "✓ OUs: infrastructure",
      "+ OUs that the first apply creates: sandbox, suspended, workloads",
      `✓ accounts: public-ecr ${made.account}`,
      `✓ GitHub's OIDC provider in the management account: ${made.provider}`,
      "✓ repositories: base",
      "+ repositories that the first apply creates: terraform",
      expect.stringMatching(
        /^✓ identity center in us-east-1: .*; sso\.startUrl .*: https:\/\/d-\w+\.awsapps\.com\/start$/,
      ),
      "+ permission sets that the first apply creates: administrator, read-only",
      "+ people that the first apply creates: josalvatorre",
      "+ groups that the first apply creates: engineers",
      `✓ bucket genesis-state-${MANAGEMENT}: versioned, encrypted, private, TLS only`,
      expect.stringMatching(/^✗ \[not-adopted\] .* Next: dagger call adopt --auto-apply, then try again$/),
    ]);
    expect(message).toContain("Send email OTP");
    expect(await setup.listWrites()).toEqual([]);
  });

  it.each<[code: string, fault: Fault]>([
    ["aws-forbidden", { operation: "ListAWSServiceAccessForOrganization", code: "AccessDeniedException" }],
    ["aws-failed", { operation: "ListRoots", reset: true }],
  ])("is not adopted where AWS does not tell what it is; the rest is checked, %s: %o", async (code, fault) => {
    await setup.emulator.setFault({ service: "organizations", ...fault });
    const { message } = await expectError("bootstrap-incomplete", () => setup.bootstrap());
    expect(message).toContain(`✗ [${code}] aws organizations:${fault.operation}`);
    expect(message).toContain("✓ identity center");
    expect(message).toContain("✓ bucket");
    expect(message).not.toContain("set as a fault");
    await expectError(code, () => setup.adopt());
    expect(await setup.listWrites()).toEqual([]);
  });

  it("is not adopted over other ids: both are shown, and they are in the way", async () => {
    await setup.withEdit(
      (text) => text.replace("000000000001", "444455556666"),
      async () => {
        const { message } = await expectError("adopt-differs", () => setup.adopt());
        expect(message).toContain(
          `public_ecr.account_id: it is 444455556666, and what AWS has under that name is ${made.account}`,
        );
        const checklist = await expectError("bootstrap-incomplete", () => setup.bootstrap());
        expect(checklist.message).toContain(`✗ ${message}`);
      },
    );
  });

  it("may have a closed account that the data wants: account-differs, and it is to go from the data", async () => {
    const id = await createAccount(setup.emulator.url, "shop", "aws+shop@platform.test");
    await organizations("CloseAccount", { AccountId: id });
    const shop = `  shop = {\n    email = "aws+shop@platform.test"\n    ou    = "workloads"\n  }\n`;
    const { message } = await setup.withEdit(
      (text) => text.replace("accounts = {\n", `accounts = {\n${shop}`),
      () => expectError("bootstrap-incomplete", () => setup.bootstrap()),
    );
    expect(message).toMatch(new RegExp(`^✗ \\[account-differs\\] account shop: account ${id} is CLOSED\\.`, "m"));
    expect(message).toContain("accounts.shop: AWS has this account, but it cannot be adopted; remove it from the data");
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
});

describe("an identity center", () => {
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
