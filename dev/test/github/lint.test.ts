import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { listWorkflowFiles } from "./workflows.js";

/** What every rule of hardening is against, to show that the linters look. */
const BAD = `on: pull_request_target
jobs:
  bad:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo "\${{ github.event.pull_request.title }}"
`;

/** Runs a linter. Returns its exit code and all it printed. */
async function run(tool: "actionlint" | "zizmor", args: readonly string[]): Promise<{ code: number; output: string }> {
  return promisify(execFile)(await findTool(tool), [...args], {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: "1" },
  }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }) => ({ code, output: stdout + stderr }),
  );
}

const lint = async (files: readonly string[]) =>
  run("actionlint", ["-no-color", `-shellcheck=${await findTool("shellcheck")}`, "-pyflakes=", ...files]);
const audit = (format: "plain" | "json", files: readonly string[]) =>
  run("zizmor", [
    "--offline",
    "--persona=pedantic",
    "--no-progress",
    "--no-exit-codes",
    `--format=${format}`,
    ...files,
  ]);

it("actionlint finds nothing in the workflows", async () => {
  expect(await lint(await listWorkflowFiles())).toEqual({ code: 0, output: "" });
});

it("zizmor finds nothing in the workflows, pedantic, and nothing is suppressed", async () => {
  // It would tell the number of suppressed findings behind this.
  expect(await audit("plain", await listWorkflowFiles())).toEqual({
    code: 0,
    output: "No findings to report. Good job!\n",
  });
});

it("both find what is wrong with a workflow that is", async () => {
  const folder = join(await makeTemporaryFolder(), ".github", "workflows");
  await mkdir(folder, { recursive: true });
  const file = join(folder, "bad.yml");
  await writeFile(file, BAD);
  const linted = await lint([file]);
  expect(linted.code).toBe(1);
  expect(linted.output).toContain("potentially untrusted");
  const findings: { ident: string }[] = JSON.parse((await audit("json", [file])).output);
  const idents = findings.map(({ ident }) => ident);
  for (const ident of [
    "dangerous-triggers",
    "unpinned-uses",
    "template-injection",
    "artipacked",
    "excessive-permissions",
  ]) {
    expect(idents).toContain(ident);
  }
});
