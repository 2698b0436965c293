import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { parseFormat } from "../lib/formats.js";
import type { Run } from "../lib/step.js";
import { concludeLint, lintCode, POLICIES_STEP } from "../terraform/lint.js";
import { openContainer } from "./run-step.js";
import { runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

const POLICIES = "terraform/policies";

/** Lints the Terraform code in the predefined environment: every step runs, whatever the others say; then its policies are proved. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(workspace);
  const run = openContainer(await runTerraform(workspace), { cached: true });
  const results = await lintCode(run);
  const lint = concludeLint(results, parsed);
  const { name } = POLICIES_STEP;
  const output = await provePolicies(run);
  return parsed === "json"
    ? concludeLint([...results, { name, exitCode: 0, output }], parsed)
    : `${lint}${name}: ${output}\n`;
}

/** Whatever the step came to, its output says why there is no plan. */
async function provePolicies(run: Run): Promise<string> {
  const { stdout } = await run(POLICIES_STEP);
  // Loaded by the call that needs it only.
  const { checkProof, provePolicies: prove } = await import("../policies/prove.js");
  return checkProof(prove(stdout));
}

async function checkPolicies(workspace: Workspace): Promise<void> {
  const { parsePolicy } = await import("../policies/document.js");
  const errors: GenesisError[] = [];
  for (const name of (await readdir(join(workspace.root, POLICIES))).sort()) {
    const path = `${POLICIES}/${name}`;
    await collectErrors(errors, async () =>
      parsePolicy(await readText(join(workspace.root, path), path), path, "control"),
    );
  }
  throwErrors(errors);
}
