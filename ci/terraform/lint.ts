import { GenesisError } from "../lib/errors.js";
import type { Format } from "../lib/formats.js";

/** One command of a lint: what runs, in the folder of the code. */
export interface LintStep {
  name: string;
  argv: readonly string[];
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

/** What a step came to. */
export interface LintResult {
  name: string;
  exitCode: number;
  /** Standard output and error. */
  output: string;
}

/** A line for each step, or JSON. Throws `lint-failed` with the whole output of each step that failed; with all of them as JSON. */
export function concludeLint(results: readonly LintResult[], format: Format = "table"): string {
  const failed = results.filter((result) => result.exitCode !== 0);
  const json = `${JSON.stringify(
    results.map(({ name, exitCode, output }) => ({ name, passed: exitCode === 0, exitCode, output })),
    null,
    2,
  )}\n`;
  if (failed.length === 0) {
    return format === "json" ? json : `${results.map((result) => `${result.name}: passed`).join("\n")}\n`;
  }
  const outputs = failed.map((result) => `${result.name}: exit ${result.exitCode}\n${result.output.trimEnd()}`);
  throw new GenesisError({
    code: "lint-failed",
    subject: "terraform/",
    fact: `${failed.map((result) => result.name).join(", ")} failed`,
    details: format === "json" ? json : outputs.join("\n\n"),
  });
}
