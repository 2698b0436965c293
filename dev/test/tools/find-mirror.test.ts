import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { INIT_STEP } from "../../../ci/terraform/lint.js";
import { configureMirror } from "../../native/open-terraform.js";
import { openProcesses } from "../../native/run-step.js";
import { describeVersions, findMirror, useMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";

it("a mirror has what its lock file names, and the code takes its providers from there, with that lock file as it is", async () => {
  const mirror = await findMirror();
  const [, version = ""] = /^ {2}version {5}= "(.*)"$/m.exec(mirror.lock) ?? [];
  await access(join(mirror.path, "registry.terraform.io", "hashicorp", "aws", version));
  expect(await describeVersions(mirror)).toMatch(
    new RegExp(`^Terraform [\\d.]+ and provider aws ${version}; the pinned ones are [\\d.]+ and 6\\.[\\d.]+$`),
  );
  const folder = await mkdtemp(join(tmpdir(), "genesis-mirror-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await copyRepository(ROOT, folder);
  await useMirror(folder, mirror);
  const tools = { terraform: await findTool("terraform") };
  const runner = await openProcesses({ source: join(folder, "terraform"), tools, ...configureMirror(mirror.path) });
  onTestFinished(() => runner.remove());
  expect(await runner.run(INIT_STEP)).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(runner.folder, ".terraform.lock.hcl"), "utf8")).toBe(mirror.lock);
});
