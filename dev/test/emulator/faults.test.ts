import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Fault } from "../../../ci/emulator/client.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, callQuery, callRest } from "./raw-calls.js";

let fresh: Emulator;
let emulator: Emulator;
beforeAll(async () => {
  fresh = await startEmulator();
});
afterAll(() => fresh.close());
beforeEach(async () => {
  emulator = await fresh.fork();
});
afterEach(() => emulator.close());

const createBucket = (name: string) => callRest(emulator.url, "s3", "PUT", `/${name}`);
const putObject = (path: string) => callRest(emulator.url, "s3", "PUT", path, "text");

it("lets credentials expire after a number of writes, for every service in its own spelling", async () => {
  await emulator.setFault({ code: "ExpiredToken", after: 2 });
  expect((await createBucket("one")).status).toBe(200);
  expect((await callQuery(emulator.url, "sts", { Action: "GetCallerIdentity" })).status).toBe(200);
  expect((await createBucket("two")).status).toBe(200);

  const s3 = await createBucket("three");
  expect([s3.status, s3.text]).toEqual([400, expect.stringContaining("<Code>ExpiredToken</Code>")]);
  const sts = await callQuery(emulator.url, "sts", { Action: "GetCallerIdentity" });
  expect([sts.status, sts.text]).toEqual([403, expect.stringContaining("<Code>ExpiredToken</Code>")]);
  const json = await callJson(emulator.url, "organizations", "DescribeOrganization");
  expect([json.status, json.json.__type]).toEqual([400, "ExpiredTokenException"]);

  await emulator.clearFaults();
  expect((await createBucket("three")).status).toBe(200);
});

it("strikes one object of S3 and names objects in the counts", async () => {
  await createBucket("state");
  const place = { service: "s3", operation: "PutObject", resource: "state/a.tfstate" };
  await emulator.setFault({ ...place, code: "InternalError", status: 500 });
  expect((await putObject("/state/a.tfstate")).status).toBe(500);
  expect((await callRest(emulator.url, "s3", "GET", "/state/a.tfstate")).status).toBe(404);
  expect((await putObject("/state/a.tfstate.tflock")).status).toBe(200);
  const writes = (await emulator.requests()).filter(({ write, operation }) => write && operation === "PutObject");
  expect(writes).toMatchObject([
    { resource: "state/a.tfstate", count: 1, faulted: 1 },
    { resource: "state/a.tfstate.tflock", count: 1, faulted: 0 },
  ]);
  await emulator.clearRequests();
  expect(await emulator.requests()).toEqual([]);
});

it.each([
  [{ code: "x", sevice: "s3" }, "a fault has no field sevice"],
  [{ code: "x", times: "2" }, "field times of a fault is a number"],
  [{ service: "s3" }, "a fault has a code, a reset or a delay"],
  [[], "a fault is a JSON object"],
])("refuses a fault that could not strike: %j", async (body, message) => {
  await expect(emulator.setFault(body as Fault)).rejects.toThrow(message);
});
