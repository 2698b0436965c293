import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { IMPORTS_PATH } from "../../../ci/bootstrap/imports.js";
import { steerEmulator } from "../../../ci/emulator/client.js";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { rehearse } from "../../../ci/rehearsal/rehearse.js";
import type { Stage } from "../../../ci/rehearsal/stage.js";
import { type NativeStage, startNativeStage } from "../../native/native-stage.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";

/** What is left of a rehearsal: files in the temporary folder it had for itself, processes that run in one. */
interface Remains {
  files: string[];
  processes: string[];
}

/** `npm run rehearse` without an engine; interrupted when it is time, by what it said and what runs, and again while it cleans. */
async function runNatively(
  isTime?: (said: string, processes: readonly string[]) => boolean,
): Promise<{ code: number | null; stdout: string; stderr: string } & Remains> {
  const TMPDIR = await mkdtemp(join(tmpdir(), "genesis-test-"));
  onTestFinished(() => rm(TMPDIR, { recursive: true, force: true }));
  const child = spawn(process.execPath, ["--import", "tsx", "dev/native/rehearse.ts", "--native"], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [stdout] = await Promise.all([
    text(child.stdout),
    once(child, "close"),
    isTime && interruptTwice(child, async () => isTime(stderr, await listProcesses(TMPDIR))),
  ]);
  // tsx keeps its cache in the temporary folder.
  const files = (await readdir(TMPDIR)).filter((name) => !name.startsWith("tsx-"));
  return { code: child.exitCode, stdout, stderr, files, processes: await listProcesses(TMPDIR) };
}

async function interruptTwice(child: ChildProcess, isTime: () => Promise<boolean>): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && !(await isTime())) await setTimeout(20);
  child.kill("SIGINT");
  await setTimeout(50);
  child.kill("SIGINT");
}

/** The commands of the processes that work in a folder or know it from their environment. */
async function listProcesses(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["axeww", "-o", "stat=,command="], { maxBuffer: 64 << 20 });
  return stdout.split("\n").filter((line) => line.includes(folder) && !line.trimStart().startsWith("Z"));
}

describe("npm run rehearse", () => {
  it("goes through to its report, says first and last where it ran, and leaves nothing behind", async () => {
    const { code, stdout, stderr, files, processes } = await runNatively();
    expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
    expect(stderr.split("\n")[0]).toMatch(/^Native: /);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^Native: /);
    for (const row of [
      "| 2 | Publish again | nothing was built and nothing was pushed |",
      "| 9 | Plan again | no changes; adopt emptied the imports |",
    ]) {
      expect(stdout).toContain(row);
    }
    expect({ files, processes }).toEqual({ files: [], processes: [] });
  });

  it.each<[what: string, isTime: NonNullable<Parameters<typeof runNatively>[0]>]>([
    ["it publishes", (said) => said.includes("1. Publish")],
    [
      "Terraform and its provider run",
      (said, running) =>
        said.includes("7. The first apply") && running.some((line) => line.includes("terraform-provider")),
    ],
  ])("leaves nothing behind when it is interrupted twice as %s", async (_, isTime) => {
    const { code, files, processes } = await runNatively(isTime);
    expect({ code, files, processes }).toEqual({ code: 130, files: [], processes: [] });
  });
});

describe("a broken step turns a rehearsal red", () => {
  type Break = (stage: Stage, native: NativeStage) => Partial<Stage>;

  /** Does something after a publish with this result. */
  const afterPublish =
    (status: "built" | "unchanged", act: (stage: Stage, native: NativeStage) => Promise<void>): Break =>
    (stage, native) => ({
      publish: async () => {
        const results = await stage.publish();
        if (results.some((result) => result.status === status)) await act(stage, native);
        return results;
      },
    });
  /** Does something before each use of Terraform. */
  const beforeTerraform =
    (act: (stage: Stage) => Promise<unknown>): Break =>
    (stage) => ({ useTerraform: async (use) => act(stage).then(() => stage.useTerraform(use)) });

  it.each<[what: string, change: Break, said: readonly string[]]>([
    [
      "the registry ends between two publishes",
      afterPublish("built", async (_, { registry }) => registry.kill()),
      ["[registry-unavailable]", "step 2, Publish again"],
    ],
    [
      "a second publish builds again",
      (stage) => ({
        publish: async () => (await stage.publish()).map((result) => ({ ...result, status: "built" })),
      }),
      ['status: expected ["unchanged"], and saw ["built"]', "step 2, Publish again"],
    ],
    [
      "the emulator dies between two steps",
      afterPublish("unchanged", async ({ emulatorUrl }) => {
        await fetch(`${emulatorUrl}/_emulator/kill`, { method: "POST" });
        await vi.waitUntil(
          () =>
            fetch(emulatorUrl).then(
              () => false,
              () => true,
            ),
          { timeout: 30 * 60_000 },
        );
      }),
      ["step 3, Make an organization that people have used for years"],
    ],
    [
      "what is there would be made again",
      beforeTerraform(async ({ root }) => {
        const path = join(root, IMPORTS_PATH);
        const block = /import \{\n {2}to = aws_organizations_organizational_unit\.this\["sandbox"\]\n.*\n\}\n/;
        await writeFile(path, (await readFile(path, "utf8")).replace(block, ""));
      }),
      ["DuplicateOrganizationalUnitException", "step 7, The first apply"],
    ],
    [
      "something is gone that was there",
      beforeTerraform(({ emulatorUrl }) =>
        useClients(emulatorUrl, async ({ organizations }) => {
          const ServicePrincipal = "securityhub.amazonaws.com";
          const { DelegatedAdministrators = [] } = await organizations.listDelegatedAdministrators({
            ServicePrincipal,
          });
          for (const { Id: AccountId } of DelegatedAdministrators) {
            await organizations.deregisterDelegatedAdministrator({ AccountId, ServicePrincipal });
          }
        }),
      ),
      ['securityhub.amazonaws.com\\"}: true → gone', "step 8, Read back what was there"],
    ],
    [
      "a lock was left behind",
      beforeTerraform(async ({ root, emulatorUrl }) => {
        const { state } = JSON.parse(await readFile(join(root, "genesis.json"), "utf8"));
        const lock = { ID: "left-behind", Operation: "OperationTypeApply", Who: "ada@laptop", Version: "1.11.4" };
        const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request";
        const body = JSON.stringify({ ...lock, Created: "2026-11-20T08:00:00Z" });
        await fetch(`${emulatorUrl}/${state.bucket}/${state.key}.tflock`, {
          method: "PUT",
          headers: { authorization },
          body,
        });
      }),
      ["[state-locked]", "step 7"],
    ],
    [
      "AWS throttles without end",
      beforeTerraform(({ emulatorUrl }) => {
        const fault = { service: "organizations", operation: "CreatePolicy", code: "TooManyRequestsException" };
        return steerEmulator(emulatorUrl).setFault(fault);
      }),
      ["[aws-throttled]", "TooManyRequestsException", "step 7"],
    ],
  ])("where %s", async (_, change, said) => {
    const native = await startNativeStage();
    onTestFinished(() => native.close());
    const broken = { ...native.stage, ...change(native.stage, native) };
    const { message } = await expectError("rehearsal-failed", () => rehearse(broken, () => {}));
    for (const each of said) expect(message).toContain(each);
  });
});
