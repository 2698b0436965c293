import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { startEmulator } from "../../native/start-emulator.js";
import { findMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { startRecorder } from "../aws/sign-in/start-recorder.js";
import { makeModule } from "../fixtures/local-module.js";
import { openPrograms, writeExecutable } from "../fixtures/programs.js";
import { makeGit, runProgram } from "../fixtures/run-program.js";
import { readRunbook } from "./read-runbook.js";
import { makeAws } from "./stubs/aws.js";

export type Laptop = Awaited<ReturnType<typeof setUpLaptop>>;

/** Sets up a laptop: the repository with values for the emulator, as a Git repository, and the tools of the runbooks. */
export async function setUpLaptop() {
  const emulator = await startEmulator();
  const recorder = await startRecorder(emulator.url);
  const folder = await mkdtemp(join(tmpdir(), "genesis-runbook-"));
  const [root, bin] = [join(folder, "repository"), join(folder, "bin")];
  await copyRepository(ROOT, root);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder };
  const programs = await openPrograms(folder);
  const module = makeModule({
    emulator: recorder.url,
    terraform: await findTool("terraform"),
    mirror: await findMirror(),
    scratch: folder,
    secrets: env,
  });
  await programs.write(join(root, "daggerw"), module);
  await programs.write(join(bin, "aws"), makeAws(recorder.url));
  await writeExecutable(join(bin, "jq"), `#!/bin/sh\nexec '${await findTool("jq")}' "$@"\n`);
  const git = makeGit(root);
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  const ran = new Map<string, Set<number>>();
  return {
    emulator,
    recorder,
    root,
    /** Runs blocks of a runbook, one after the other in one shell, which ends at the first failure. */
    run: async (name: string, from = 0, to = Number.POSITIVE_INFINITY) => {
      const blocks = (await readRunbook(name)).map((text, index) => ({ text, index })).slice(from, to);
      const script = blocks.map(({ text, index }) => `${text}\necho '@@ ${index}'\n`).join("");
      const result = await runProgram("bash", ["-euo", "pipefail", "-c", script], { cwd: root, env });
      const done = ran.get(name) ?? new Set();
      for (const [, index] of result.stdout.matchAll(/^@@ (\d+)$/gm)) done.add(Number(index));
      ran.set(name, done);
      // What each block wrote to standard output, in order.
      return { ...result, outputs: result.stdout.split(/^@@ \d+\n/m) };
    },
    /** Numbers of the blocks that ran to their end. */
    ran: (name: string) => [...(ran.get(name) ?? [])].sort((a, b) => a - b),
    read: (path: string) => readFile(join(root, path), "utf8"),
    close: async () => {
      programs.close();
      await recorder.stop();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
