import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Container, ReturnType } from "@dagger.io/dagger";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import { readText } from "../lib/files.js";
import { parseFormat } from "../lib/formats.js";
import {
  concludeLint,
  INIT_STEP,
  LINT_STEPS,
  type LintResult,
  type LintStep,
  POLICIES_STEP,
} from "../terraform/lint.js";
import { QUIETLY, readQuietly, withQuietFolder } from "./quiet.js";
import { runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

const POLICIES = "terraform/policies";

/** Lints the Terraform code in the predefined environment: every step runs, whatever the others say; then its policies are proved. */
export async function runTfLint(workspace: Workspace, format: string): Promise<string> {
  const parsed = parseFormat(format);
  await checkPolicies(workspace);
  const container = withStep(await runTerraform(workspace), INIT_STEP);
  const initialized = await readResult(INIT_STEP, container);
  if (initialized.exitCode !== 0) return concludeLint([initialized], parsed);
  const results = await Promise.all(LINT_STEPS.map((step) => readResult(step, withStep(container, step))));
  const lint = concludeLint(results, parsed);
  const { name } = POLICIES_STEP;
  const output = await provePolicies(container);
  return parsed === "json"
    ? concludeLint([...results, { name, exitCode: 0, output }], parsed)
    : `${lint}${name}: ${output}\n`;
}

/** Quietly: the plan holds the schema of the provider, 13 MB. Whatever the step came to, its output says why there is no plan. */
async function provePolicies(container: Container): Promise<string> {
  const argv = [...QUIETLY, ...POLICIES_STEP.argv];
  const planned = withQuietFolder(container).withExec(argv, { expect: ReturnType.Any });
  // Loaded by the call that needs it only.
  const { checkProof, provePolicies: prove } = await import("../policies/prove.js");
  return checkProof(prove((await readQuietly(planned)).stdout));
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

function withStep(container: Container, step: LintStep): Container {
  return container.withExec([...step.argv], { expect: ReturnType.Any });
}

async function readResult(step: LintStep, container: Container): Promise<LintResult> {
  const exitCode = await container.exitCode();
  return { name: step.name, exitCode, output: (await container.stdout()) + (await container.stderr()) };
}
