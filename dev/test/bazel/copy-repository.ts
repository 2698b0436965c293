import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatLock, type Lock, parseLock } from "../../../ci/images/lock.js";
import { replacePulls } from "../../../ci/images/module-bazel.js";
import { ROOT } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { listFiles } from "../../tools/list-files.js";
import { checkCalls } from "./check-calls.js";
import { checkLabels } from "./check-labels.js";
import { checkPulls } from "./check-pulls.js";
import { type Evaluation, evaluate, readKnown } from "./evaluate.js";

/** What Bazel sees of the repository. */
const BAZEL_FILES = /^(?:MODULE\.bazel|BUILD\.bazel|\.bazelignore|genesis\.json|(?:bazel|images|terraform)\/.*)$/;

/** A lock as it is after the first publish. */
export const FILLED = parseLock(
  JSON.stringify(
    Object.fromEntries(
      ["base", "terraform"].map((name, index) => [
        name,
        {
          repository: `public.ecr.aws/a1b2c3d4/${name}`,
          digest: `sha256:${String(index + 1).repeat(64)}`,
          mediaType: "application/vnd.oci.image.index.v1+json",
          platforms: ["linux/amd64", "linux/arm64"],
          inputs: "0".repeat(64),
        },
      ]),
    ),
  ),
);
/** A lock as it is before the first publish. */
export const EMPTY = parseLock("{}");

/** Copies what Bazel sees to a folder of its own, with the lock and the block of MODULE.bazel that `dagger call lock` would write. */
export async function copyRepository(lock: Lock): Promise<string> {
  const root = await makeTemporaryFolder();
  for (const path of await listBazelFiles()) await cp(join(ROOT, path), join(root, path));
  await writeFile(join(root, "images/lock.json"), formatLock(lock));
  await editFile(root, "MODULE.bazel", (text) => replacePulls(text, lock));
  return root;
}

/** Changes one file of a copy, and fails where nothing changes. */
export async function editFile(root: string, path: string, edit: (text: string) => string): Promise<void> {
  const text = await readFile(join(root, path), "utf8");
  await writeFile(join(root, path), edit(text));
}

/** Files of the repository that Bazel sees. */
export async function listBazelFiles(): Promise<string[]> {
  return (await listFiles()).filter((path) => BAZEL_FILES.test(path));
}

/** Evaluates a copy and returns everything that is wrong with it. */
export async function check(root: string, lock: Lock): Promise<{ evaluation: Evaluation; findings: string[] }> {
  const known = await readKnown();
  const evaluation = await evaluate(root, known);
  const files = await listBazelFiles();
  const findings = [
    ...checkCalls(evaluation, known),
    ...checkLabels(evaluation, files, known),
    ...checkPulls(evaluation, lock),
  ];
  return { evaluation, findings };
}
