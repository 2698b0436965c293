import { describe, expect, it } from "vitest";
import { chooseTimeout } from "../../../ci/registry/body.js";
import {
  ATTEMPTS,
  choosePause,
  parseRetryAfter,
  RETRY_AFTER_MAX_MS,
  TransientError,
  withRetries,
} from "../../../ci/registry/retry.js";

function makeClock() {
  const slept: number[] = [];
  return { slept, random: () => 0.999, sleep: async (ms: number) => void slept.push(ms) };
}

it("gives a large body its time, and a small one no quarter of an hour", () => {
  expect(chooseTimeout(0)).toBe(60_000);
  expect(chooseTimeout(1)).toBe(61_000);
  expect(chooseTimeout(128 * 1024 * 600)).toBe(660_000);
});

describe("withRetries", () => {
  it("returns the first success", async () => {
    const clock = makeClock();
    let calls = 0;
    const result = await withRetries(clock, async () => {
      if (++calls < 3) throw new TransientError("no");
      return "yes";
    });
    expect([result, calls, clock.slept.length]).toEqual(["yes", 3, 2]);
  });

  it("ends after a fixed number of attempts", async () => {
    const clock = makeClock();
    let calls = 0;
    const failing = withRetries(clock, async () => {
      calls += 1;
      throw new TransientError("no");
    });
    await expect(failing).rejects.toThrow(TransientError);
    expect([calls, clock.slept.length]).toEqual([ATTEMPTS, ATTEMPTS - 1]);
  });

  it("waits as long as the registry asks, and not at all when that is too long", async () => {
    const clock = makeClock();
    const failing = (ms: number) =>
      withRetries(clock, async () => {
        throw new TransientError("429", 429, ms);
      });
    await expect(failing(7000)).rejects.toThrow(TransientError);
    expect(new Set(clock.slept)).toEqual(new Set([7000]));
    clock.slept.length = 0;
    await expect(failing(RETRY_AFTER_MAX_MS + 1)).rejects.toThrow(TransientError);
    expect(clock.slept).toEqual([]);
  });

  it("does not repeat what is final", async () => {
    let calls = 0;
    const failing = withRetries(makeClock(), async () => {
      calls += 1;
      throw new TypeError("final");
    });
    await expect(failing).rejects.toThrow("final");
    expect(calls).toBe(1);
  });
});

it("doubles the pause up to a limit", () => {
  const error = new TransientError("no");
  expect([2, 3, 4, 5, 9, 20].map((next) => choosePause(next, error, 1))).toEqual([500, 1000, 2000, 4000, 16000, 16000]);
  expect(choosePause(5, error, 0)).toBe(0);
});

it("reads Retry-After as seconds or as a date", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  expect(parseRetryAfter("3", now)).toBe(3000);
  expect(parseRetryAfter("Thu, 01 Jan 2026 00:00:05 GMT", now)).toBe(5000);
  expect(parseRetryAfter("Thu, 01 Jan 2025 00:00:05 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});
