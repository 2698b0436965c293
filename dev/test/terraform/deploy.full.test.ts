import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatFingerprint } from "../../../ci/terraform/fingerprint.js";
import { classifyChange, listEffectiveChanges } from "../../../ci/terraform/plan.js";
import { renderSummary } from "../../../ci/terraform/summary/render-summary.js";
import { expectError } from "../fixtures/errors.js";
import { DATA, SMALL_CODE, setRole } from "./small-code.js";
import { startOrganization, type TestOrganization } from "./start-organization.js";

const LOCK = "organization.tfstate.tflock";
/** Failures of plan and apply: what is said, and what did and did not happen. One organization; each test leaves no changes. */
describe("plan and apply", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await startOrganization({ code: SMALL_CODE });
    await organization.deploy({ bootstrap: true });
  });
  afterAll(() => organization?.close());
  beforeEach(async () => {
    await organization.emulator.clearRequests();
    await organization.emulator.clearFaults();
    organization.steps.length = 0;
    organization.beforeStep = undefined;
  });

  const listChanges = async () => listEffectiveChanges((await organization.plan()).plan);

  it("refuse an approval of other code, another lock file or another commit before Terraform starts", async () => {
    const revision = "a".repeat(40);
    const undo = await setRole(organization, "two");
    const approved = await organization.plan({ revision });
    organization.steps.length = 0;
    for (const [path, change] of [
      [DATA, (text: string) => `${text}\n`],
      ["terraform/main.tf", (text: string) => `${text}# seen by nobody\n`],
      ["terraform/.terraform.lock.hcl", (text: string) => `${text}\n`],
    ] as const) {
      const undoEdit = await organization.edit(path, change);
      await expectError("plan-stale", () => organization.apply(approved, { revision }));
      await undoEdit();
    }
    await expectError("plan-stale", () => organization.apply(approved, { revision: "b".repeat(40) }));
    await expectError("plan-stale", () => organization.apply(approved));
    const damaged = formatFingerprint(approved.fingerprint).replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
    await expectError("fingerprint-invalid", () => organization.apply(damaged, { revision }));
    expect(organization.steps).toEqual([]);
    expect(await organization.listWrites()).toEqual([]);
    await undo();
  });

  it("apply what was approved once: the same approval again changes nothing, for the state has moved", async () => {
    await setRole(organization, "three");
    const approved = await organization.plan();
    const report = await organization.apply(approved);
    expect(report).toContain("0 to create, 1 to update, 0 to destroy, as approved");
    await organization.emulator.clearRequests();
    const error = await expectError("plan-stale", () => organization.apply(approved, { plan: approved.plan }));
    expect(error.message).toContain('aws_iam_role.this["first"]: approved update, now none');
    expect(await organization.listWrites()).toEqual([]);
  });

  it("refuse to destroy what is protected unless it is named", async () => {
    await organization.edit(DATA, (text) => text.replace('"logs"', ""));
    const approved = await organization.plan();
    await organization.emulator.clearRequests();
    const error = await expectError("loss-refused", () => organization.apply(approved));
    expect(error.message).toContain('aws_s3_bucket.this["logs"]: is there → is destroyed');
    expect(await organization.listWrites()).toEqual([]);
    await organization.apply(approved, { allowLoss: ['aws_s3_bucket.this["logs"]'] });
    expect(await organization.listWrites()).toContain("s3 DeleteBucket");
  });

  it("tell who holds the lock, and leave it alone", async () => {
    const undo = await setRole(organization, "five");
    const approved = await organization.plan();
    const lock = {
      ID: "11111111-2222-3333-4444-555555555555",
      Operation: "OperationTypeApply",
      Info: "",
      Who: "ada@laptop",
      Version: "1.11.4",
      Created: "2026-11-20T08:00:00Z",
      Path: LOCK,
    };
    await organization.request("PUT", LOCK, JSON.stringify(lock));
    await organization.emulator.clearRequests();
    for (const run of [() => organization.plan(), () => organization.apply(approved)]) {
      const error = await expectError("state-locked", run);
      expect(error.message).toContain("ada@laptop has locked the state since 2026-11-20 08:00:00");
      expect(error.message).toContain(`for apply; the lock's id is ${lock.ID}`);
      expect(error.message).toContain("docs/runbooks/stuck-lock.md");
      expect(error.message).not.toContain("force-unlock");
    }
    expect(await organization.listWrites()).toEqual([]);
    expect(JSON.parse((await organization.request("GET", LOCK)).text).ID).toBe(lock.ID);
    await organization.request("DELETE", LOCK);
    await undo();
  });

  it.each([
    ["aws-forbidden", { code: "AccessDenied", status: 403 }, "AWS denies s3:PutObject"],
    ["state-bucket-missing", { code: "NoSuchBucket", status: 404 }, "bucket does not exist"],
    ["plan-failed", { code: "PreconditionFailed", status: 412 }, "the state is locked"],
  ] as const)("tell a lock that could not be written as %s", async (code, fault, fact) => {
    await organization.emulator.setFault({ service: "s3", operation: "PutObject", resource: ".tflock", ...fault });
    expect((await expectError(code, () => organization.plan())).message).toContain(fact);
    expect(await organization.listWrites()).toEqual([]);
  });

  it("tell the permission that an apply lacked in its middle, and what it had done by then", async () => {
    await organization.edit(DATA, (text) =>
      text.replace("roles = {\n", 'roles = {\n  other = "o"\n').replace("buckets = [", 'buckets = ["more"'),
    );
    const approved = await organization.plan();
    await organization.emulator.clearRequests();
    const fault = { service: "iam", operation: "CreateRole", code: "AccessDenied", status: 403, delay: 3_000 };
    await organization.emulator.setFault(fault);
    const error = await expectError("aws-forbidden", () => organization.apply(approved));
    expect(error.message).toContain("AWS denies iam:CreateRole");
    expect(error.message).toContain("What it applied is in the state");
    expect(error.message).toContain('before it failed, 1 in all:\n  aws_s3_bucket.this["more"]: creation\n\nError: ');
    expect(await organization.listWrites()).toEqual(["s3 CreateBucket", "s3 PutObject"]);
    await organization.emulator.clearFaults();
    await organization.deploy();
  });

  it("let one of two applies at once win", async () => {
    await setRole(organization, "six");
    const approved = await organization.plan();
    await organization.emulator.clearRequests();
    await organization.emulator.setFault({ service: "iam", write: true, delay: 4_000, times: 1 });
    const ends = await Promise.allSettled([organization.apply(approved), organization.apply(approved)]);
    const failed = ends.filter((end) => end.status === "rejected");
    expect(failed).toHaveLength(1);
    expect(["state-locked", "plan-stale"]).toContain(failed[0]?.reason.code);
    expect(await listChanges()).toEqual([]);
  });

  it("say that credentials have expired before anything was done", async () => {
    await organization.emulator.setFault({ code: "ExpiredToken" });
    await expectError("credentials-expired", () => organization.plan());
    expect(await organization.listWrites()).toEqual([]);
  });

  it("keep a state that could not be saved as credentials expired, refuse to plan on, and recover it", async () => {
    await organization.edit(DATA, (text) => text.replace("roles = {\n", 'roles = {\n  second = "kept"\n'));
    const approved = await organization.plan();
    // One write passes, the role's creation; then the session has ended for everything, the state and its lock too.
    organization.beforeStep = async ({ argv }) => {
      if (argv[1] === "apply") await organization.emulator.setFault({ code: "ExpiredToken", after: 2 });
    };
    const error = await expectError("state-unsaved", () => organization.apply(approved));
    expect(error.message).toContain("the cause is credentials-expired");
    expect(error.message).toContain("dagger call tf-recover");
    organization.beforeStep = undefined;
    await organization.emulator.clearFaults();

    await expectError("state-unsaved", () => organization.plan());
    // The lock could not be released either: a person removes it, by the runbook.
    await expectError("state-locked", () => organization.recover());
    await organization.request("DELETE", LOCK);
    // S3 refuses the state, but not its lock.
    const fault = { service: "s3", write: true, resource: ".tfstate", code: "AccessDenied", status: 403 };
    await organization.emulator.setFault(fault);
    const refused = await expectError("aws-forbidden", () => organization.recover());
    expect(refused.message).toContain("It is still in this engine");
    await organization.emulator.clearFaults();
    expect(await organization.recover()).toContain("is saved");
    await expectError("state-not-kept", () => organization.recover());
    // The state knows of the role: it is not created beside the one that is there.
    const left = await listChanges();
    expect(left.map(({ change }) => classifyChange(change))).not.toContain("create");
    await organization.deploy();
  });

  it("stop at a bucket that is not there, and at a provider that is not the locked one", async () => {
    const undo = await organization.edit("genesis.json", (text) =>
      text.replace(/"bucket": "[^"]*"/, '"bucket": "nobody-has-this"'),
    );
    await expectError("state-bucket-missing", () => organization.plan());
    await undo();
    const undoLock = await organization.edit("terraform/.terraform.lock.hcl", (text) =>
      text.replaceAll(/"(h1|zh):./g, (match) => `${match.slice(0, -1)}${match.endsWith("A") ? "B" : "A"}`),
    );
    await expectError("provider-mismatch", () => organization.plan());
    await undoLock();
    expect(await organization.listWrites()).toEqual([]);
  });

  it("read what Terraform says of outputs to come, imports and moves with changes, count as it does, and refuse a check that fails", async () => {
    const main = "terraform/main.tf";
    const bucket = JSON.parse(await organization.read("genesis.json")).state.bucket;
    const undo = await organization.edit(main, (text) =>
      text
        .replace('resource "aws_iam_role" "this"', 'resource "aws_iam_role" "moved"')
        .replace("description        = each.value", 'description        = "moved"')
        .concat(`
moved {
  from = aws_iam_role.this
  to   = aws_iam_role.moved
}
import {
  to = aws_s3_bucket.imported
  id = "${bucket}"
}
resource "aws_s3_bucket" "imported" {
  bucket = "${bucket}"
  tags   = { CostCenter = "7" }
}
resource "aws_iam_role" "more" {
  name               = "more"
  assume_role_policy = aws_iam_role.moved["first"].assume_role_policy
}
output "arn" {
  value = aws_iam_role.more.arn
}
`),
    );
    const made = await organization.plan();
    const summary = renderSummary(made);
    const [, imports, adds, changes, destroys] =
      /^Plan: (\d+) to import, (\d+) to add, (\d+) to change, (\d+) to destroy/m.exec(made.diff) ?? [];
    expect(summary).toContain(
      `\n${imports} to import, ${adds} to create, ${changes} to update, ${destroys} to destroy\n`,
    );
    for (const line of [
      "- `aws_s3_bucket.imported` is imported and changes: ",
      '- `aws_iam_role.moved["first"]` changes: `description`',
      '- `aws_iam_role.this["first"]` is now `aws_iam_role.moved["first"]`',
      "- Output `arn` changes",
    ]) {
      expect(summary).toContain(line);
    }
    const check =
      'check "roles" {\n  assert {\n    condition     = length(var.roles) > 5\n    error_message = "too few"\n  }\n}\n';
    const undoCheck = await organization.edit(main, (text) => text + check);
    const error = await expectError("check-failed", () => organization.plan());
    expect(error.message).toContain("check.roles: too few");
    expect(await organization.listWrites()).toEqual([]);
    await undoCheck();
    await undo();
  });

  it("say what is not there where AWS is gone between a plan and its apply", async () => {
    await setRole(organization, "nine");
    const approved = await organization.plan();
    await organization.emulator.close();
    const error = await expectError("aws-failed", () => organization.apply(approved));
    expect(error.message).toContain("connection refused");
    expect(error.message).toContain("Nothing was applied");
    expect(organization.steps.at(-1)?.argv[1]).toBe("init");
  });
});
