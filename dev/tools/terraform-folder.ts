import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { INIT_STEP } from "../../ci/terraform/lint.js";
import { findMirror } from "./find-mirror.js";
import { findTool, ROOT } from "./find-tool.js";

/** Go's collector takes a third of the time of a plan, which ends before it needs much memory. */
export const QUICK_GO = { GOGC: "off", GOMEMLIMIT: "1GiB" };

/** What a run came to. */
export interface RunResult {
  code: number;
  /** Standard output and error, without colours. */
  output: string;
}

/** A copy of terraform/ with its providers installed. */
export interface TerraformFolder {
  path: string;
  /** Runs a tool by its argv. */
  run(argv: readonly string[]): Promise<RunResult>;
  terraform(args: readonly string[]): Promise<RunResult>;
  remove(): Promise<void>;
}

/** Copies terraform/ and installs the locked providers, from a filesystem mirror where there is one, else from the registry. */
export async function makeTerraformFolder(): Promise<TerraformFolder> {
  const path = await mkdtemp(join(tmpdir(), "genesis-terraform-"));
  const filter = (source: string) => basename(source) !== ".terraform";
  await cp(join(ROOT, "terraform"), path, { recursive: true, filter });
  // A configuration of the machine that is not there, or names other mirrors, must not decide.
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
  const env = { ...inherited, ...QUICK_GO, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const runTool = async ([tool, ...args]: readonly string[]): Promise<RunResult> => {
    if (tool !== "terraform" && tool !== "tflint") throw new Error(`${tool} is no tool of the environment`);
    const options = { cwd: path, env, maxBuffer: 1 << 26 };
    return promisify(execFile)(await findTool(tool), args, options).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );
  };
  const terraform = (args: readonly string[]) => runTool(["terraform", ...args]);
  const mirror = await findMirror();
  const source = mirror === undefined ? [] : [`-plugin-dir=${mirror}`];
  const init = await runTool([...INIT_STEP.argv, ...source]);
  if (init.code !== 0) throw new Error(`terraform init failed:\n${init.output}`);
  return { path, run: runTool, terraform, remove: () => rm(path, { recursive: true, force: true }) };
}
