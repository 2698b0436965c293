import { describe, expect, it } from "vitest";
import { formatIdentity, recordIdentity } from "../../../../ci/aws/sign-in/identity.js";
import { signIn } from "../../../../ci/aws/sign-in/sign-in.js";
import type { GenesisError } from "../../../../ci/lib/errors.js";
import { expectNoSecret } from "../../fixtures/canary.js";
import { ANSWERS, type Answers, CALLS, CANARY, END, makeApi, makeAwsError, makeClock, SETTINGS } from "./place.js";

const NOW = END - 3_600_000;
const DEVICE = ANSWERS.startDeviceAuthorization;
const ROLE = ANSWERS.getRoleCredentials.roleCredentials;

/** Signs in at a server that answers as it should, but for what is replaced. */
function start(replaced: Answers = {}, time = NOW) {
  const api = makeApi({ ...ANSWERS, ...replaced });
  const clock = makeClock();
  const shown: string[] = [];
  const show = (line: string) => void shown.push(line);
  return { api, clock, shown, run: () => signIn(SETTINGS, { api, show, clock, time: () => time }) };
}

/** Signs in where that fails. No secret is in what is shown or thrown. */
async function fail(code: string | undefined, { run, shown }: ReturnType<typeof start>) {
  const error = await run().then(
    () => expect.fail("the sign-in worked"),
    (thrown: GenesisError) => thrown,
  );
  expect(error).toMatchObject({ code: code ?? expect.stringMatching(/^[a-z-]+$/) });
  expectNoSecret([...shown, error.message, String(error.stack), JSON.stringify(error)], [CANARY]);
  expect(error.cause).toBeUndefined();
  return error;
}

it("shows address and code, one a line, and returns the role's credentials", async () => {
  const { run, shown } = start();
  const signedIn = await run();
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
  expectNoSecret([...shown, identity, record], [CANARY]);
});

describe("a failure", () => {
  it.each<[code: string, replaced: Answers, fact: string, calls: number]>([
    ["sign-in-failed", { createToken: {} }, "CreateToken has no valid accessToken", 3],
    ["account-unknown", { listAccounts: [] }, "there is none", 4],
    ["sign-in-failed", { listAccounts: [{ accountId: CANARY }] }, "no valid 0.accountId", 4],
    ["role-not-assigned", { listAccountRoles: makeAwsError("ForbiddenException", 403) }, "ForbiddenException", 5],
    ["sign-in-failed", { getRoleCredentials: { roleCredentials: { ...ROLE, sessionToken: "" } } }, "sessionToken", 6],
    ["sign-in-failed", { getRoleCredentials: makeAwsError(`${CANARY}\n::error::`) }, "an unnamed error", 6],
  ])("is %s, and stops there: %o", async (code, replaced, fact, calls) => {
    const started = start(replaced);
    expect((await fail(code, started)).message).toContain(fact);
    expect(started.api.calls).toHaveLength(calls);
  });

  it("of the clock is told: fresh credentials look expired", async () => {
    const error = await fail("clock-skewed", start({}, END));
    expect(error.message).toContain("fresh credentials end at 2026-01-01T01:00:00.000Z");
    expect((await start({}, END - 1).run()).role).toBe("administrator");
  });

  it.each([
    ["userCode", { userCode: "\u001b[2J" }],
    ["verificationUri", { verificationUri: "http://device.example.com/" }],
    ["verificationUriComplete", { verificationUriComplete: "javascript:alert(1)" }],
    ["deviceCode", { deviceCode: undefined }],
    ["expiresIn", { expiresIn: -1 }],
  ])("of an answer with an unusable %s shows the person nothing", async (field, change) => {
    const started = start({ startDeviceAuthorization: { ...DEVICE, ...change } });
    expect((await fail("sign-in-failed", started)).message).toContain(`no valid ${field}`);
    expect(started.api.calls).toEqual(["registerClient", "startDeviceAuthorization"]);
  });

  const ERRORS = [makeAwsError("InternalServerException", 500), makeAwsError("AccessDeniedException", 403)];
  const ANYWHERE = [{ [CANARY]: CANARY, error: CANARY }, [{ accountId: CANARY, accountName: 7, roleName: 7 }], CANARY];
  const NAMED = Object.assign(makeAwsError(CANARY), { code: CANARY });
  it.each(CALLS)("of %s shows no secret, also where the answer has it in the wrong place", async (call) => {
    for (const answer of [...ERRORS, NAMED, ...ANYWHERE, null]) await fail(undefined, start({ [call]: answer }));
  });
});

it("shows an address as a browser would write it", async () => {
  const verificationUriComplete = "https://device.example.com/\u001b[31m?user_code=x";
  const { run, shown } = start({ startDeviceAuthorization: { ...DEVICE, verificationUriComplete } });
  await run();
  expect(shown[1]).toBe("https://device.example.com/%1B[31m?user_code=x");
});

it("takes the defaults of the standard where the server names none", async () => {
  const { expiresIn: _, interval: __, ...rest } = DEVICE;
  const { run, clock } = start({ startDeviceAuthorization: rest });
  await run();
  expect(clock.slept).toEqual([5000]);
});
