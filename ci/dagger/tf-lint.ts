import { type Container, ReturnType } from "@dagger.io/dagger";
import { parseFormat } from "../lib/formats.js";
import { checkPolicies } from "../terraform/check-policies.js";
import { readCode } from "../terraform/code.js";
import { concludeLint, INIT_STEP, LINT_STEPS, type LintResult, type LintStep } from "../terraform/lint.js";
import { runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

/** Lints the Terraform code in the predefined environment: the policy documents first, then every step, whatever the others say. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(await readCode(workspace.root));
  const container = withStep(await runTerraform(workspace), INIT_STEP);
  const initialized = await readResult(INIT_STEP, container);
  if (initialized.exitCode !== 0) return concludeLint([initialized], parsed);
  const results = await Promise.all(LINT_STEPS.map((step) => readResult(step, withStep(container, step))));
  return concludeLint([{ name: "policies", exitCode: 0, output: "" }, ...results], parsed);
}

function withStep(container: Container, step: LintStep): Container {
  return container.withExec([...step.argv], { expect: ReturnType.Any });
}

async function readResult(step: LintStep, container: Container): Promise<LintResult> {
  const exitCode = await container.exitCode();
  return { name: step.name, exitCode, output: (await container.stdout()) + (await container.stderr()) };
}
