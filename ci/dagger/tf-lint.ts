import { parseFormat } from "../lib/formats.js";
import { checkPolicies } from "../terraform/check-policies.js";
import { IMPORTS_FILE, readCode } from "../terraform/code.js";
import { concludeLint, lintCode } from "../terraform/lint.js";
import { openContainer, WORK_FOLDER } from "./run-step.js";
import { runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

/** Lints the Terraform code in the predefined environment: the policy documents first, then every step, whatever the others say. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(await readCode(workspace.root));
  const passed = { name: "policies", exitCode: 0, output: "" };
  // `terraform test` has no AWS, and its mocks cannot import.
  const container = (await runTerraform(workspace)).withoutFile(`${WORK_FOLDER}/${IMPORTS_FILE}`);
  return concludeLint([passed, ...(await lintCode(openContainer(container, { cached: true })))], parsed);
}
