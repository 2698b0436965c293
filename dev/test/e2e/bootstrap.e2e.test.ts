import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type HandMade, makeByHand } from "../../../ci/rehearsal/hand-made.js";
import { fillPlaceholders } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { type CallResult, type Clone, makeClone } from "./clone.js";

let clone: Clone;
let emulator: Emulator;
let made: HandMade;

/** Calls a function of the module against the emulator. */
function call(...args: string[]): Promise<CallResult> {
  return clone.dagger(["call", `--emulator=${emulator.url.replace("http", "tcp")}`, ...args]);
}

const listWrites = async () =>
  (await emulator.requests())
    .filter(({ write }) => write)
    .map(({ service, operation, count }) => `${service} ${operation} ${count}`)
    .sort();

beforeAll(async () => {
  [clone, emulator] = await Promise.all([makeClone(), startEmulator()]);
  await clone.write("genesis.json", fillPlaceholders(await clone.read("genesis.json")));
});
afterAll(async () => {
  await emulator?.close();
  await clone?.remove();
});
beforeEach(() => emulator.clearRequests());

it("needs values in place of the placeholders, and credentials that it does not take from anywhere", async () => {
  const left = await call("bootstrap");
  expect(left.stderr).toMatch(/\[placeholder-left\] \d+ places: /);
  expect(left.stderr).toContain(`${DATA_PATH}:`);
  await clone.write(DATA_PATH, fillPlaceholders(await clone.read(DATA_PATH)));
  const missing = await clone.dagger(["call", "bootstrap"]);
  expect(missing.stderr).toContain("[credentials-missing] aws");
  expect(await emulator.requests()).toEqual([]);
});

it("prints the checklist and fails while something is left, and makes the bucket once however often it is called", async () => {
  for (const bucket of ["created; versioned", "versioned"]) {
    const { code, stderr } = await call("bootstrap");
    expect(code).not.toBe(0);
    expect(stderr).toContain("✗ [organization-missing] organization");
    expect(stderr).toContain(`✓ bucket genesis-state-123456789012: ${bucket}, encrypted, private, TLS only`);
    expect(stderr).toContain("[bootstrap-incomplete] bootstrap: 1 of ");
  }
  expect(await listWrites()).toEqual([
    "s3 CreateBucket 1",
    "s3 PutBucketPolicy 1",
    "s3 PutBucketVersioning 1",
    "s3 PutPublicAccessBlock 1",
  ]);
});

it("passes once the organization is there, and looks again each time it is called", async () => {
  made = await makeByHand(emulator.url, { name: "public-ecr", email: "aws+public-ecr@platform.test" });
  await emulator.clearRequests();
  const { code, stdout } = await call("bootstrap");
  expect(code).toBe(0);
  expect(stdout).toContain(`✓ account public-ecr: ${made.account}`);
  expect(stdout).toContain("Next: run dagger call adopt --auto-apply");
  expect(await listWrites()).toEqual([]);
});

it("writes the ids into the data and into nothing else, and then plans imports", async () => {
  const settings = await clone.read("genesis.json");
  expect((await call("adopt", "--auto-apply")).code).toBe(0);
  const data = await clone.read(DATA_PATH);
  for (const id of Object.values(made)) expect(data).toContain(`"${id}"`);
  expect(data).toContain(`account_id   = "${made.account}"`);
  expect(await clone.read("genesis.json")).toBe(settings);
  expect(await listWrites()).toEqual([]);
  const planned = await call("tf-plan", "--bootstrap", "-o", "plan");
  expect(`${planned.code} ${planned.code === 0 ? "" : planned.stderr}`).toBe("0 ");
  expect(await clone.read("plan/summary.md")).toMatch(/to adopt/);
});

it("refuses other ids than those of AWS, and writes nothing", async () => {
  const before = (await clone.read(DATA_PATH)).replace(made.organization, "o-otherother");
  await clone.write(DATA_PATH, before);
  const { code, stderr } = await call("adopt", "--auto-apply");
  expect(code).not.toBe(0);
  expect(stderr).toContain(`it is o-otherother, and what AWS has under that name is ${made.organization}`);
  expect(await clone.read(DATA_PATH)).toBe(before);
});
