import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openSignInApi, type SignInApi } from "../../../../ci/aws/sign-in/api.js";
import { recordIdentity } from "../../../../ci/aws/sign-in/identity.js";
import { signIn } from "../../../../ci/aws/sign-in/sign-in.js";
import type { Fault } from "../../../../ci/emulator/client.js";
import type { SignInSettings } from "../../../../ci/lib/settings.js";
import { type Emulator, startEmulator } from "../../../native/start-emulator.js";
import { assignRoles, callJson, callQuery, createAccount } from "../../emulator/raw-calls.js";
import { expectError } from "../../fixtures/errors.js";
import { makeClock, SETTINGS } from "./place.js";
import { type Recorder, startRecorder } from "./start-recorder.js";

let emulator: Emulator;
let recorder: Recorder;
let api: SignInApi;
let accountId: string;
beforeAll(async () => {
  emulator = await startEmulator();
  recorder = await startRecorder(emulator.url);
  api = await openSignInApi("us-east-1", recorder.url);
  await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
  accountId = await createAccount(emulator.url, "shop", "shop@platform.test");
  await assignRoles(emulator.url, [
    { userName: "jo", role: "administrator", accountId },
    { userName: "other", role: "read-only", accountId },
  ]);
});
afterAll(async () => {
  api?.close();
  await recorder?.stop();
  await emulator?.close();
});
const output: string[] = [];
beforeEach(async () => {
  await emulator.clearFaults();
  await emulator.clearRequests();
  // No interval of the emulator's: the clock of the tests passes no real time.
  await emulator.configureLogin({ interval: 0, userName: "jo", approveAfterPolls: 2 });
  output.length = 0;
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      output.push(String(chunk));
      return true;
    });
  }
  return () => vi.restoreAllMocks();
});

interface Run {
  settings?: Partial<SignInSettings>;
  decide?: (userCode: string) => Promise<void>;
}

/** Signs in; whatever is shown is kept with what the process wrote. */
async function run({ settings, decide = async () => {} }: Run = {}) {
  let decided: Promise<void> | undefined;
  const clock = makeClock();
  // The person has decided by the first poll.
  const sleep = async (ms: number) => {
    await decided;
    await clock.sleep(ms);
  };
  const show = (line: string) => {
    output.push(line);
    const [, code] = /^Code: (.+)$/.exec(line) ?? [];
    if (code !== undefined) decided = decide(code);
  };
  const signedIn = await signIn(
    { ...SETTINGS, ...settings },
    { api, show, clock: { now: clock.now, sleep }, time: Date.now },
  );
  return { signedIn, clock };
}

const count = async (operation: string) =>
  (await emulator.requests()).find((each) => each.service.startsWith("sso") && each.operation === operation)?.count ??
  0;

/** No secret that the emulator ever handed out stands in what was shown, written or thrown. */
const expectSilence = (...texts: string[]) => recorder.expectSilence([...output, ...texts]);

describe("signing in with AWS's own clients", () => {
  it("waits for the person and gets credentials of the account and role that were named", async () => {
    const { signedIn, clock } = await run();
    expect(signedIn).toMatchObject({ account: { id: accountId, name: "shop" }, role: "administrator" });
    expect([await count("CreateToken"), clock.slept]).toEqual([3, [1000, 1000, 1000]]);
    const { accessKeyId, secretAccessKey, sessionToken } = signedIn.credentials;
    const identity = await callQuery(emulator.url, "sts", { Action: "GetCallerIdentity" }, { accessKey: accessKeyId });
    expect(identity.text).toContain(`<Account>${accountId}</Account>`);
    expect(identity.text).toMatch(/assumed-role\/AWSReservedSSO_administrator_[0-9a-f]{16}\/jo</);
    expect(recorder.secrets.get("secretAccessKey")).toContain(secretAccessKey);
    expect(recorder.secrets.get("sessionToken")).toContain(sessionToken);
    const names = ["accessToken", "clientSecret", "deviceCode", "secretAccessKey", "sessionToken"];
    expect([...recorder.secrets.keys()].sort()).toEqual(names);
    expectSilence(recordIdentity(signedIn));
  });

  it("takes an account by its id, and lets the person approve at any time", async () => {
    await emulator.configureLogin({ interval: 0 });
    const decide = (code: string) => emulator.approveDevice(code, "other");
    const { signedIn } = await run({ settings: { account: accountId, role: "read-only" }, decide });
    expect([signedIn.account.name, signedIn.role, await count("CreateToken")]).toEqual(["shop", "read-only", 1]);
  });
});

