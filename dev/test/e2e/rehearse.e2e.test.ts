import { afterAll, expect, it } from "vitest";
import { makeClone, PLATFORMS } from "./clone.js";

const clone = await makeClone();
afterAll(() => clone.remove());

it("rehearses the whole pipeline in containers, and reports it", async () => {
  const platforms = PLATFORMS === undefined ? [] : [`--platforms=${PLATFORMS}`];
  const { code, stdout, stderr } = await clone.dagger(["call", "rehearse", ...platforms]);
  expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
  expect(stdout).toMatch(/^# Rehearsal\n\nOn an engine: /);
  for (const seen of [
    "nothing was built and nothing was pushed",
    "no changes; adopt emptied the imports",
    "drift-found: genesis-deny-leaving",
  ]) {
    expect(stdout).toContain(seen);
  }
});
