import { type CallFailure, classifyFailure, describeFailure, refuseExpired, type SignInPlace } from "./failures.js";

/** Time as polling sees it, so that tests wait for nothing. */
export interface Clock {
  /** Milliseconds of a clock that nobody sets: a wrong or corrected time of day changes nothing. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** What `slow_down` adds to the interval, for good: https://www.rfc-editor.org/rfc/rfc8628#section-3.5 */
const SLOW_DOWN_MS = 5000;
/** No faster than this, whatever the server allows. */
const INTERVAL_MIN_MS = 1000;
/** A broken call doubles the interval (the same section), up to here. */
const BACK_OFF_MAX_MS = 60_000;
const BROKEN_MAX = 5;
/** No longer than this, whatever the server allows, in seconds. */
const EXPIRES_MAX = 3600;

/** How long and how often to ask, in the server's words. */
export interface PollLimits {
  /** Seconds from `startedAt` until the code expires. */
  expiresIn: number;
  /** Seconds between two polls. */
  interval: number;
  /** When the sign-in was asked for, by the clock. */
  startedAt: number;
}

/**
 * Asks until the person has decided. Throws `sign-in-expired` when no further poll fits before the code expires,
 * `sign-in-denied`, or `sign-in-failed` for what polling does not mend.
 */
export async function pollToken(
  place: SignInPlace,
  ask: () => Promise<string>,
  { expiresIn, interval, startedAt }: PollLimits,
  clock: Clock,
): Promise<string> {
  const seconds = Math.min(expiresIn, EXPIRES_MAX);
  let pause = Math.max(interval * 1000, INTERVAL_MIN_MS);
  let broken = 0;
  while (clock.now() + pause < startedAt + seconds * 1000) {
    await clock.sleep(pause);
    const result = await ask().catch(classifyFailure);
    if (typeof result === "string") return result;
    broken = result.kind === "transient" ? broken + 1 : 0;
    if (broken === BROKEN_MAX) throw describeFailure(place, "CreateToken", result);
    pause = chooseNext(place, result, pause);
  }
  throw refuseExpired(place, seconds);
}

/** The pause after a call without a token, or the error of one that is final. */
function chooseNext(place: SignInPlace, failure: CallFailure, pause: number): number {
  switch (failure.kind) {
    case "pending":
      return pause;
    case "slow-down":
      return pause + SLOW_DOWN_MS;
    case "transient":
      return Math.max(pause, Math.min(pause * 2, BACK_OFF_MAX_MS));
    default:
      throw describeFailure(place, "CreateToken", failure);
  }
}
