import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { listBazelFiles } from "../bazel/check-repository.js";
import { writeExecutable } from "../fixtures/programs.js";
import { makeGit } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { readWorkflow, runWorkflow } from "./run-workflow.js";

/** Runs bazel.yml on a repository with this MODULE.bazel.lock; its Bazel notes what it does, and resolves to the lock `resolved`. */
async function runBazel(committed: string | undefined) {
  const folder = await makeTemporaryFolder();
  const [bin, origin] = [join(folder, "bin"), join(folder, "origin")];
  await mkdir(bin);
  await mkdir(origin);
  await writeFile(join(origin, "MODULE.bazel"), "");
  if (committed !== undefined) await writeFile(join(origin, "MODULE.bazel.lock"), committed);
  const git = makeGit(origin);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  const done = join(folder, "done");
  const bazel = `echo "$*" >>'${done}'\n[ "$1" != mod ] || printf resolved >MODULE.bazel.lock\n`;
  await writeExecutable(join(bin, "bazelisk"), `#!/bin/sh\n${bazel}`);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder };
  const trigger = { sha: await git("rev-parse", "HEAD"), ref: "refs/heads/main", event: {}, vars: {} };
  const jobs = await runWorkflow({ folder, origin, env, record: () => {} }, await readWorkflow("bazel"), trigger);
  return {
    result: jobs.bazel?.result,
    done: (await readFile(done, "utf8")).trimEnd().split("\n"),
    kept: await readFile(join(folder, "artifacts", "MODULE.bazel.lock"), "utf8"),
  };
}

const RESOLVE = "mod deps --lockfile_mode=update";
it.each([
  ["without a lock", undefined, "success", [RESOLVE, "build //...", "test //terraform:lint"]],
  ["with the right lock", "resolved", "success", [RESOLVE, "build //...", "test //terraform:lint"]],
  ["and stops where a committed lock says something else", "behind", "failure", [RESOLVE]],
])("Bazel resolves, builds and tests %s, and the lock is kept", async (_, committed, result, done) => {
  expect(await runBazel(committed)).toEqual({ result, done, kept: "resolved" });
});

it("Bazel runs wherever a file changes that it reads, in a pull request and on main", async () => {
  const { on } = await readWorkflow("bazel");
  const schema = z.object({
    pull_request: z.object({ paths: z.array(z.string()) }),
    push: z.object({ paths: z.array(z.string()) }),
  });
  const { pull_request, push } = schema.parse(on);
  expect(push.paths).toEqual(pull_request.paths);
  const patterns = push.paths.map((path) =>
    path.replaceAll(
      /\*\*\/|\*+|[.]/g,
      (part) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*" })[part] ?? `\\${part}`,
    ),
  );
  const read = [...(await listBazelFiles()), ".bazelrc", ".bazelversion", "dev/BUILD.bazel"];
  expect(read.filter((path) => !new RegExp(`^(?:${patterns.join("|")})$`).test(path))).toEqual([]);
});
