import { afterAll, beforeEach, expect, it } from "vitest";
import { type HandMade, makeByHand } from "../../../ci/rehearsal/hand-made.js";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { makeEmulatedClone } from "./emulated-clone.js";

const clone = await makeEmulatedClone();
await clone.write(DATA_PATH, fillPlaceholders(await clone.read(DATA_PATH)));
let made: HandMade;
afterAll(() => clone.remove());
beforeEach(() => clone.emulator.clearRequests());

it("prints the checklist and fails while something is left, and makes the bucket once however often it is called", async () => {
  for (const bucket of ["created; versioned", "versioned"]) {
    const { code, stderr } = await clone.call("bootstrap");
    expect(code).not.toBe(0);
    expect(stderr).toContain("✗ [organization-missing] organization");
    expect(stderr).toContain(`✓ bucket genesis-state-123456789012: ${bucket}, encrypted, private, TLS only`);
    expect(stderr).toContain("[bootstrap-incomplete] bootstrap: 1 of ");
  }
  expect(await clone.listWrites()).toEqual([
    "s3 CreateBucket 1",
    "s3 PutBucketPolicy 1",
    "s3 PutBucketVersioning 1",
    "s3 PutPublicAccessBlock 1",
  ]);
});

it("passes once the organization is there, and looks again each time it is called", async () => {
  made = await makeByHand(clone.emulator.url, { name: "public-ecr", email: "aws+public-ecr@platform.test" });
  await clone.emulator.clearRequests();
  const { code, stdout } = await clone.call("bootstrap");
  expect(code).toBe(0);
  expect(stdout).toContain(`✓ account public-ecr: ${made.account}`);
  expect(stdout).toContain("Next: run dagger call adopt --auto-apply");
  expect(await clone.listWrites()).toEqual([]);
});

it("writes the ids into the data and into nothing else", async () => {
  const settings = await clone.read("genesis.json");
  expect((await clone.call("adopt", "--auto-apply")).code).toBe(0);
  const data = await clone.read(DATA_PATH);
  for (const id of Object.values(made)) expect(data).toContain(`"${id}"`);
  expect(data).toContain(`account_id   = "${made.account}"`);
  expect(await clone.read("genesis.json")).toBe(settings);
  expect(await clone.listWrites()).toEqual([]);
});
