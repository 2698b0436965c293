import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";
import { runProgram } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";

async function findFiles(pattern: RegExp): Promise<string[]> {
  return (await listFiles()).filter((path) => pattern.test(path));
}

/** Runs a linter; its findings are the message of the failure. */
async function lint(
  tool: Parameters<typeof findTool>[0],
  args: readonly string[],
  files: readonly string[],
  nothing = "",
): Promise<void> {
  expect(files.length).toBeGreaterThan(0);
  const { code, stdout, stderr } = await runProgram(await findTool(tool), [...args, ...files], { cwd: ROOT });
  expect(code === 0 ? stdout : stdout + stderr).toBe(nothing);
}

it("hadolint finds nothing in the Dockerfiles", async () => {
  await lint("hadolint", [], await findFiles(/^images\/[^/]+\/Dockerfile$/));
});

it("shellcheck finds nothing in the scripts", async () => {
  const scripts = [];
  for (const path of await findFiles(/^(?:daggerw|\.ci\/run|.*\.sh)$/)) {
    if ((await readFile(join(ROOT, path), "utf8")).startsWith("#!")) scripts.push(path);
  }
  expect(scripts).toContain("daggerw");
  await lint("shellcheck", [], scripts);
});

it("buildifier finds nothing in the Bazel files", async () => {
  await lint("buildifier", ["-mode=check", "-lint=warn"], await findFiles(/(?:\.bazel|\.bzl)$/));
});

const WORKFLOWS = /^\.github\/workflows\/[^/]+$/;

it("actionlint, with shellcheck, finds nothing in the workflows", async () => {
  const shellcheck = await findTool("shellcheck");
  await lint("actionlint", ["-no-color", `-shellcheck=${shellcheck}`, "-pyflakes="], await findFiles(WORKFLOWS));
});

const AUDIT = ["--offline", "--persona=pedantic", "--no-progress", "--no-exit-codes", "--color=never"];

it("zizmor finds nothing in the workflows, pedantic, and nothing is suppressed", async () => {
  // It would tell the number of suppressed findings behind this.
  await lint("zizmor", [...AUDIT, "--format=plain"], await findFiles(WORKFLOWS), "No findings to report. Good job!\n");
});

it("zizmor finds what is wrong with a workflow that breaks the rules of SECURITY.md", async () => {
  const folder = join(await makeTemporaryFolder(), ".github", "workflows");
  await mkdir(folder, { recursive: true });
  const steps = "[{ uses: actions/checkout@v4 }, { run: 'echo ${{ github.event.pull_request.title }}' }]";
  const bad = `on: pull_request_target\njobs: { bad: { runs-on: ubuntu-24.04, steps: ${steps} } }\n`;
  await writeFile(join(folder, "bad.yml"), bad);
  const { stdout } = await runProgram(await findTool("zizmor"), [...AUDIT, "--format=json", join(folder, "bad.yml")]);
  const found = JSON.parse(stdout).map(({ ident }: { ident: string }) => ident);
  const rules = ["dangerous-triggers", "unpinned-uses", "template-injection", "artipacked", "excessive-permissions"];
  expect(found).toEqual(expect.arrayContaining(rules));
});
