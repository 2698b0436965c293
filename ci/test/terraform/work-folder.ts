import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { findTool, ROOT } from "../tools/find-tool.js";
import { findMirror } from "./find-mirror.js";

/** What a run of terraform came to. */
export interface TerraformResult {
  code: number;
  /** Standard output and error, without colours. */
  output: string;
}

/** A copy of terraform/ with its providers installed. */
export interface WorkFolder {
  path: string;
  terraform(args: readonly string[]): Promise<TerraformResult>;
  remove(): Promise<void>;
}

/** Copies terraform/ and installs the locked providers, from a filesystem mirror where there is one, else from the registry. */
export async function makeWorkFolder(): Promise<WorkFolder> {
  const path = await mkdtemp(join(tmpdir(), "genesis-terraform-"));
  const filter = (source: string) => basename(source) !== ".terraform";
  await cp(join(ROOT, "terraform"), path, { recursive: true, filter });
  const executable = await findTool("terraform");
  // A configuration of the machine that is not there, or names other mirrors, must not decide.
  const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
  const terraform = async (args: readonly string[]): Promise<TerraformResult> => {
    const options = { cwd: path, env: { ...env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" }, maxBuffer: 1 << 26 };
    return promisify(execFile)(executable, [...args], options).then(
      ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        output: error.stdout + error.stderr,
      }),
    );
  };
  const mirror = await findMirror();
  const source = mirror === undefined ? [] : [`-plugin-dir=${mirror}`];
  const init = await terraform([
    "init",
    "-backend=false",
    "-input=false",
    "-lockfile=readonly",
    "-no-color",
    ...source,
  ]);
  if (init.code !== 0) throw new Error(`terraform init failed:\n${init.output}`);
  return { path, terraform, remove: () => rm(path, { recursive: true, force: true }) };
}
