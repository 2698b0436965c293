import fc from "fast-check";
import { expect, it } from "vitest";
import { pollToken } from "../../../../ci/aws/sign-in/poll.js";
import { expectError } from "../../fixtures/errors.js";
import { CANARY, makeAwsError, makeClock, makeReset, SETTINGS } from "./place.js";

type Answer = "pending" | "slow-down" | "throttled" | "reset" | "approved" | "denied" | "expired" | "broken";

const ERRORS: Record<Exclude<Answer, "approved">, () => Error> = {
  pending: () => makeAwsError("AuthorizationPendingException"),
  "slow-down": () => makeAwsError("SlowDownException"),
  throttled: () => makeAwsError("ThrottlingException"),
  reset: makeReset,
  denied: () => makeAwsError("AccessDeniedException"),
  expired: () => makeAwsError("ExpiredTokenException"),
  broken: () => makeAwsError("InvalidGrantException"),
};
const ENDS = { denied: "sign-in-denied", expired: "sign-in-expired", broken: "sign-in-failed" } as const;

/** Polls a server that gives these answers, then `last` for ever. Each call takes `latency` milliseconds. */
async function poll(
  answers: readonly Answer[],
  last: Answer,
  { interval = 5, expiresIn = 600, latency = 0, start = 0 },
) {
  const clock = makeClock(start);
  const polls: { asked: number; answered: number; answer: Answer }[] = [];
  const ask = async () => {
    const answer = answers[polls.length] ?? last;
    const asked = clock.time;
    clock.time += latency;
    polls.push({ asked, answered: clock.time, answer });
    if (answer === "approved") return "token";
    throw ERRORS[answer]();
  };
  const result = await pollToken(SETTINGS, ask, { interval, expiresIn, startedAt: start }, clock).catch((e) => e);
  return { result, polls, slept: clock.slept, clock };
}

const anyAnswer = fc.constantFrom<Answer>("approved", ...(Object.keys(ERRORS) as Answer[]));

it("ends within the expiry whatever the server answers, never asks sooner than the interval, and never after a final answer", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyAnswer, { maxLength: 40 }),
      anyAnswer,
      fc.record({
        interval: fc.double({ min: 0, max: 40, noNaN: true }),
        expiresIn: fc.integer({ min: 0, max: 5000 }),
        latency: fc.integer({ min: 0, max: 30_000 }),
        start: fc.integer({ min: 0, max: 1e9 }),
      }),
      async (answers, last, limits) => {
        const { result, polls } = await poll(answers, last, limits);
        const deadline = limits.start + Math.min(limits.expiresIn, 3600) * 1000;
        let interval = Math.max(limits.interval, 1) * 1000;
        let from = limits.start;
        for (const [index, { asked, answered, answer }] of polls.entries()) {
          expect(asked - from).toBeGreaterThanOrEqual(interval - 1e-3);
          expect(asked).toBeLessThan(deadline);
          if (index < polls.length - 1) expect(["pending", "slow-down", "throttled", "reset"]).toContain(answer);
          if (answer === "slow-down") interval += 5000;
          from = answered;
        }
        const end = polls.at(-1)?.answer;
        if (end === "approved") expect(result).toBe("token");
        else if (end !== undefined && end in ENDS) expect(result.code).toBe(ENDS[end as keyof typeof ENDS]);
        else expect(["sign-in-expired", "sign-in-failed"]).toContain(result.code);
        if (result !== "token") expect(result.message).not.toContain(CANARY);
      },
    ),
    { numRuns: 500 },
  );
});

it("doubles the interval when calls break, and gives up after five in a row", async () => {
  const { result, slept } = await poll([], "reset", {});
  expect([result.code, slept]).toEqual(["sign-in-failed", [5000, 10_000, 20_000, 40_000, 60_000]]);
  expect(result.message).toContain("CreateToken ended with ECONNRESET");
  const mended = await poll(["throttled", "throttled", "throttled", "throttled", "pending", "reset"], "approved", {});
  expect(mended.result).toBe("token");
});

it("does not ask sooner when calls break than the server allows, however long its interval", async () => {
  const { slept } = await poll(["reset", "throttled"], "approved", { interval: 90 });
  expect(slept).toEqual([90_000, 90_000, 90_000]);
});

it("counts the expiry from when the sign-in was asked for, by a clock of its own", async () => {
  const clock = makeClock(90_000);
  const never = () => Promise.reject(new Error("was asked"));
  const limits = { interval: 5, expiresIn: 94, startedAt: 0 };
  const error = await expectError("sign-in-expired", () => pollToken(SETTINGS, never, limits, clock));
  expect([error.message.includes("within 94 seconds"), clock.slept]).toEqual([true, []]);
});
