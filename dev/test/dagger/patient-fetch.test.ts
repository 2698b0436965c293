import { createServer } from "node:http";
import { afterEach, expect, it } from "vitest";
import { makePatient, waitForEngine } from "../../../ci/dagger/patient-fetch.js";
import { listenOnLoopback } from "../../tools/listen.js";

const original = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = original;
});

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

it("is the runtime's fetch on Bun, and only there; a signal still ends a request", async () => {
  waitForEngine();
  expect(globalThis.fetch === original).toBe(process.versions.bun === undefined);
  const server = createServer((request, response) => {
    if (request.url === "/at-once") response.end("x");
  });
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  expect(await (await fetch(`${url}/at-once`)).text()).toBe("x");
  await expect(fetch(`${url}/never`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
  server.closeAllConnections();
  server.close();
});
