import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { runProgram } from "../fixtures/run-program.js";
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

const run = async (tool: "actionlint" | "zizmor", args: readonly string[]) =>
  runProgram(await findTool(tool), args, { cwd: ROOT, env: { ...process.env, NO_COLOR: "1" } });

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
  expect(await lint(await listWorkflowFiles())).toMatchObject({ code: 0, stdout: "" });
});

it("zizmor finds nothing in the workflows, pedantic, and nothing is suppressed", async () => {
  // It would tell the number of suppressed findings behind this.
  expect(await audit("plain", await listWorkflowFiles())).toMatchObject({
    code: 0,
    stdout: "No findings to report. Good job!\n",
  });
});

it("both find what is wrong with a workflow that is", async () => {
  const folder = join(await makeTemporaryFolder(), ".github", "workflows");
  await mkdir(folder, { recursive: true });
  const file = join(folder, "bad.yml");
  await writeFile(file, BAD);
  const linted = await lint([file]);
  expect(linted.code).toBe(1);
  expect(linted.stdout).toContain("potentially untrusted");
  const findings: { ident: string }[] = JSON.parse((await audit("json", [file])).stdout);
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
