/** How often an operation is tried in all. */
export const ATTEMPTS = 5;
/** First pause; each further one may be twice as long. */
const BASE_MS = 500;
/** Longest pause of our own choice. */
const MAX_MS = 16_000;
/** Longest pause that a registry may ask for; a longer one fails at once, so that a person decides. */
export const RETRY_AFTER_MAX_MS = 120_000;

/** A failure that may pass: the operation is tried again. */
export class TransientError extends Error {
  constructor(
    /** What happened, for the message after the last attempt. */
    readonly fact: string,
    /** The status, or undefined when the connection broke. */
    readonly status?: number,
    /** The pause that the registry asked for. */
    readonly retryAfterMs?: number,
  ) {
    super(fact);
  }
}

/** What withRetries takes from outside, so that tests wait for nothing. */
export interface Clock {
  sleep(ms: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
}

export const systemClock: Clock = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** The pause before attempt number `next` (2, 3, …): what the registry asked for, else exponential with full jitter. */
export function choosePause(next: number, error: TransientError, random: number): number {
  return error.retryAfterMs ?? Math.min(MAX_MS, BASE_MS * 2 ** (next - 2)) * random;
}

/** Runs an operation until it succeeds, throws something final, or has been tried ATTEMPTS times: then its TransientError. */
export async function withRetries<T>(clock: Clock, operation: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt === ATTEMPTS) throw error;
      if ((error.retryAfterMs ?? 0) > RETRY_AFTER_MAX_MS) throw error;
      await clock.sleep(choosePause(attempt + 1, error, clock.random()));
    }
  }
}

/** Reads Retry-After (RFC 9110, 10.2.3): seconds or a date. Milliseconds from `now`, or undefined. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
