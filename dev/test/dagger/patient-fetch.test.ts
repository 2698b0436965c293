import { expect, it, onTestFinished } from "vitest";
import { makePatient, waitForEngine } from "../../../ci/dagger/patient-fetch.js";

it("hands everything on, and takes Bun's limit of 300 s away", async () => {
  const calls: unknown[] = [];
  const signal = AbortSignal.timeout(1_000);
  const patient = makePatient(async (...args) => {
    calls.push(args);
    return new Response("x");
  });
  expect(await (await patient("http://localhost", { method: "POST", signal })).text()).toBe("x");
  await patient("http://localhost");
  expect(calls).toEqual([
    ["http://localhost", { method: "POST", signal, timeout: false }],
    ["http://localhost", { timeout: false }],
  ]);
});

it("is the runtime's fetch on Bun, and only there", () => {
  const original = globalThis.fetch;
  onTestFinished(() => {
    globalThis.fetch = original;
  });
  waitForEngine();
  expect(globalThis.fetch === original).toBe(process.versions.bun === undefined);
});
