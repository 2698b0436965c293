import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { INIT_STEP, LINT_STEPS } from "../../../ci/terraform/lint.js";
import { ROOT } from "../../tools/find-tool.js";
import { writeExecutable } from "../fixtures/programs.js";
import { runProgram } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const STEPS = [INIT_STEP, ...LINT_STEPS].map((step) => step.argv.join(" "));

/**
 * Runs bazel/lint_terraform.sh as Bazel's test runner would: in a folder with the code below it, tools by relative paths. The tools note
 * their arguments and fail where `failing` is the first of them, or where they are not in a copy of the code.
 */
async function runScript(failing: string): Promise<{ code: number; output: string; steps: string[] }> {
  const folder = await makeTemporaryFolder();
  const log = join(folder, "log");
  await cp(join(ROOT, "terraform", "versions.tf"), join(folder, "terraform", "versions.tf"));
  for (const tool of ["terraform", "tflint"]) {
    const script = `printf '%s\\n' "${tool} $*" >>'${log}'\n[ -f versions.tf ] && [ "$1" != '${failing}' ]`;
    await writeExecutable(join(folder, `${tool}_tool`), `#!/bin/sh\n${script}\n`);
  }
  const options = { cwd: folder, env: { ...process.env, TEST_TMPDIR: folder } };
  const args = ["terraform_tool", "tflint_tool", "terraform"];
  const script = join(ROOT, "bazel", "lint_terraform.sh");
  const { code, stdout, stderr } = await runProgram(script, args, options);
  return { code, output: stdout + stderr, steps: (await readFile(log, "utf8")).trimEnd().split("\n") };
}

it.each([
  ["the steps of tf-lint, which pass", "nothing", 0, "", STEPS],
  ["all of them where one fails, and names that one", "validate", 1, "Failed: validate\n", STEPS],
  ["no step where init fails, for then none says anything", "init", 1, "", STEPS.slice(0, 1)],
])("//terraform:lint runs %s", async (_, failing, code, output, steps) => {
  expect(await runScript(failing)).toEqual({ code, output, steps });
});
