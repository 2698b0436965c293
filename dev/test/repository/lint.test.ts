import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";
import { runProgram } from "../fixtures/run-program.js";

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

it("zizmor finds nothing in the workflows, pedantic, and nothing is suppressed", async () => {
  const args = [
    "--offline",
    "--persona=pedantic",
    "--no-progress",
    "--no-exit-codes",
    "--format=plain",
    "--color=never",
  ];
  // It would tell the number of suppressed findings behind this.
  await lint("zizmor", args, await findFiles(WORKFLOWS), "No findings to report. Good job!\n");
});
