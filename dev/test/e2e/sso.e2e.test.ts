import { spawn } from "node:child_process";
import { afterAll, beforeEach, expect, it } from "vitest";
import { EMULATOR_CREDENTIALS } from "../../../ci/terraform/emulator.js";
import { startRecorder } from "../aws/sign-in/start-recorder.js";
import { assignRoles, callJson } from "../emulator/raw-calls.js";
import type { ProgramResult } from "../fixtures/run-program.js";
import { makeEmulatedClone, targetEmulator, useSmallCode } from "./emulated-clone.js";

/** The emulator's management account, whose name is moto's. */
const ACCOUNT = { accountId: "123456789012", name: "master" };
const SSO = { startUrl: "https://platform.awsapps.com/start", region: "us-east-1", role: "administrator" };

/** Alone on its line, behind what the progress output puts before each. */
const ADDRESS = /https:\/\/device\.sso\.us-east-1\.amazonaws\.com\/\?user_code=[A-Z]{4}-[A-Z]{4}\s/;

const clone = await makeEmulatedClone();
const { emulator } = clone;
const recorder = await startRecorder(emulator.url);
await useSmallCode(clone);
const settings = JSON.parse(await clone.read("genesis.json"));
await clone.write("genesis.json", JSON.stringify({ ...settings, sso: { ...SSO, account: ACCOUNT.name } }));
await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
const { accountId } = ACCOUNT;
await assignRoles(emulator.url, [
  { userName: "jo", role: "administrator", accountId },
  { userName: "other", role: "read-only", accountId },
]);
afterAll(async () => {
  await recorder.stop();
  await clone.remove();
});
beforeEach(() => recorder.accessKeys.clear());

type Decision = "approve" | "deny";

/** Starts a program, and decides as soon as its output shows a code, while it waits. Tells what it ended with. */
function runAndDecide(argv: readonly string[], decision: Decision, env = {}): Promise<ProgramResult> {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: clone.root, env: { ...process.env, ...env }, stdio: "pipe" });
    let decided = false;
    const result = { stdout: "", stderr: "" };
    const read = (stream: "stdout" | "stderr") => (chunk: Buffer) => {
      result[stream] += chunk.toString("utf8");
      const [, code] = /Code: ([A-Z]{4}-[A-Z]{4})\b/.exec(result[stream]) ?? [];
      if (code === undefined || decided) return;
      decided = true;
      (decision === "approve" ? emulator.approveDevice(code, "jo") : emulator.denyDevice(code)).catch(reject);
    };
    child.stdout.on("data", read("stdout"));
    child.stderr.on("data", read("stderr"));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...result }));
  });
}

const target = targetEmulator(recorder.url);

/** Calls a function of the module with all progress on: where a code shows, and a secret would. */
function call(decision: Decision, ...args: string[]): Promise<ProgramResult> {
  return runAndDecide(["./daggerw", "--progress=plain", "-vvv", "call", target, ...args], decision);
}

const expectSilence = ({ stdout, stderr }: ProgramResult, ...texts: string[]) =>
  recorder.expectSilence([stdout, stderr, ...texts]);

it("says which settings and which sign-in are missing", async () => {
  expect((await clone.dagger(["call", "whoami"])).stderr).toContain("[sign-in-missing] whoami");
  const configured = await clone.read("genesis.json");
  await clone.write("genesis.json", JSON.stringify({ ...settings, sso: null }));
  expect((await clone.dagger(["call", "sso", "whoami"])).stderr).toContain("[sign-in-unconfigured] genesis.json sso");
  await clone.write("genesis.json", configured);
});

it("signs in while a person approves, says who it is, and shows no secret with all progress on", async () => {
  const result = await call("approve", "sso", "whoami");
  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`account  ${ACCOUNT.accountId} ("master")\nrole     "administrator"\nuntil    20`);
  expect(result.stderr).toMatch(ADDRESS);
  expect(recorder.secrets.get("secretAccessKey")).toHaveLength(1);
  expectSilence(result);
});

/** A terminal of 80 columns for a program. Python's standard library has one; the tests need Python anyway. */
const IN_TERMINAL = [
  "python3",
  "-c",
  "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))",
  "sh",
  "-c",
  'stty cols 80 rows 24; exec "$@"',
  "sh",
];

it.each<[where: string, before: string[], env: Record<string, string>]>([
  ["a terminal", IN_TERMINAL, { TERM: "xterm-256color" }],
  ["CI", [], { CI: "true", GITHUB_ACTIONS: "true" }],
])("shows address and code in %s while it waits", async (_, before, env) => {
  const result = await runAndDecide([...before, "./daggerw", "call", target, "sso", "whoami"], "approve", env);
  expect(result.code).toBe(0);
  const output = result.stdout + result.stderr;
  expect(output).toMatch(ADDRESS);
  expect(output).toContain(ACCOUNT.accountId);
  expectSilence(result);
});

it("plans with the credentials of the sign-in, and no others", async () => {
  const result = await call("approve", "sso", "tf-plan", "--bootstrap", "-o", "plan");
  expect(result.code).toBe(0);
  const files = await Promise.all(["summary.md", "diff.txt", "plan.json"].map((name) => clone.read(`plan/${name}`)));
  expect(files[0]).toContain("\n2 to create");
  expect(recorder.accessKeys.size).toBe(1);
  expect([...recorder.accessKeys][0]).toMatch(/^ASIA/);
  expect([...recorder.accessKeys]).not.toContain(EMULATOR_CREDENTIALS.accessKeyId);
  expectSilence(result, ...files);
});

it("hands the credentials to publish, which then wants public ECR", async () => {
  const result = await call("approve", "sso", "publish", "--names=base");
  expect(result.stderr).toContain("[alias-missing] genesis.json registry.alias");
  expectSilence(result);
});

it("signs in again when it is called again, and stops where it is denied", async () => {
  const before = recorder.secrets.get("deviceCode")?.length ?? 0;
  const denied = await call("deny", "sso", "whoami");
  expect(denied.stderr).toContain("[sign-in-denied] sign-in us-east-1");
  expect(recorder.secrets.get("deviceCode")).toHaveLength(before + 1);
  expect(recorder.accessKeys.size).toBe(0);
  expectSilence(denied);
});
