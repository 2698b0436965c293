import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMissing } from "../../ci/lib/files.js";
import {
  formatLogin,
  LOGIN_FOLDER,
  type Tool,
  type ToolEnvironment,
  type ToolRegistry,
  type ToolResult,
  type ToolStep,
} from "../../ci/signing/environment.js";
import { refuseTool } from "../../ci/signing/failures.js";

/** What a local tool environment is made of. */
export interface LocalToolOptions {
  registry: ToolRegistry;
  /** Where the executables are; a tool without one is missing. */
  tools: Readonly<Partial<Record<Tool, string>>>;
  /** Variables for every step, such as where a test keeps a database. */
  env?: Readonly<Record<string, string>>;
  /** Called with each process before it starts: its argv and its environment as the system would show them. */
  onStart?: (process: { argv: readonly string[]; env: Readonly<Record<string, string>> }) => void;
}

/** Runs the steps of the containers as processes of this machine, for tests only. Each has a work folder and a home of its own. */
export function openLocalTools(options: LocalToolOptions): ToolEnvironment {
  return { registry: options.registry, run: (step) => runStep(step, options) };
}

async function runStep(step: ToolStep, options: LocalToolOptions): Promise<ToolResult> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-tool-"));
  try {
    return await runIn(folder, step, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, step: ToolStep, options: LocalToolOptions): Promise<ToolResult> {
  const executable = options.tools[step.tool];
  if (executable === undefined) throw refuseTool(step.tool, "there is no such executable");
  const work = join(folder, "work");
  await mkdir(work);
  for (const [name, text] of Object.entries(step.files ?? {})) await writeFile(join(work, name), text);
  const login = step.pushes ? await formatLogin(options.registry) : undefined;
  const loginFolder = join(folder, LOGIN_FOLDER);
  if (login !== undefined) {
    await mkdir(loginFolder);
    await writeFile(join(loginFolder, "config.json"), login, { mode: 0o600 });
  }
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    ...options.env,
    ...step.env,
    ...step.secrets,
    ...(login !== undefined && { DOCKER_CONFIG: loginFolder }),
  };
  options.onStart?.({ argv: [executable, ...step.args], env });
  const result = await startProcess(executable, step, { cwd: work, env });
  return { ...result, output: step.output === undefined ? undefined : await readOutput(join(work, step.output)) };
}

function startProcess(executable: string, step: ToolStep, place: { cwd: string; env: Record<string, string> }) {
  const child = spawn(executable, step.args, { ...place, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise<Omit<ToolResult, "output">>((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", (cause) => reject(refuseTool(step.tool, "the executable could not be started", { cause })));
    child.once("close", (code) =>
      resolve({
        exitCode: code ?? 137,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

async function readOutput(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
