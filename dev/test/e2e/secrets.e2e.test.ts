import { afterAll, expect, it } from "vitest";
import { expectNoSecret } from "../fixtures/canary.js";
import type { ProgramResult } from "../fixtures/run-program.js";
import { makeClone } from "./clone.js";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==";

const clone = await makeClone();
const settings = { source: "https://github.com/o/r", registry: { alias: "a1b2c3d4" } };
await clone.write("genesis.json", JSON.stringify(settings));
afterAll(() => clone.remove());

function publishWith(credentials: string): Promise<ProgramResult> {
  // Progress on, in full: this is where a secret would show.
  const args = ["--progress=plain", "-vvv", "call", "--aws=env://GENESIS_TEST_AWS", "publish", "--names=base"];
  return clone.dagger(args, { GENESIS_TEST_AWS: credentials });
}

function expectSilence({ stdout, stderr }: ProgramResult): void {
  expectNoSecret([stdout, stderr], [SECRET, TOKEN, `ASIAIOSFODNN7EXAMPLE:${SECRET}`]);
}

const credentials = { Version: 1, AccessKeyId: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: SECRET, SessionToken: TOKEN };

it.each([
  ["credentials-malformed", `aws_secret_access_key = ${SECRET}`],
  ["credentials-expired", JSON.stringify({ ...credentials, Expiration: "2020-01-01T00:00:00Z" })],
])("says %s and no value", async (code, text) => {
  const result = await publishWith(text);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain(`[${code}]`);
  expectSilence(result);
});

it("fails closed with credentials that AWS does not know, or where AWS cannot be reached, without a value", async () => {
  const result = await publishWith(JSON.stringify(credentials));
  expect(result.code).not.toBe(0);
  expect(result.stderr).toMatch(/\[(?:credentials-refused|registry-unavailable|repository-missing)\]/);
  expectSilence(result);
});
