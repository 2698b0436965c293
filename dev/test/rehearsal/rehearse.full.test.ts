import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { steerEmulator } from "../../../ci/emulator/client.js";
import { editData } from "../../../ci/rehearsal/data.js";
import { rehearse } from "../../../ci/rehearsal/rehearse.js";
import type { Stage } from "../../../ci/rehearsal/stage.js";
import { type NativeStage, startNativeStage } from "../../native/native-stage.js";
import { openTerraform } from "../../native/open-terraform.js";
import { ROOT } from "../../tools/find-tool.js";
import { expectError } from "../fixtures/errors.js";

const TIMEOUT = 400_000;

/** What is left of a rehearsal: files in the temporary folder it had for itself, processes that run in one. */
interface Remains {
  files: string[];
  processes: string[];
}

/** `npm run rehearse` without an engine, interrupted some time after it printed a text, and again while it cleans. */
async function runNatively(interrupt?: {
  after: string;
  milliseconds: number;
}): Promise<{ code: number; stdout: string; stderr: string } & Remains> {
  const TMPDIR = await mkdtemp(join(tmpdir(), "genesis-test-"));
  try {
    const ended = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "dev/native/rehearse.ts", "--native"], {
        cwd: ROOT,
        env: { ...process.env, TMPDIR },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let [stdout, stderr, interrupted] = ["", "", false];
      child.stdout.on("data", (chunk) => {
        stdout += chunk;
      });
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        if (interrupted || interrupt === undefined || !stderr.includes(interrupt.after)) return;
        interrupted = true;
        for (const late of [0, 50]) setTimeout(() => child.kill("SIGINT"), interrupt.milliseconds + late);
      });
      child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
    // tsx keeps its cache in the temporary folder.
    const files = (await readdir(TMPDIR)).filter((name) => !name.startsWith("tsx-"));
    return { ...ended, files, processes: await listProcesses(TMPDIR) };
  } finally {
    await rm(TMPDIR, { recursive: true, force: true });
  }
}

/** The commands of the processes that work in a folder or know it from their environment. */
async function listProcesses(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["axeww", "-o", "stat=,command="], { maxBuffer: 64 << 20 });
  return stdout.split("\n").filter((line) => line.includes(folder) && !line.trimStart().startsWith("Z"));
}

describe("npm run rehearse", () => {
  it("goes through to its report, says first and last where it ran, and leaves nothing behind", {
    timeout: TIMEOUT,
  }, async () => {
    const { code, stdout, stderr, files, processes } = await runNatively();
    expect(`${code} ${code === 0 ? "" : stderr}`).toBe("0 ");
    expect(stderr.split("\n")[0]).toMatch(/^Native: /);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^Native: /);
    for (const row of [
      "| 2 | Publish again | nothing was built and nothing was pushed |",
      "| 8 | Plan again | no changes |",
    ]) {
      expect(stdout).toContain(row);
    }
    expect({ files, processes }).toEqual({ files: [], processes: [] });
  });

  it.each([
    { after: "1. Publish", milliseconds: 0 },
    // Terraform and its provider run by then.
    { after: "7. The first apply", milliseconds: 6000 },
  ])(
    "leaves nothing behind when it is interrupted twice, $milliseconds ms after $after",
    {
      timeout: TIMEOUT,
    },
    async (interrupt) => {
      const { code, files, processes } = await runNatively(interrupt);
      expect({ code, files, processes }).toEqual({ code: 130, files: [], processes: [] });
    },
  );
});

