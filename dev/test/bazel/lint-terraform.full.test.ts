import { execFile } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { INIT_STEP, LINT_STEPS } from "../../../ci/terraform/lint.js";
import { ROOT } from "../../tools/find-tool.js";
import { writeExecutable } from "../fixtures/programs.js";
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
  const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(join(ROOT, "bazel", "lint_terraform.sh"), args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
  return { code, output, steps: (await readFile(log, "utf8")).trimEnd().split("\n") };
}

it("//terraform:lint runs the steps of tf-lint, which pass", async () => {
  expect(await runScript("nothing")).toEqual({ code: 0, output: "", steps: STEPS });
});

it("//terraform:lint runs all of them where one fails, and names that one", async () => {
  expect(await runScript("validate")).toEqual({ code: 1, output: "Failed: validate\n", steps: STEPS });
});

it("//terraform:lint stops where init fails, for then no step says anything", async () => {
  expect(await runScript("init")).toEqual({ code: 1, output: "", steps: STEPS.slice(0, 1) });
});
