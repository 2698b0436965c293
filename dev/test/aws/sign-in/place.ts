import type { Clock } from "../../../../ci/aws/sign-in/poll.js";
import type { SignInSettings } from "../../../../ci/lib/settings.js";

/** Where the tests sign in, and as what. */
export const SETTINGS: SignInSettings = {
  startUrl: "https://platform.awsapps.com/start",
  region: "us-east-1",
  account: "shop",
  role: "administrator",
};

/** A clock that passes time in no time. */
export interface FakeClock extends Clock {
  time: number;
  slept: number[];
}

export function makeClock(start = 0): FakeClock {
  const clock: FakeClock = {
    time: start,
    slept: [],
    now: () => clock.time,
    sleep: async (ms) => {
      clock.slept.push(ms);
      clock.time += ms;
    },
  };
  return clock;
}

/** An error as AWS's clients throw it; its message must never be shown. */
export function makeAwsError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name} ${CANARY}`), { name, $metadata: { httpStatusCode } });
}

/** Stands for everything that a message must not hold. */
export const CANARY = "canary-of-a-secret";

/** The error of a broken connection. */
export function makeReset(): Error {
  return Object.assign(new Error(CANARY), { code: "ECONNRESET" });
}