describe("a broken step turns a rehearsal red", { timeout: TIMEOUT }, () => {
  let native: NativeStage | undefined;
  afterEach(async () => {
    await native?.close();
    native = undefined;
  });

  /** Rehearses on a stage that `change` broke; the step that failed, and what it said. */
  async function fail(change: (stage: Stage) => Partial<Stage>): Promise<string> {
    native = await startNativeStage();
    const broken = { ...native.stage, ...change(native.stage) };
    return (await expectError("rehearsal-failed", () => rehearse(broken, () => {}))).message;
  }

  /** Breaks the repository or the services after the first publish, before Terraform starts. */
  const breakBefore = (change: (stage: Stage) => Promise<void>) =>
    fail((stage) => ({
      publish: async () => {
        const results = await stage.publish();
        if (results.some(({ status }) => status === "built")) await change(stage);
        return results;
      },
    }));

  it("where the registry ends between two publishes", async () => {
    const message = await breakBefore(async () => native?.registry.kill());
    expect(message).toContain("[registry-unavailable]");
    expect(message).toContain("step 2, Publish again");
  });

  it("where a second publish builds again", async () => {
    const message = await fail((stage) => ({
      publish: async () => (await stage.publish()).map((result) => ({ ...result, status: "built" })),
    }));
    expect(message).toContain('status: expected ["unchanged"], and saw ["built"]');
    expect(message).toContain("step 2, Publish again");
  });

  it("where the emulator dies between two steps", async () => {
    const message = await fail((stage) => ({
      publish: async () => {
        const results = await stage.publish();
        if (results.every(({ status }) => status === "unchanged")) {
          await fetch(`${stage.emulatorUrl}/_emulator/kill`, { method: "POST" });
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        return results;
      },
    }));
    expect(message).toContain("step 3, Make an organization by hand");
  });

  it("where a placeholder is left", async () => {
    const message = await fail((stage) => ({
      publish: async () => {
        await editData(stage.root, (text) => text.replace("aws@platform.test", "aws@example.com")).catch(() => {});
        return stage.publish();
      },
    }));
    expect(message).toMatch(/\[placeholder-left\] (?:.*\n+)?terraform\/organization\.auto\.tfvars:/);
  });

  it("where what is there would be made again", async () => {
    const message = await fail((stage) => ({
      useTerraform: async (use) => {
        await editData(stage.root, (text) => text.replace(/ {2}github = \{[^}]*\}\n/, "")).catch(() => {});
        return stage.useTerraform(use);
      },
    }));
    expect(message).toContain("imports: expected");
    expect(message).toContain("step 7, The first apply");
  });

  it("where somebody changes what adopt wrote", async () => {
    const message = await fail((stage) => ({
      useTerraform: async (use) => {
        await editData(stage.root, (text) => text.replace(/"ou-[^"]+"/, '"ou-gone-12345678"')).catch(() => {});
        return stage.useTerraform(use);
      },
    }));
    expect(message).toContain("[plan-failed]");
    expect(message).toContain("step 7, The first apply");
  });

  it("where the code would run a program", async () => {
    const message = await breakBefore(({ root }) =>
      writeFile(join(root, "terraform", "extra.tf"), 'data "external" "x" {\n  program = ["id"]\n}\n'),
    );
    expect(message).toContain("[code-forbidden] terraform/extra.tf");
    expect(message).toContain("step 5");
  });

  it("where the provider is not the locked one", async () => {
    const message = await breakBefore(async ({ root }) => {
      const path = join(root, "terraform", ".terraform.lock.hcl");
      await writeFile(path, (await readFile(path, "utf8")).replaceAll(/"(h1|zh):./g, '"$1:0'));
    });
    expect(message).toMatch(/\[(provider-mismatch|init-failed)\]/);
    expect(message).toContain("step 5");
  });

  it("where a lock was left behind", async () => {
    const message = await fail((stage) => ({
      useTerraform: async (use) => {
        const { state } = JSON.parse(await readFile(join(stage.root, "genesis.json"), "utf8"));
        const lock = {
          ID: "left-behind",
          Operation: "OperationTypeApply",
          Who: "ada@laptop",
          Version: "1.11.4",
          Created: "2026-11-20T08:00:00Z",
        };
        const authorization = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request";
        const url = `${stage.emulatorUrl}/${state.bucket}/${state.key}.tflock`;
        await fetch(url, { method: "PUT", headers: { authorization }, body: JSON.stringify(lock) });
        return stage.useTerraform(use);
      },
    }));
    expect(message).toContain("[state-locked]");
    expect(message).toContain("step 7");
  });

  it("where AWS throttles without end", async () => {
    const message = await breakBefore(({ emulatorUrl }) =>
      steerEmulator(emulatorUrl).setFault({
        service: "organizations",
        operation: "CreatePolicy",
        code: "TooManyRequestsException",
      }),
    );
    expect(message).toContain("[aws-throttled]");
    expect(message).toContain("TooManyRequestsException");
    expect(message).toContain("step 7");
  });

  it("where a step would leave this machine", async () => {
    const message = await fail((stage) => ({
      useTerraform: async (use) => {
        const options = { root: stage.root, scratch: stage.root, terraform: "terraform", mirror: undefined };
        const { run } = await openTerraform({ ...options, endpoint: "https://sts.amazonaws.com" });
        return use(run);
      },
    }));
    expect(message).toContain("only against an emulator on this machine");
    expect(message).toContain("step 5");
  });
});
