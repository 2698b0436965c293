import { describe, expect, it } from "vitest";
import type { SignInApi } from "../../../../ci/aws/sign-in/api.js";
import { formatIdentity, recordIdentity } from "../../../../ci/aws/sign-in/identity.js";
import { signIn } from "../../../../ci/aws/sign-in/sign-in.js";
import { expectError } from "../../fixtures/errors.js";
import { CANARY, makeAwsError, makeClock, makeReset, SETTINGS } from "./place.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const END = NOW + 3_600_000;
const DEVICE = {
  deviceCode: `device ${CANARY}`,
  userCode: "BCDF-GHJK",
  verificationUri: "https://device.example.com/",
  expiresIn: 600,
  interval: 1,
};
const ROLE = { accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: CANARY, sessionToken: CANARY, expiration: END };

/** A server that answers as it should, but for what is replaced. */
function makeApi(replaced: Partial<SignInApi> = {}): SignInApi & { calls: string[] } {
  const calls: string[] = [];
  const api: SignInApi = {
    registerClient: async () => ({ clientId: "id", clientSecret: CANARY }),
    startDeviceAuthorization: async () => DEVICE,
    createToken: async () => ({ accessToken: CANARY }),
    listAccounts: async () => [{ accountId: "111111111111", accountName: "shop" }],
    listAccountRoles: async () => [{ roleName: "administrator" }],
    getRoleCredentials: async () => ({ roleCredentials: ROLE }),
    close: () => {},
    ...replaced,
  };
  const counted = Object.entries(api).map(([name, call]) => [
    name,
    (...args: unknown[]) => {
      calls.push(name);
      return (call as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  return { ...(Object.fromEntries(counted) as SignInApi), calls };
}

async function run(api: SignInApi, time = NOW) {
  const shown: string[] = [];
  const show = (line: string) => void shown.push(line);
  const signedIn = await signIn(SETTINGS, { api, show, clock: makeClock(), time: () => time });
  return { signedIn, shown };
}

it("shows address and code, one a line, and returns the role's credentials", async () => {
  const { signedIn, shown } = await run(makeApi());
  expect(shown.slice(1, 3)).toEqual(["https://device.example.com/", "Code: BCDF-GHJK"]);
  expect(shown.at(-1)).toBe("It expires in 10 minutes.");
  // A narrow terminal must not have to break them.
  for (const line of shown) expect(line.length).toBeLessThan(50);
  expect(signedIn.credentials).toEqual({ ...ROLE, expiration: new Date(END) });
  const record = recordIdentity(signedIn);
  const identity = formatIdentity(record, "table");
  expect(identity).toContain(
    'account  111111111111 ("shop")\nrole     "administrator"\nuntil    2026-01-01T01:00:00.000Z',
  );
  expect(identity).toContain("STS was not asked");
  expect(JSON.parse(formatIdentity(record, "json"))).toEqual({
    account: { id: "111111111111", name: "shop" },
    role: "administrator",
    until: "2026-01-01T01:00:00.000Z",
  });
  for (const text of [...shown, identity, record]) expect(text).not.toContain(CANARY);
});

const refuse = (error: Error) => async () => {
  throw error;
};

describe("a failure", () => {
  it.each<[code: string, replaced: Partial<SignInApi>, fact: string, calls: number]>([
    ["sign-in-failed", { registerClient: refuse(makeReset()) }, "RegisterClient ended with ECONNRESET", 1],
    [
      "start-url-unknown",
      { startDeviceAuthorization: refuse(makeAwsError("InvalidRequestException")) },
      "us-east-1",
      2,
    ],
    [
      "start-url-unknown",
      { startDeviceAuthorization: refuse(makeAwsError("InvalidRequestRegionException")) },
      SETTINGS.startUrl,
      2,
    ],
    ["sign-in-denied", { createToken: refuse(makeAwsError("AccessDeniedException")) }, "AccessDeniedException", 3],
    ["sign-in-failed", { createToken: async () => ({}) }, "CreateToken has no valid accessToken", 3],
    ["sign-in-expired", { listAccounts: refuse(makeAwsError("UnauthorizedException", 401)) }, "ListAccounts", 4],
    ["account-unknown", { listAccounts: async () => [] }, "there is none", 4],
    ["sign-in-failed", { listAccounts: async () => [{ accountId: CANARY }] }, "no valid 0.accountId", 4],
    ["role-not-assigned", { listAccountRoles: async () => [{ roleName: "read-only" }] }, '"read-only"', 5],
    [
      "role-not-assigned",
      { listAccountRoles: refuse(makeAwsError("ForbiddenException", 403)) },
      "ForbiddenException",
      5,
    ],
    [
      "role-not-assigned",
      { getRoleCredentials: refuse(makeAwsError("ForbiddenException", 403)) },
      "ForbiddenException",
      6,
    ],
    [
      "sign-in-failed",
      { getRoleCredentials: async () => ({ roleCredentials: { ...ROLE, sessionToken: "" } }) },
      "sessionToken",
      6,
    ],
    [
      "sign-in-failed",
      { getRoleCredentials: refuse(makeAwsError(`${CANARY}\n::error::`, 400)) },
      "an unnamed error",
      6,
    ],
  ])("is %s, and stops there: %o", async (code, replaced, fact, calls) => {
    const api = makeApi(replaced);
    const error = await expectError(code, () => run(api));
    expect(error.message).toContain(fact);
    expect(error.message).not.toContain(CANARY);
    expect(error.cause).toBeUndefined();
    expect(api.calls).toHaveLength(calls);
  });

  it("of the clock is told: fresh credentials look expired", async () => {
    const error = await expectError("clock-skewed", () => run(makeApi(), END));
    expect(error.message).toContain("fresh credentials end at 2026-01-01T01:00:00.000Z");
    expect((await run(makeApi(), END - 1)).signedIn.role).toBe("administrator");
  });

  it.each([
    ["userCode", { userCode: "\u001b[2J" }],
    ["verificationUri", { verificationUri: "http://device.example.com/" }],
    ["verificationUriComplete", { verificationUriComplete: "javascript:alert(1)" }],
    ["deviceCode", { deviceCode: undefined }],
    ["expiresIn", { expiresIn: -1 }],
  ])("of an answer with an unusable %s shows the person nothing", async (field, change) => {
    const api = makeApi({ startDeviceAuthorization: async () => ({ ...DEVICE, ...change }) });
    const error = await expectError("sign-in-failed", () => run(api));
    expect(error.message).toContain(`no valid ${field}`);
    expect(api.calls).toEqual(["registerClient", "startDeviceAuthorization"]);
  });
});

it("shows an address as a browser would write it", async () => {
  const verificationUriComplete = "https://device.example.com/\u001b[31m?user_code=x";
  const { shown } = await run(
    makeApi({ startDeviceAuthorization: async () => ({ ...DEVICE, verificationUriComplete }) }),
  );
  expect(shown[1]).toBe("https://device.example.com/%1B[31m?user_code=x");
});

it("takes the defaults of the standard where the server names none", async () => {
  const { expiresIn: _, interval: __, ...rest } = DEVICE;
  const clock = makeClock();
  const api = makeApi({ startDeviceAuthorization: async () => rest });
  await signIn(SETTINGS, { api, show: () => {}, clock, time: () => NOW });
  expect(clock.slept).toEqual([5000]);
});
