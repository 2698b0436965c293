import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Container, ReturnType } from "@dagger.io/dagger";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { concludeLint, INIT_STEP, LINT_STEPS, type LintResult, type LintStep } from "../terraform/lint.js";
import { parsePolicy } from "../terraform/policy.js";
import { runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

const POLICIES = "terraform/policies";

/** Lints the Terraform code in the predefined environment: every step runs, whatever the others say. */
export async function runTfLint(workspace: Workspace): Promise<string> {
  await checkPolicies(workspace);
  const container = withStep(await runTerraform(workspace), INIT_STEP);
  const initialized = await readResult(INIT_STEP, container);
  if (initialized.exitCode !== 0) return concludeLint([initialized]);
  return concludeLint(await Promise.all(LINT_STEPS.map((step) => readResult(step, withStep(container, step)))));
}

async function checkPolicies(workspace: Workspace): Promise<void> {
  const errors: GenesisError[] = [];
  for (const name of (await readdir(join(workspace.root, POLICIES))).sort()) {
    const path = `${POLICIES}/${name}`;
    await collectErrors(errors, async () => parsePolicy(await readText(join(workspace.root, path), path), path));
  }
  throwErrors(errors);
}

function withStep(container: Container, step: LintStep): Container {
  return container.withExec([...step.argv], { expect: ReturnType.Any });
}

async function readResult(step: LintStep, container: Container): Promise<LintResult> {
  const exitCode = await container.exitCode();
  return { name: step.name, exitCode, output: (await container.stdout()) + (await container.stderr()) };
}
