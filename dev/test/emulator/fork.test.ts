import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { isAlive } from "./processes.js";
import { assumeRole, callJson, callQuery, callRest, createAccount } from "./raw-calls.js";

let first: Emulator;
let parent: Emulator;
beforeAll(async () => {
  first = await startEmulator();
  await callJson(first.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
});
afterAll(() => first.close());
beforeEach(async () => {
  parent = await first.fork();
});
afterEach(() => parent.close());

const listAccounts = async ({ url }: Emulator): Promise<string[]> => {
  const { json } = await callJson(url, "organizations", "ListAccounts");
  return json.Accounts.map(({ Name }: { Name: string }) => Name);
};
const putObject = ({ url }: Emulator, text: string) => callRest(url, "s3", "PUT", "/state/object", text);
const getObject = async ({ url }: Emulator) => (await callRest(url, "s3", "GET", "/state/object")).text;

it("copies the state: what moto keeps and what we keep; then both go on apart", async () => {
  const accountId = await createAccount(parent.url, "one", "one@platform.test");
  const accessKey = await assumeRole(parent.url, accountId, "OrganizationAccountAccessRole");
  await callRest(parent.url, "s3", "PUT", "/state");
  await putObject(parent, "before");
  await callJson(parent.url, "ecr-public", "CreateRepository", { repositoryName: "base" });

  const child = await parent.fork();
  expect([child.pid, child.url]).not.toEqual([parent.pid, parent.url]);
  expect(await listAccounts(child)).toEqual(["master", "one"]);
  expect(await getObject(child)).toBe("before");
  const { json } = await callJson(child.url, "ecr-public", "DescribeRepositories");
  expect(json.repositories).toMatchObject([{ repositoryName: "base" }]);
  const identity = await callQuery(child.url, "sts", { Action: "GetCallerIdentity" }, { accessKey });
  expect(identity.text).toContain(`<Account>${accountId}</Account>`);

  const theirs = await createAccount(child.url, "two", "two@platform.test");
  await putObject(child, "the child's");
  // The same address: it is taken in the child alone. And no id is given twice.
  const ours = await createAccount(parent.url, "three", "two@platform.test");
  expect(ours).not.toBe(theirs);
  expect([await listAccounts(parent), await getObject(parent)]).toEqual([["master", "one", "three"], "before"]);
  expect([await listAccounts(child), await getObject(child)]).toEqual([["master", "one", "two"], "the child's"]);
  await child.close();
});

it("has counts and faults of its own, none at first", async () => {
  await parent.setFault({ service: "sts", code: "Throttling" });
  const child = await parent.fork();
  const identify = async ({ url }: Emulator) => (await callQuery(url, "sts", { Action: "GetCallerIdentity" })).status;
  expect(await child.requests()).toEqual([]);
  expect([await identify(parent), await identify(child)]).toEqual([400, 200]);
  await child.setFault({ service: "iam", code: "Throttling" });
  expect((await callQuery(parent.url, "iam", { Action: "ListRoles" })).status).toBe(200);
  expect((await callQuery(child.url, "iam", { Action: "ListRoles" })).status).toBe(400);
  const [ours, theirs] = await Promise.all([parent.requests(), child.requests()]);
  expect(ours.map(({ operation, faulted }) => [operation, faulted])).toEqual([
    ["GetCallerIdentity", 1],
    ["ListRoles", 0],
  ]);
  expect(theirs.map(({ operation, faulted }) => [operation, faulted])).toEqual([
    ["GetCallerIdentity", 0],
    ["ListRoles", 1],
  ]);
  await child.close();
});

it("forks again, and outlives its parent as the parent outlives it", async () => {
  const child = await parent.fork();
  const grandchild = await child.fork();
  await createAccount(child.url, "one", "one@platform.test");
  await child.close();
  expect(isAlive(child.pid)).toBe(false);
  expect(await listAccounts(parent)).toEqual(["master"]);
  await parent.close();
  expect(await listAccounts(grandchild)).toEqual(["master"]);
  const last = await grandchild.fork();
  await grandchild.close();
  await createAccount(last.url, "two", "two@platform.test");
  expect(await listAccounts(last)).toEqual(["master", "two"]);
  await last.close();
});

it("forks while others ask: their requests are whole in the parent, and the copy answers", async () => {
  await callRest(parent.url, "s3", "PUT", "/state");
  await parent.setFault({ service: "sts", delay: 200, times: 1 });
  const waiting = callQuery(parent.url, "sts", { Action: "GetCallerIdentity" });
  const asking = Array.from({ length: 20 }, (_, index) =>
    callRest(parent.url, "s3", "PUT", `/state/${index}`, "x".repeat(10_000)),
  );
  const forks = await Promise.all([parent.fork(), parent.fork(), parent.fork()]);
  const answers = await Promise.all([...asking, waiting]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  for (const fork of forks) {
    expect(await listAccounts(fork)).toEqual(["master"]);
    expect((await callRest(fork.url, "s3", "PUT", "/state/again", "text")).status).toBe(200);
    await fork.close();
  }
});
