import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assumeRole, callRest } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { makeByHand } from "../fixtures/make-by-hand.js";
import { type BootstrapSetup, setUpBootstrap } from "./set-up-bootstrap.js";

/** A bucket of each test's own, so that none finds what another left. */
describe("the state's bucket", () => {
  let setup: BootstrapSetup;
  let member: string;
  beforeAll(async () => {
    setup = await setUpBootstrap();
    const { account } = await makeByHand(setup.emulator.url, {
      name: "public-ecr",
      email: "aws+public-ecr@platform.test",
    });
    member = await assumeRole(setup.emulator.url, account, "OrganizationAccountAccessRole");
  });
  afterAll(() => setup?.close());
  beforeEach(async () => {
    await setup.emulator.clearRequests();
    await setup.emulator.clearFaults();
  });

  const request = (method: string, path: string, body?: string, caller = {}) =>
    callRest(setup.emulator.url, "s3", method, path, body, caller);
  const use = <T>(bucket: string, run: () => Promise<T>) =>
    setup.withEdit((text) => text.replaceAll("genesis-state-123456789012", bucket), run);
  /** What it says of the bucket: the organization is not adopted, so that something is always left for a person. */
  const bootstrap = async (bucket: string) => {
    const { message } = await expectError("bootstrap-incomplete", () => use(bucket, () => setup.bootstrap()));
    return message.match(/^(?:✓ bucket|✗ (?!\[not-adopted\])).*$/gm) ?? [];
  };
  /** Bootstraps, which must find one thing in the way, and must have written just this; what it says of it. */
  const fail = async (bucket: string, ...writes: string[]) => {
    await setup.emulator.clearRequests();
    const lines = await bootstrap(bucket);
    expect(lines).toEqual([expect.stringMatching(/^✗/)]);
    expect(await setup.listWrites()).toEqual(writes);
    return lines[0];
  };
  /** Bootstraps, which must mend these guards by these writes. */
  const mend = async (bucket: string, guards: string, ...writes: string[]) => {
    await setup.emulator.clearRequests();
    const text = `versioned, encrypted, private, TLS only; it was ${guards}, and is now`;
    expect(await bootstrap(bucket)).toEqual([`✓ bucket ${bucket}: ${text}`]);
    expect(await setup.listWrites()).toEqual(writes);
  };
  const ENABLE = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  const BLOCK = `<PublicAccessBlockConfiguration>${["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map((name) => `<${name}>true</${name}>`).join("")}</PublicAccessBlockConfiguration>`;

  it("is created with everything it must have", async () => {
    expect(await bootstrap("state-new")).toEqual([
      "✓ bucket state-new: created; versioned, encrypted, private, TLS only",
    ]);
    expect((await request("GET", "/state-new?versioning")).text).toContain("<Status>Enabled</Status>");
    expect((await request("GET", "/state-new?publicAccessBlock")).text.match(/>true</g)).toHaveLength(4);
    expect((await request("GET", "/state-new?encryption")).text).toContain("AES256");
    expect((await request("GET", "/state-new?policy")).json.Statement).toEqual([
      {
        Effect: "Deny",
        Action: "s3:*",
        Principal: "*",
        Resource: ["arn:aws:s3:::state-new", "arn:aws:s3:::state-new/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("is not used where its name belongs to another account: bucket-taken, and nothing was written", async () => {
    await request("PUT", "/state-taken", undefined, { accessKey: member });
    // The one attempt to create it, which S3 refuses.
    const line = await fail("state-taken", "s3 CreateBucket 1");
    expect(line).toContain("[bucket-taken] bucket state-taken: it belongs to another account.");
  });

  it("is not used in another region: bucket-elsewhere", async () => {
    await request(
      "PUT",
      "/state-far",
      "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>",
      { region: "eu-west-1" },
    );
    expect(await fail("state-far")).toContain(
      "[bucket-elsewhere] bucket state-far: it is in eu-west-1, and state.region says us-east-1.",
    );
  });

  it("is mended where it holds nothing but the state, and it is said what was mended", async () => {
    await request("PUT", "/state-bare");
    const state = JSON.stringify({ version: 4, serial: 1, lineage: "l", resources: [] });
    await request("PUT", "/state-bare/organization.tfstate", state);
    await request("PUT", "/state-bare/organization.tfstate.tflock", "{}");
    const writes = ["s3 PutBucketPolicy 1", "s3 PutBucketVersioning 1", "s3 PutPublicAccessBlock 1"];
    await mend("state-bare", "not private, not versioned, not TLS only", ...writes);
    expect((await request("GET", "/state-bare/organization.tfstate")).text).toBe(state);
  });

  it.each([
    ["versioned", "?versioning", ENABLE.replace("Enabled", "Suspended"), "PutBucketVersioning"],
    ["private", "?publicAccessBlock", BLOCK.replace("true", "false"), "PutPublicAccessBlock"],
  ])("is mended by one call where only it is not %s", async (guard, query, text, operation) => {
    const bucket = `state-not-${guard}`;
    await bootstrap(bucket);
    await request("PUT", `/${bucket}${query}`, text);
    await mend(bucket, `not ${guard}`, `s3 ${operation} 1`);
  });

  it("is given default encryption where S3 says that it has none, which AWS's own has not said since 2023", async () => {
    await bootstrap("state-plain");
    const code = "ServerSideEncryptionConfigurationNotFoundError";
    await setup.emulator.setFault({ operation: "GetBucketEncryption", code, status: 404, times: 1 });
    await mend("state-plain", "not encrypted", "s3 PutBucketEncryption 1");
  });

  it("is told and left alone where it holds something else: bucket-unsafe", async () => {
    await request("PUT", "/state-shared");
    await request("PUT", "/state-shared/website/index.html", "hello");
    const line = await fail("state-shared");
    expect(line).toContain(
      "[bucket-unsafe] bucket state-shared: it is not versioned, not private, not TLS only, and it holds other objects",
    );
    expect(line).toContain("switch versioning on; block all public access; add a statement that denies plain HTTP");
  });

  it("keeps a policy of its own: bucket-unsafe", async () => {
    await request("PUT", "/state-policy");
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
    });
    await request("PUT", "/state-policy?policy", policy);
    expect(await fail("state-policy")).toContain("and it has a policy of its own");
    expect((await request("GET", "/state-policy?policy")).text).toBe(policy);
  });

  it("goes on where it was interrupted, and does nothing twice", async () => {
    await setup.emulator.setFault({ operation: "PutBucketVersioning", reset: true });
    const line = await fail("state-cut", "s3 CreateBucket 1", "s3 PutPublicAccessBlock 1");
    expect(line).toMatch(/\[aws-failed\] aws s3:PutBucketVersioning: the call ended with \w+/);
    await setup.emulator.clearFaults();
    const writes = ["s3 PutBucketPolicy 1", "s3 PutBucketVersioning 1"];
    await mend("state-cut", "not versioned, not TLS only", ...writes);
    expect(await bootstrap("state-cut")).toEqual(["✓ bucket state-cut: versioned, encrypted, private, TLS only"]);
    expect(await setup.listWrites()).toEqual(writes);
  });

  it.each(["ListBuckets", "CreateBucket", "GetBucketPolicy", "PutPublicAccessBlock"])(
    "is a step for a person where %s is denied, and what follows is not done",
    async (operation) => {
      const bucket = `state-denied-${operation.toLowerCase()}`;
      if (operation === "GetBucketPolicy") await request("PUT", `/${bucket}`);
      await setup.emulator.setFault({ service: "s3", operation, code: "AccessDenied", status: 403 });
      const line = await fail(bucket, ...(operation === "PutPublicAccessBlock" ? ["s3 CreateBucket 1"] : []));
      expect(line).toMatch(/\[aws-forbidden\] aws s3:\w+: AWS denies it to these credentials \(AccessDenied\)/);
    },
  );
});