describe("a sign-in that fails", () => {
  const fails = async (code: string, options: Run = {}) => {
    const error = await expectError(code, () => run(options));
    expectSilence(error.message, error.stack ?? "", JSON.stringify(error));
    return error;
  };

  it("was denied by the person", async () => {
    await fails("sign-in-denied", { decide: (code) => emulator.denyDevice(code) });
    expect([await count("CreateToken"), await count("ListAccounts")]).toEqual([1, 0]);
  });

  it("was confirmed by nobody: it ends within the expiry", async () => {
    await emulator.configureLogin({ interval: 5, expiresIn: 4 });
    await fails("sign-in-expired");
    expect(await count("CreateToken")).toBe(0);
  });

  it("names an account or role that the person does not have, and the nearest that they do", async () => {
    expect((await fails("account-unknown", { settings: { account: "shpo" } })).message).toContain('nearest is "shop"');
    const role = await fails("role-not-assigned", { settings: { role: "read-only" } });
    expect(role.message).toContain('there are "administrator"');
    expect(await count("GetRoleCredentials")).toBe(0);
  });

  it.each<[code: string, operation: string, fault: Fault, polls: number, fact: string]>([
    ["start-url-unknown", "StartDeviceAuthorization", { code: "InvalidRequestException" }, 0, "us-east-1"],
    ["start-url-unknown", "StartDeviceAuthorization", { code: "InvalidRequestRegionException" }, 0, SETTINGS.startUrl],
    ["sign-in-expired", "CreateToken", { code: "ExpiredToken" }, 1, "again"],
    ["sign-in-failed", "CreateToken", { code: "InvalidGrantException" }, 1, "InvalidGrantException"],
    ["sign-in-failed", "CreateToken", { code: "ThrottlingException" }, 5, "ThrottlingException"],
    ["sign-in-failed", "CreateToken", { reset: true }, 5, "CreateToken ended with ECONNRESET"],
    [
      "sign-in-failed",
      "RegisterClient",
      { code: "InternalServerException", status: 500 },
      0,
      "InternalServerException",
    ],
    ["sign-in-expired", "ListAccounts", { code: "UnauthorizedException", status: 401 }, 3, "ListAccounts"],
    ["sign-in-expired", "GetRoleCredentials", { code: "ExpiredToken" }, 3, "GetRoleCredentials"],
    ["role-not-assigned", "GetRoleCredentials", { code: "ForbiddenException", status: 403 }, 3, "ForbiddenException"],
  ])("is %s where %s answers %o", async (code, operation, fault, polls, fact) => {
    await emulator.setFault({ operation, ...fault });
    const error = await fails(code);
    expect(error.message).toContain(fact);
    expect(error.message).not.toContain("set as a fault");
    expect(await count("CreateToken")).toBe(polls);
  });
});

it.each<Fault>([
  { operation: "RegisterClient", reset: true, times: 1 },
  { operation: "StartDeviceAuthorization", code: "ThrottlingException", status: 429, times: 1 },
  { operation: "CreateToken", reset: true, times: 2 },
  { operation: "CreateToken", code: "ThrottlingException", times: 2 },
  { operation: "CreateToken", code: "InternalServerException", status: 500, times: 2 },
  { operation: "ListAccounts", code: "TooManyRequestsException", status: 429, times: 2 },
  { operation: "GetRoleCredentials", reset: true, times: 1 },
])("passes over what passes: %o", async (fault) => {
  await emulator.setFault(fault);
  expect((await run()).signedIn.role).toBe("administrator");
  const struck = (await emulator.requests()).reduce((sum, { faulted }) => sum + faulted, 0);
  expect(struck).toBe(fault.times);
});

it("slows down when it is told to", async () => {
  await emulator.setFault({ operation: "CreateToken", code: "SlowDownException", times: 1 });
  expect((await run()).clock.slept).toEqual([1000, 6000, 6000, 6000]);
});

it("polls once an interval however a call breaks: the client itself tries nothing again", async () => {
  await emulator.setFault({ operation: "CreateToken", code: "ThrottlingException", status: 429, times: 1 });
  const { clock } = await run();
  expect(clock.slept).toEqual([1000, 2000, 2000, 2000]);
  expect(await count("CreateToken")).toBe(clock.slept.length);
});
