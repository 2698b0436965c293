import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { TERRAFORM_FOLDER } from "../../ci/terraform/code.js";
import { EMULATOR_CREDENTIALS, EMULATOR_FILES } from "../../ci/terraform/emulator.js";
import type { Environment, Step, StepResult } from "../../ci/terraform/environment.js";
import { TERRAFORM_ENV } from "../../ci/terraform/steps.js";

/** What a local environment is made of. */
export interface LocalOptions {
  /** The Terraform code; it is copied, as the container's is. */
  source: string;
  /** Files that the copy gets beside it: path → text. */
  files: Readonly<Record<string, string>>;
  /** A folder of the caller's. What is kept beyond the environment is kept there, in `keep/`. */
  scratch: string;
  /** Where the executables of the steps are: name → path. Others are searched for. */
  tools: Readonly<Record<string, string>>;
  /** A filesystem mirror of providers; the public registry where there is none. */
  mirror: string | undefined;
  /** The emulator, on loopback. */
  endpoint: string;
  /** Environment variables for every step, such as the emulator's dummy credentials. */
  env: Readonly<Record<string, string>>;
  /** Called with each step before it runs, and with what ends it: at once with its children, or by a signal to it alone. */
  onStep?: (step: Step, kill: (signal?: "SIGTERM") => void) => void;
}

/** Where the emulator and the code are, for `describeEmulated`. */
export type EmulatedOptions = Pick<LocalOptions, "scratch" | "mirror" | "endpoint"> & {
  /** The repository, a copy that was filled in. */
  root: string;
  /** Path of the executable. */
  terraform: string;
};

/** The options of an environment against the emulator: its override file, its dummy credentials, `terraform/` of a repository. */
export function describeEmulated({ root, terraform, ...options }: EmulatedOptions): LocalOptions {
  return {
    ...options,
    source: join(root, TERRAFORM_FOLDER),
    files: EMULATOR_FILES,
    tools: { terraform },
    env: {
      AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
    },
  };
}

/** A local environment and its end: what still runs is ended, and the copy is removed. */
export interface LocalEnvironment extends Environment {
  remove(): Promise<void>;
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * Runs steps as processes of this machine, for rehearsals and tests only: the argv of the container, without the container.
 * Throws for anything but a loopback endpoint, for only the container is the predefined environment.
 */
export async function openLocalEnvironment(options: LocalOptions): Promise<LocalEnvironment> {
  requireLoopback(options.endpoint);
  const { source, files, scratch, mirror } = options;
  const keepFolder = join(scratch, "keep");
  await mkdir(keepFolder, { recursive: true });
  const folder = await mkdtemp(join(scratch, "terraform-"));
  const work = join(folder, "work");
  await cp(source, work, { recursive: true, filter: (path) => basename(path) !== ".terraform" });
  for (const [path, text] of Object.entries(files)) await writeFile(join(work, path), text);
  const config = join(folder, "terraform.rc");
  await writeFile(config, formatConfig(mirror));
  // Nothing of the caller's own AWS configuration: HOME has none, and no other variable is passed on.
  const env = {
    ...TERRAFORM_ENV,
    ...options.env,
    AWS_ENDPOINT_URL: options.endpoint,
    HOME: folder,
    PATH: process.env.PATH ?? "",
    TF_CLI_CONFIG_FILE: config,
  };
  const running = new Map<ChildProcess, Promise<StepResult>>();
  let removed = false;
  return {
    keepFolder,
    run: (step) => {
      if (removed) throw new Error(`${step.argv[0]} was not run: its environment is removed`);
      const { child, result } = startProcess(step, { cwd: work, env }, options);
      running.set(child, result);
      return result.finally(() => running.delete(child));
    },
    remove: async () => {
      removed = true;
      for (const child of running.keys()) killGroup(child);
      await Promise.allSettled(running.values());
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startProcess(
  step: Step,
  place: { cwd: string; env: Record<string, string> },
  { tools, onStep }: LocalOptions,
): { child: ChildProcess; result: Promise<StepResult> } {
  const [tool = "", ...args] = step.argv;
  const child = spawn(tools[tool] ?? tool, args, { ...place, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const result = new Promise<StepResult>((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", reject);
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

/** https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation */
function formatConfig(mirror: string | undefined): string {
  if (mirror === undefined) return "";
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}

function requireLoopback(endpoint: string): void {
  if (LOOPBACK.has(new URL(endpoint).hostname)) return;
  throw new Error(
    `endpoint ${endpoint}: Terraform runs outside its container only against an emulator on this machine. Nothing was run. Next: run dagger call tf-plan, which runs in the container`,
  );
}
