import { execFile } from "node:child_process";
import { appendFile, chmod, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { INIT_STEP, LINT_STEPS } from "../../../ci/terraform/lint.js";
import { findMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

const SCRIPT = join(ROOT, "bazel", "lint_terraform.sh");

/** Runs the script as Bazel's test runner would: in a folder with the code below it, tools by relative paths. */
async function runScript(folder: string, env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
  const options = { cwd: folder, env: { ...inherited, TEST_TMPDIR: folder, CHECKPOINT_DISABLE: "1", ...env } };
  return new Promise((resolve) => {
    execFile(SCRIPT, ["terraform_tool", "tflint_tool", "terraform"], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

/** A folder with the code, and tools that run `script`. */
async function makeFolder(script: (tool: "terraform" | "tflint") => string): Promise<string> {
  const folder = await makeTemporaryFolder();
  await cp(join(ROOT, "terraform"), join(folder, "terraform"), {
    recursive: true,
    filter: (path) => !path.endsWith(".terraform"),
  });
  for (const tool of ["terraform", "tflint"] as const) {
    await writeFile(join(folder, `${tool}_tool`), `#!/usr/bin/env bash\n${script(tool)}\n`);
    await chmod(join(folder, `${tool}_tool`), 0o755);
  }
  return folder;
}

describe("//terraform:lint", () => {
  it("runs the steps of tf-lint, all of them though one fails", async () => {
    const folder = await makeFolder(
      (tool) => `printf '%s\\n' "${tool} $*" >>"$LOG"\n[ "$1" != validate ] || { echo broken; exit 1; }`,
    );
    const log = join(folder, "log");
    const { code, output } = await runScript(folder, { LOG: log });
    const steps = [INIT_STEP, ...LINT_STEPS].map((step) => step.argv.join(" "));
    expect((await readFile(log, "utf8")).trimEnd().split("\n")).toEqual(steps);
    expect(code).toBe(1);
    expect(output).toContain("broken");
    expect(output).toContain("Failed: validate");
  });

  it("stops where init fails, for then no step says anything", async () => {
    const folder = await makeFolder((tool) => `printf '%s\\n' "${tool} $1" >>"$LOG"; exit 3`);
    const log = join(folder, "log");
    expect((await runScript(folder, { LOG: log })).code).toBe(3);
    expect(await readFile(log, "utf8")).toBe("terraform init\n");
  });

  it("passes where every step does", async () => {
    expect((await runScript(await makeFolder(() => "exit 0"))).code).toBe(0);
  });

  it("fails by the format alone for code that is only not formatted, with the real tools", {
    timeout: 300_000,
  }, async () => {
    const mirror = await findMirror();
    const paths = { terraform: await findTool("terraform"), tflint: await findTool("tflint") };
    const folder = await makeFolder((tool) => `exec '${paths[tool]}' "$@"`);
    const config = join(folder, "terraformrc");
    const source = mirror === undefined ? "direct {}" : `filesystem_mirror {\n    path = "${mirror}"\n  }`;
    await writeFile(config, `provider_installation {\n  ${source}\n}\n`);
    await appendFile(join(folder, "terraform", "versions.tf"), "locals   {}\n");
    const { code, output } = await runScript(folder, { TF_CLI_CONFIG_FILE: config });
    expect(output.trimEnd().split("\n").at(-1)).toBe("Failed: format");
    expect(code).toBe(1);
  });
});
