import { expect, it } from "vitest";
import { chooseTimeout } from "../../../ci/registry/body.js";
import { choosePause, parseRetryAfter, TransientError } from "../../../ci/registry/retry.js";

it("gives a large body its time, and a small one no quarter of an hour", () => {
  expect(chooseTimeout(0)).toBe(60_000);
  expect(chooseTimeout(1)).toBe(61_000);
  expect(chooseTimeout(128 * 1024 * 600)).toBe(660_000);
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
