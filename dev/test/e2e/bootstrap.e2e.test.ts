import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { IMPORTS_PATH } from "../../../ci/bootstrap/imports.js";
import { emptyRole } from "../../../ci/rehearsal/hand-made.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { type Lines, listLosses, readBack } from "../../../ci/rehearsal/read-back.js";
import { OURS } from "../../../ci/rehearsal/rehearse.js";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { makeEmulatedClone } from "./emulated-clone.js";

type EmulatedClone = Awaited<ReturnType<typeof makeEmulatedClone>>;

async function makeFilledClone(): Promise<EmulatedClone> {
  const clone = await makeEmulatedClone();
  await clone.write(DATA_PATH, fillPlaceholders(await clone.read(DATA_PATH)));
  return clone;
}

it("prints the checklist and fails while something is left, and makes the bucket once however often it is called", async () => {
  const clone = await makeFilledClone();
  for (const bucket of ["created; versioned", "versioned"]) {
    const { code, stderr } = await clone.call("bootstrap");
    expect(code).not.toBe(0);
    expect(stderr).toContain("✗ [organization-missing] organization");
    expect(stderr).toContain(`✓ bucket genesis-state-123456789012: ${bucket}, encrypted, private, TLS only`);
    expect(stderr).toMatch(/\[bootstrap-incomplete\] bootstrap: \d+ of /);
  }
  expect(await clone.listWrites()).toEqual([
    "s3 CreateBucket 1",
    "s3 PutBucketPolicy 1",
    "s3 PutBucketVersioning 1",
    "s3 PutPublicAccessBlock 1",
  ]);
  await clone.remove();
});

