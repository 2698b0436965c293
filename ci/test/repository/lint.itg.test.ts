import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { findTool, ROOT } from "../tools/find-tool.js";

const run = promisify(execFile);

/** Files that Git tracks, or would track, whose path matches. */
async function listFiles(pattern: RegExp): Promise<string[]> {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await run("git", args, { cwd: ROOT });
  return stdout.split("\0").filter((path) => pattern.test(path));
}

/** Runs a linter; its findings are the message of the failure. */
async function lint(
  tool: Parameters<typeof findTool>[0],
  args: readonly string[],
  files: readonly string[],
): Promise<void> {
  expect(files.length).toBeGreaterThan(0);
  const findings = await run(await findTool(tool), [...args, ...files], { cwd: ROOT }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  expect(findings).toBe("");
}

it("hadolint finds nothing in the Dockerfiles", async () => {
  await lint("hadolint", [], await listFiles(/^images\/[^/]+\/Dockerfile$/));
});

it("shellcheck finds nothing in the scripts", async () => {
  const scripts = [];
  for (const path of await listFiles(/^(?:daggerw|\.ci\/run|.*\.sh)$/)) {
    if ((await readFile(join(ROOT, path), "utf8")).startsWith("#!")) scripts.push(path);
  }
  expect(scripts).toContain("daggerw");
  await lint("shellcheck", [], scripts);
});

it("buildifier finds nothing in the Bazel files", async () => {
  await lint("buildifier", ["-mode=check", "-lint=warn"], await listFiles(/(?:\.bazel|\.bzl)$/));
});
