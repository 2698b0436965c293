import { afterAll, beforeEach, expect, it } from "vitest";
import { callRest } from "../emulator/raw-calls.js";
import { DATA } from "../terraform/small-code.js";
import { makeEmulatedClone, targetEmulator, useSmallCode } from "./emulated-clone.js";

const clone = await makeEmulatedClone();
await useSmallCode(clone);
const { call, emulator, listWrites } = clone;
afterAll(() => clone.remove());
beforeEach(() => emulator.clearRequests());

it("needs credentials, which it does not take from anywhere", async () => {
  const result = await clone.dagger(["call", "tf-plan"]);
  expect(result.stderr).toContain("[credentials-missing] aws");
  expect(await emulator.requests()).toEqual([]);
});

it("plans, applies the approved plan, once", async () => {
  const planned = await call("tf-plan", "--bootstrap", "-o", "plan");
  expect(planned.code).toBe(0);
  expect(await listWrites()).toEqual([]);
  expect(await clone.read("plan/summary.md")).toContain("\n2 to create");
  const fingerprint = (await clone.read("plan/fingerprint")).trim();

  const apply = ["tf-apply", "--bootstrap", `--expect=${fingerprint}`, "--approved=plan/plan.json"];
  expect((await call(...apply)).stdout).toContain("2 to create, 0 to update, 0 to destroy, as approved");
  expect(await listWrites()).toContain("iam CreateRole 1");
  await emulator.clearRequests();

  const again = await call(...apply);
  expect(again.stderr).toContain("[plan-stale]");
  expect(again.stderr).toContain("the state has another lineage");
  expect(await listWrites()).toEqual([]);
});

it("runs again when it is called again: two identical calls see what changed between them", async () => {
  expect((await call("tf-drift")).stdout).toContain("No drift");
  await callRest(emulator.url, "s3", "DELETE", "/logs");
  const drift = await call("tf-drift");
  expect(drift.code).not.toBe(0);
  expect(drift.stderr).toContain("[drift-found]");
  expect(drift.stderr).toContain('aws_s3_bucket.this["logs"]');
});

it("shows no sensitive value in logs, errors and files, with all progress on", async () => {
  const main = await clone.read("terraform/main.tf");
  await clone.write("terraform/main.tf", main.replace("= each.value", '= "${each.value} ${var.password}"'));
  const target = targetEmulator(emulator.url);
  const result = await clone.dagger(["--progress=plain", "-vvv", "call", target, "tf-plan", "-o", "plan"]);
  expect(result.code).toBe(0);
  const files = await Promise.all(["summary.md", "diff.txt", "plan.json"].map((name) => clone.read(`plan/${name}`)));
  for (const text of [result.stdout, result.stderr, ...files]) expect(text).not.toContain("nobody-knows");
  expect(files.join("")).toContain("(sensitive value)");
  await clone.write("terraform/main.tf", main);
});

it("runs in another container where one is named", async () => {
  const { terraform } = JSON.parse(await clone.read("images/pins.json"));
  const drift = await call("tf-drift", `--environment=${terraform}`);
  expect(drift.stderr).toContain("[drift-found]");
  expect(drift.stderr).toContain('aws_s3_bucket.this["logs"]');
});

it("keeps a state that could not be saved across calls, until it is recovered", async () => {
  await clone.write(DATA, (await clone.read(DATA)).replace("roles = {\n", 'roles = {\n  second = "kept"\n'));
  await call("tf-plan", "-o", "plan");
  const fingerprint = (await clone.read("plan/fingerprint")).trim();
  const resource = "organization.tfstate";
  await emulator.setFault({ service: "s3", operation: "PutObject", resource, code: "ExpiredToken" });
  expect((await call("tf-apply", `--expect=${fingerprint}`)).stderr).toContain("[state-unsaved]");
  await emulator.clearFaults();
  expect((await call("tf-plan")).stderr).toContain("[state-unsaved]");
  // Its lock was released: only the state could not be written.
  expect((await call("tf-recover")).stdout).toContain("is saved");
  expect((await call("tf-recover")).stderr).toContain("[state-not-kept]");
  expect((await call("tf-drift")).stdout).toContain("No drift");
});

it("edits the state as it was shown, once, and keeps what is whole", async () => {
  const forget = ["tf-forget", `--address=aws_iam_role.this["first"]`];
  const shown = (await call(...forget)).stdout;
  expect(shown).toContain("Nothing was changed");
  expect(await listWrites()).toEqual([]);
  const [expected = ""] = /--expect=\w+/.exec(shown) ?? [];
  expect((await call(...forget, expected)).stdout).toContain('Removed aws_iam_role.this["first"]');
  expect((await listWrites()).filter((write) => !write.startsWith("s3 "))).toEqual([]);
  expect((await call(...forget, expected)).stderr).toContain("[address-unknown]");
  expect((await call("tf-untaint", `--address=aws_s3_bucket.this["logs"]`)).stderr).toContain("it is not tainted");
});