/** Each test goes on where the one before it ended. */
describe("an organization that people have used for years", () => {
  let clone: EmulatedClone;
  let made: UsedOrganization;
  let before: Lines;
  beforeAll(async () => {
    clone = await makeFilledClone();
    made = await makeUsedOrganization(clone.emulator.url);
    before = await readBack(clone.emulator.url);
  });
  afterAll(() => clone?.remove());
  beforeEach(() => clone.emulator.clearRequests());

  it("is written into the data, the imports and files of policies; AWS is only read", async () => {
    const { code, stderr } = await clone.call("adopt", "--repository=josalvatorre/genesis", "--auto-apply");
    expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
    expect(await clone.read(DATA_PATH)).toMatch(new RegExp(`account_id += "${made.accounts.ECR}"`));
    expect(await clone.read(IMPORTS_PATH)).toContain(
      `to = aws_organizations_account.this["shop"]\n  id = "${made.accounts.shop}"`,
    );
    expect(JSON.parse(await clone.read("terraform/policies/adopted/Billing.json"))).toHaveProperty("Statement");
    expect(await clone.listWrites()).toEqual([]);
  });

  it("is ready once nothing is in the way, which is looked at each time bootstrap is called", async () => {
    const { code, stderr } = await clone.call("bootstrap");
    expect(code).not.toBe(0);
    expect(stderr).toContain("✗ [role-taken] role genesis-plan");
    await emptyRole(clone.emulator.url, "genesis-plan");
    const ready = await clone.call("bootstrap");
    expect(ready.code).toBe(0);
    expect(ready.stdout).toContain("Next: dagger call tf-plan --bootstrap -o plan");
  });

  it("is as it was after one apply", async () => {
    expect((await clone.call("tf-plan", "--bootstrap", "-o", "plan")).code).toBe(0);
    expect(await clone.listWrites()).toEqual([]);
    expect(await clone.read("plan/summary.md")).toMatch(/^\d.*\b0 to destroy/m);
    const fingerprint = (await clone.read("plan/fingerprint")).trim();
    const applied = await clone.call(
      ...["tf-apply", "--bootstrap", `--expect=${fingerprint}`, "--approved=plan/plan.json"],
    );
    expect(`${applied.code} ${applied.code === 0 ? "" : applied.stderr}`).toBe("0 ");
    const losses = listLosses(before, await readBack(clone.emulator.url)).filter((line) => !OURS.test(line));
    expect(losses).toEqual([]);
  });

  it("needs no imports then: a second adopt empties them and changes nothing else", async () => {
    const data = await clone.read(DATA_PATH);
    expect((await clone.call("adopt", "--auto-apply")).code).toBe(0);
    expect(await clone.read(DATA_PATH)).toBe(data);
    expect(await clone.read(IMPORTS_PATH)).not.toContain("import {");
    expect(await clone.listWrites()).toEqual([]);
  });

  it("has no drift once the data lets stay what it cannot say; access that somebody gives by hand is found", async () => {
    const { code, stderr } = await clone.call("tf-drift", "--read-only");
    expect(code).not.toBe(0);
    const left = [...stderr.matchAll(/^- `(.+)`: `/gm)].map(([, what]) => what as string);
    expect(left).toContain("person josalvatorre, AdministratorAccess in account management");
    const lines = left.map((what) => `  "${what}" = { reason = "a test", expires = "2999-12-31" }\n`).join("");
    const data = await clone.read(DATA_PATH);
    await clone.write(DATA_PATH, data.replace("exceptions = {}", `exceptions = {\n${lines}}`));
    expect((await clone.call("tf-drift", "--read-only")).stdout).toContain("No drift");
    await useClients(clone.emulator.url, ({ iam }) => iam.createUser({ UserName: "by-hand" }));
    const drift = await clone.call("tf-drift", "--read-only");
    expect(drift.stderr).toContain("[drift-found] the organization: AWS has 1 that the data does not have");
    expect(drift.stderr).toContain("- `IAM user by-hand`: ");
    expect((await clone.call("tf-plan", "--read-only", "--inventory", "-o", "plan")).code).toBe(0);
    expect(await clone.read("plan/changes")).toBe("true\n");
    expect(await clone.read("plan/summary.md")).toContain("- `IAM user by-hand`: ");
    await clone.write(DATA_PATH, data);
    expect(await clone.listWrites()).toEqual(["iam CreateUser 1"]);
  });

  it("has root passwords of accounts that were there before, which go where they are named", async () => {
    const listed = await clone.call("root-credentials");
    expect(`${listed.code} ${listed.code === 0 ? "" : listed.stderr}`).toBe("0 ");
    expect(listed.stdout).toContain(`! shop (${made.accounts.shop}): a password`);
    expect((await clone.call("root-credentials", "--remove=shop,shopp")).stderr).toContain("[root-account-refused]");
    expect(await clone.listWrites()).toEqual([]);
    const removed = [];
    for (let call = 0; call < 2; call += 1)
      removed.push((await clone.call("root-credentials", "--remove=shop")).stdout);
    expect(removed[0]).toContain(`shop (${made.accounts.shop}): its password is removed`);
    expect(removed[1]).toContain("there was nothing to remove");
    expect(await clone.listWrites()).toEqual(["iam DeleteLoginProfile 1"]);
  });

  it("loses nothing that is not named, and is approved by nobody but an approver", async () => {
    const data = await clone.read(DATA_PATH);
    await clone.write(DATA_PATH, data.replace(/ *"ram\.amazonaws\.com",\n/, ""));
    const revision = `--revision=${"a".repeat(40)}`;
    expect((await clone.call("tf-plan", revision, "-o", "plan")).code).toBe(0);
    const lost = "trusted-service:ram.amazonaws.com";
    expect(await clone.read("plan/losses")).toBe(`${lost}\n`);
    expect(await clone.read("plan/summary.md")).toContain(`### Losses\n\n- \`${lost}\``);
    const expected = `--expect=${(await clone.read("plan/fingerprint")).trim()}`;
    const approve = (id: string) => clone.dagger(["call", "check-approval", expected, revision, `--approver=${id}`]);
    expect((await approve("123456789012")).stdout).toContain("your-login may approve this plan.");
    expect((await approve("42")).stderr).toContain("[approver-unknown]");
    const { stderr } = await clone.call("tf-apply", expected, revision);
    expect(stderr).toContain("[loss-refused] the plan: 1 of its losses are not named");
    expect(stderr).toContain(`--allow-loss='${lost}'`);
    expect((await clone.call("tf-apply", expected, revision, "--allow-loss=policy-type:X")).stderr).toContain(
      "[loss-unknown]",
    );
    expect(await clone.listWrites()).toEqual([]);
    const applied = await clone.call("tf-apply", expected, revision, `--allow-loss=${lost}`);
    expect(`${applied.code} ${applied.code === 0 ? "" : applied.stderr}`).toBe("0 ");
    expect(await clone.listWrites()).toEqual(expect.arrayContaining(["organizations DisableAWSServiceAccess 1"]));
  });
});
