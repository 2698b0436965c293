import { existsSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { StepResult } from "../../../ci/lib/step.js";
import { openProcesses, type ProcessOptions } from "../../native/run-step.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { describeRunner } from "./describe-runner.js";

describe("a runner of processes", () => {
  describeRunner(async (steps) => {
    const runner = await openProcesses();
    const shown = vi.spyOn(process.stdout, "write");
    const results: StepResult[] = [];
    let error: string | undefined;
    try {
      for (const step of steps) results.push(await runner.run(step));
    } catch (thrown) {
      error = (thrown as Error).message;
    } finally {
      await runner.remove();
    }
    return { results, ...(error !== undefined && { error }), shown: shown.mock.calls.join("\n") };
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    "https://sts.amazonaws.com",
    "http://10.0.0.1:5000",
    "http://127.0.0.1.evil.test:5000",
    "http://localhost.evil.test",
  ])("refuses the endpoint %s, and makes nothing", async (endpoint) => {
    await expect(openProcesses({ endpoint, scratch: "/nowhere" })).rejects.toThrow("only against an emulator");
  });

  it("hands on nothing of the caller's environment but where executables are", async () => {
    vi.stubEnv("AWS_PROFILE", "production");
    const scratch = await makeTemporaryFolder();
    const runner = await openProcesses({ scratch, endpoint: "http://127.0.0.1:9", env: { OPEN: "1" } });
    const { stdout } = await runner.run({ argv: ["env"] });
    await runner.remove();
    const names = stdout.split("\n").map((line) => line.replace(/=.*/, ""));
    const own = names.filter((name) => !["", "_", "PWD", "SHLVL"].includes(name)).sort();
    expect(own).toEqual(["AWS_ENDPOINT_URL", "HOME", "OPEN", "PATH"]);
    expect(stdout).toContain(`HOME=${scratch}/`);
  });

  it.each(["killed", "removed"])("ends a step with its children when it is %s, and leaves nothing", async (end) => {
    let kill: (() => void) | undefined;
    const options: ProcessOptions = { onStep: (_, each) => (kill = each) };
    const runner = await openProcesses(options);
    // The child keeps the pipe open: the result waits for it, and so it comes only when the child has ended too.
    const running = runner.run({ argv: ["sh", "-c", "sleep 1000 & touch started; wait"] });
    await vi.waitUntil(() => existsSync(`${runner.folder}/started`), { timeout: 30 * 60_000 });
    if (end === "killed") kill?.();
    else await runner.remove();
    expect((await running).exitCode).toBe(137);
    await runner.remove();
    expect(existsSync(runner.folder)).toBe(false);
    await expect(runner.run({ argv: ["true"] })).rejects.toThrow("its folder is removed");
  });
});
