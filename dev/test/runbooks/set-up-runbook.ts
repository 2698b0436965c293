import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyRepository } from "../../../ci/rehearsal/repository.js";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { findMirror, useMirror } from "../../tools/find-mirror.js";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { listenOnLoopback } from "../../tools/listen.js";
import { startRecorder } from "../aws/sign-in/start-recorder.js";
import { makeModule } from "../fixtures/local-module.js";
import { openPrograms, writeExecutable } from "../fixtures/programs.js";
import { makeGit, runProgram } from "../fixtures/run-program.js";
import { readRunbook } from "./read-runbook.js";
import { makeAws } from "./stubs/aws.js";

/** Edits the data of a repository. Throws where nothing changes. */
export async function editData(root: string, edit: (text: string) => string): Promise<void> {
  const path = join(root, DATA_PATH);
  const before = await readFile(path, "utf8");
  const after = edit(before);
  if (after === before) throw new Error(`${DATA_PATH} is not as the test expects it: there is nothing to edit`);
  await writeFile(path, after);
}

/** Whose clone the laptop has, and what GitHub says of it. */
export const ORIGIN = { owner: "platform-test", owner_id: "583231", repository: "platform", repository_id: "1296269" };

export type Laptop = Awaited<ReturnType<typeof setUpLaptop>>;

/**
 * Sets up a laptop: a clone of ORIGIN with values for the emulator but GitHub's ids, or of `given.root` as it is; a GitHub that tells those ids,
 * and the tools of the runbooks. `emulator` ends with it.
 */
export async function setUpLaptop(given?: { emulator: Emulator; root: string }) {
  const emulator = given?.emulator ?? (await startEmulator());
  const recorder = await startRecorder(emulator.url);
  const folder = await mkdtemp(join(tmpdir(), "genesis-runbook-"));
  const [root, bin] = [join(folder, "repository"), join(folder, "bin")];
  const mirror = await findMirror();
  await copyRepository(given?.root ?? ROOT, root);
  await useMirror(root, mirror);
  if (given === undefined) {
    await editData(root, (text) => text.replaceAll(/((?:owner|repository)_id +=) "\d+"/g, '$1 "000000000000"'));
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder };
  const programs = await openPrograms(folder);
  const github = createServer((request, response) => {
    const isOrigin = request.url === `/repos/${ORIGIN.owner}/${ORIGIN.repository}`;
    const answer = { id: Number(ORIGIN.repository_id), owner: { id: Number(ORIGIN.owner_id) } };
    response.writeHead(isOrigin ? 200 : 404).end(JSON.stringify(isOrigin ? answer : {}));
  });
  const module = makeModule({
    emulator: recorder.url,
    terraform: await findTool("terraform"),
    mirror: mirror.path,
    scratch: folder,
    secrets: env,
    github: `http://127.0.0.1:${await listenOnLoopback(github)}`,
  });
  await programs.write(join(root, "daggerw"), module);
  await programs.write(join(bin, "aws"), makeAws(recorder.url));
  await writeExecutable(join(bin, "jq"), `#!/bin/sh\nexec '${await findTool("jq")}' "$@"\n`);
  const git = makeGit(root);
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  await git("remote", "add", "origin", `git@github.com:${ORIGIN.owner}/${ORIGIN.repository}.git`);
  const ran = new Map<string, Set<number>>();
  return {
    emulator,
    recorder,
    root,
    /** Runs blocks of a runbook, one after the other in one shell, which ends at the first failure, with what a reader edits. */
    run: async (name: string, from = 0, to = Number.POSITIVE_INFINITY, edit = (text: string) => text) => {
      const blocks = (await readRunbook(name)).map((text, index) => ({ text, index })).slice(from, to);
      const script = blocks.map(({ text, index }) => `${edit(text)}\necho '@@ ${index}'\n`).join("");
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
      github.close();
      await recorder.stop();
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
