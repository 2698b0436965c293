import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatLock, type Lock } from "../../../ci/images/lock.js";
import { replacePulls } from "../../../ci/images/module-bazel.js";
import { ROOT } from "../../tools/find-tool.js";
import { listFiles } from "../../tools/list-files.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { checkCalls } from "./check-calls.js";
import { checkImages } from "./check-images.js";
import { checkLabels } from "./check-labels.js";
import { evaluate, readKnown } from "./evaluate.js";

const BAZEL_FILES = /^(?:MODULE\.bazel|BUILD\.bazel|\.bazelignore|genesis\.json|(?:bazel|images|terraform)\/.*)$/;

/** Copies what Bazel sees to a folder of its own, with the lock and the block of MODULE.bazel that `dagger call lock` would write. */
export async function copyRepository(lock: Lock): Promise<string> {
  const root = await makeTemporaryFolder();
  for (const path of await listBazelFiles()) await cp(join(ROOT, path), join(root, path));
  await writeFile(join(root, "images/lock.json"), formatLock(lock));
  const module = join(root, "MODULE.bazel");
  await writeFile(module, replacePulls(await readFile(module, "utf8"), lock));
  return root;
}

async function listBazelFiles(): Promise<string[]> {
  return (await listFiles()).filter((path) => BAZEL_FILES.test(path));
}

export async function check(root: string, lock: Lock): Promise<string[]> {
  const known = await readKnown();
  const evaluation = await evaluate(root, known);
  return [
    ...checkCalls(evaluation, known),
    ...checkLabels(evaluation, await listBazelFiles(), known),
    ...checkImages(evaluation, lock),
  ];
}
