import { rm } from "node:fs/promises";
import { join } from "node:path";
import { LOCK_FILE, TERRAFORM_FOLDER, UNTESTED_FILES } from "../../ci/terraform/code.js";
import { INIT_STEP } from "../../ci/terraform/lint.js";
import { configureMirror } from "../native/open-terraform.js";
import { openProcesses, type ProcessRunner } from "../native/run-step.js";
import { findMirror } from "./find-mirror.js";
import { findTool, ROOT } from "./find-tool.js";

/**
 * Copies terraform/, but for what is imported and moved, and installs the providers. `more` are tools that its steps run beside Terraform.
 */
export async function makeTerraformFolder(more: readonly "tflint"[] = []): Promise<ProcessRunner> {
  const tools: Record<string, string> = {};
  for (const tool of ["terraform" as const, ...more]) tools[tool] = await findTool(tool);
  const mirror = await findMirror();
  const { env, files } = configureMirror(mirror.path);
  const runner = await openProcesses({
    source: join(ROOT, TERRAFORM_FOLDER),
    tools,
    env,
    files: { ...files, [LOCK_FILE]: mirror.lock },
  });
  for (const path of UNTESTED_FILES) await rm(join(runner.folder, path), { force: true });
  const { exitCode, stderr } = await runner.run(INIT_STEP);
  if (exitCode === 0) return runner;
  await runner.remove();
  throw new Error(`terraform init failed:\n${stderr}`);
}
