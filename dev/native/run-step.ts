import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isMissing } from "../../ci/lib/files.js";
import { type Run, refuseExecutable, type Step, type StepResult } from "../../ci/lib/step.js";

/** Ends a step at once with all its children, or by a signal to it alone. */
export type Kill = (signal?: "SIGTERM") => void;

/** Where and with what processes run. */
export interface ProcessOptions {
  /** What the work folder is a copy of; it is empty otherwise. */
  source?: string;
  /** Files that the work folder gets: path → text. */
  files?: Readonly<Record<string, string>>;
  /** Where the executables of the steps are: name → path. Others are searched for. */
  tools?: Readonly<Record<string, string>>;
  /** Environment variables of every step. */
  env?: Readonly<Record<string, string>>;
  /** AWS as the steps see it: an emulator on loopback. */
  endpoint?: string;
  /** Where the runner's folder is made. */
  scratch?: string;
  /** Called with each step as it starts, and with what ends it. */
  onStep?: (step: Step, kill: Kill) => void;
}

/** Runs steps in one folder, until it is removed. */
export interface ProcessRunner {
  run: Run;
  /** The work folder. */
  folder: string;
  /** Ends what still runs, and removes the folder. */
  remove(): Promise<void>;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * Runs steps as processes of this machine, for rehearsals and tests only: the argv of the containers, without a container.
 * Throws for any endpoint but a loopback one, for only a container is the predefined environment.
 */
export async function openProcesses(options: ProcessOptions = {}): Promise<ProcessRunner> {
  const { source, files, endpoint, scratch = tmpdir() } = options;
  if (endpoint !== undefined) requireLoopback(endpoint);
  const home = await mkdtemp(join(scratch, "genesis-steps-"));
  const folder = join(home, "work");
  await mkdir(folder);
  if (source !== undefined) {
    await cp(source, folder, { recursive: true, filter: (path) => basename(path) !== ".terraform" });
  }
  await writeFiles(folder, files);
  // Nothing of the caller's own AWS configuration: HOME has none, and no other variable is passed on.
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    ...options.env,
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
  };
  const running = new Map<ChildProcess, Promise<StepResult>>();
  let removed = false;
  return {
    folder,
    run: async (step) => {
      await writeFiles(folder, step.files);
      await writeFiles(folder, step.secretFiles, 0o600);
      if (removed) throw new Error(`${step.argv[0]} was not run: its folder is removed`);
      const { child, result } = startProcess(step, { cwd: folder, env }, options);
      running.set(child, result);
      try {
        return await readOutput(folder, step, await result);
      } finally {
        running.delete(child);
        for (const path of Object.keys(step.secretFiles ?? {})) await rm(join(folder, path), { force: true });
      }
    },
    remove: async () => {
      removed = true;
      for (const child of running.keys()) killGroup(child);
      await Promise.allSettled(running.values());
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Runs each step in a folder of its own. */
export function runApart(options: ProcessOptions): Run {
  return async (step) => {
    const { run, remove } = await openProcesses(options);
    return run(step).finally(remove);
  };
}

function startProcess(
  step: Step,
  { cwd, env }: { cwd: string; env: Record<string, string> },
  { tools = {}, onStep }: ProcessOptions,
): { child: ChildProcess; result: Promise<StepResult> } {
  const [tool = "", ...args] = step.argv;
  const child = spawn(tools[tool] ?? tool, args, {
    cwd,
    env: { ...env, ...step.env, ...step.secrets },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result = new Promise<StepResult>((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", (cause) => reject(isMissing(cause) ? refuseExecutable(tool, { cause }) : cause));
    child.once("close", (code) =>
      resolve({
        exitCode: code ?? 137,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
  onStep?.(step, (signal) => (signal === undefined ? killGroup(child) : child.kill(signal)));
  return { child, result };
}

/** Ends a step with its children, as the end of a container would: a provider outlives a killed terraform. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
}

async function readOutput(folder: string, { output }: Step, result: StepResult): Promise<StepResult> {
  if (output === undefined || result.exitCode !== 0) return result;
  return { ...result, stdout: await readFile(join(folder, output), "utf8") };
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>> = {}, mode = 0o644): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode });
  }
}

function requireLoopback(endpoint: string): void {
  if (LOOPBACK.has(new URL(endpoint).hostname)) return;
  throw new Error(
    `endpoint ${endpoint}: Terraform runs outside its container only against an emulator on this machine. Nothing was run. Next: run dagger call tf-plan, which runs in the container`,
  );
}
