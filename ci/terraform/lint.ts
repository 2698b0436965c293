import { GenesisError } from "../lib/errors.js";
import type { Format } from "../lib/formats.js";
import type { Run, Step } from "../lib/step.js";

/** A step of a lint, by the name that its report has. */
export interface LintStep extends Step {
  name: string;
}

/** Installs the locked providers from the image's mirror; everything but the format needs them. */
export const INIT_STEP: LintStep = {
  name: "init",
  argv: ["terraform", "init", "-backend=false", "-input=false", "-lockfile=readonly", "-no-color"],
};

/** The checks of the Terraform code, none of which needs AWS. `terraform test` compares who may take which role with what is meant. */
export const LINT_STEPS: readonly LintStep[] = [
  { name: "format", argv: ["terraform", "fmt", "-check", "-diff", "-recursive", "-no-color"] },
  { name: "validate", argv: ["terraform", "validate", "-no-color"] },
  { name: "tflint", argv: ["tflint", "--no-color", "--format=compact"] },
  { name: "test", argv: ["terraform", "test", "-no-color"] },
];

export interface LintResult {
  name: string;
  exitCode: number;
  /** Standard output and error. */
  output: string;
}

/** Installs the providers and runs every check, whatever the others say; where nothing can be installed, that is all. */
export async function lintCode(run: Run): Promise<LintResult[]> {
  const initialized = await runCheck(run, INIT_STEP);
  if (initialized.exitCode !== 0) return [initialized];
  const results: LintResult[] = [];
  for (const step of LINT_STEPS) results.push(await runCheck(run, step));
  return results;
}

async function runCheck(run: Run, { name, ...step }: LintStep): Promise<LintResult> {
  const { exitCode, stdout, stderr } = await run(step);
  return { name, exitCode, output: stdout + stderr };
}

/** A line for each step, or JSON. Throws `lint-failed` with the whole output of each step that failed; with all of them as JSON. */
export function concludeLint(results: readonly LintResult[], format: Format = "table"): string {
  const failed = results.filter((result) => result.exitCode !== 0);
  const listed = results.map(({ name, exitCode, output }) => ({ name, passed: exitCode === 0, exitCode, output }));
  const json = `${JSON.stringify(listed, null, 2)}\n`;
  if (failed.length === 0) return format === "json" ? json : results.map(({ name }) => `${name}: passed\n`).join("");
  const outputs = failed.map((result) => `${result.name}: exit ${result.exitCode}\n${result.output.trimEnd()}`);
  throw new GenesisError({
    code: "lint-failed",
    subject: "terraform/",
    fact: `${failed.map((result) => result.name).join(", ")} failed`,
    details: format === "json" ? json : outputs.join("\n\n"),
  });
}
