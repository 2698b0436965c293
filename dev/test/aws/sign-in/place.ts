import type { SignInApi } from "../../../../ci/aws/sign-in/api.js";
import type { Clock } from "../../../../ci/aws/sign-in/poll.js";
import type { SignInSettings } from "../../../../ci/lib/settings.js";

export const SETTINGS: SignInSettings = {
  startUrl: "https://platform.awsapps.com/start",
  region: "us-east-1",
  account: "shop",
  role: "administrator",
};

/** Stands for everything that a message must not hold. */
export const CANARY = "canary/of+a-secret==";

export const END = Date.parse("2026-01-01T01:00:00Z");

/** What a server says where all is well. */
export const ANSWERS = {
  registerClient: { clientId: "id", clientSecret: CANARY },
  startDeviceAuthorization: {
    deviceCode: `device ${CANARY}`,
    userCode: "BCDF-GHJK",
    verificationUri: "https://device.example.com/",
    expiresIn: 600,
    interval: 1,
  },
  createToken: { accessToken: CANARY },
  listAccounts: [{ accountId: "111111111111", accountName: "shop" }],
  listAccountRoles: [{ roleName: "administrator" }],
  getRoleCredentials: {
    roleCredentials: {
      accessKeyId: "ASIAIOSFODNN7EXAMPLE",
      secretAccessKey: CANARY,
      sessionToken: CANARY,
      expiration: END,
    },
  },
};
export const CALLS = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];
/** An answer to each call, or an error that it fails with. */
export type Answers = Partial<Record<keyof typeof ANSWERS, unknown>>;

/** A server that gives these answers, and says what it was asked for. */
export function makeApi(answers: Answers): SignInApi & { calls: string[] } {
  const calls: string[] = [];
  const ask = async (name: keyof typeof ANSWERS) => {
    calls.push(name);
    const answer = answers[name];
    if (answer instanceof Error) throw answer;
    // AWS's clients make a list of whatever pages they get.
    return name.startsWith("list") && !Array.isArray(answer) ? [] : answer;
  };
  const api = Object.fromEntries(CALLS.map((name) => [name, () => ask(name)]));
  return { ...(api as unknown as SignInApi), close: () => {}, calls };
}

/** A clock that passes time in no time. */
export function makeClock(start = 0) {
  const slept: number[] = [];
  const clock = {
    time: start,
    slept,
    now: (): number => clock.time,
    sleep: async (ms: number) => {
      slept.push(ms);
      clock.time += ms;
    },
  };
  return clock satisfies Clock;
}

/** An error as AWS's clients throw it; its message must never be shown. */
export function makeAwsError(name: string, httpStatusCode = 400): Error {
  const error = new Error(`${name} ${CANARY}`, { cause: new Error(CANARY) });
  return Object.assign(error, { name, $metadata: { httpStatusCode } });
}

export function makeReset(): Error {
  return Object.assign(new Error(CANARY), { code: "ECONNRESET" });
}
