import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { openPrograms, type Program, type ProgramCall, writeExecutable } from "../fixtures/programs.js";
import { makeGit } from "../fixtures/run-program.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { type Machine, readWorkflow, runWorkflow, type Trigger } from "./run-workflow.js";
import { makeDaggerw, makeScenario, type Scenario } from "./stubs/daggerw.js";
import { describeGh, makeGh, makeState } from "./stubs/gh.js";

const VARIABLES = { AWS_MANAGEMENT_ACCOUNT_ID: "111111111111", AWS_PUBLIC_ECR_ACCOUNT_ID: "222222222222" };

/** A rehearsal of the workflows: a repository, a GitHub, and what was called. */
export type Rehearsal = Awaited<ReturnType<typeof setUpRehearsal>>;

/**
 * Sets up a rehearsal. `./daggerw` does what the scenario says, or is `daggerw`; `files` are more files of the repository: path → text.
 */
export async function setUpRehearsal(
  scenario: Scenario = makeScenario(),
  { daggerw = makeDaggerw(scenario), files = {} }: { daggerw?: Program; files?: Readonly<Record<string, string>> } = {},
) {
  const folder = await makeTemporaryFolder();
  const [bin, origin] = [join(folder, "bin"), join(folder, "origin")];
  const calls: string[] = [];
  const programs = await openPrograms(folder);
  onTestFinished(() => programs.close());
  const recorded =
    (program: Program, describe: (call: ProgramCall) => string): Program =>
    (call) => {
      calls.push(describe(call));
      return program(call);
    };

  await cp(join(ROOT, ".github", "scripts"), join(origin, ".github", "scripts"), { recursive: true });
  await programs.write(join(origin, "daggerw"), recorded(daggerw, describeDaggerw));
  await writeExecutable(join(origin, ".ci", "run"), '#!/bin/sh\nexec "$(dirname "$0")/../daggerw" .ci/run\n');
  const lock = { "images/lock.json": "first\n", "MODULE.bazel": "first\n" };
  for (const [path, text] of Object.entries({ ...lock, ...files })) {
    await mkdir(dirname(join(origin, path)), { recursive: true });
    await writeFile(join(origin, path), text);
  }
  const git = makeGit(origin);
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  const sha = await git("rev-parse", "HEAD");

  const github = makeState(sha, join(folder, "artifacts"));
  await programs.write(join(bin, "gh"), recorded(makeGh(github, await findTool("jq")), describeGh));
  // What registers QEMU with the kernel of a runner.
  await writeExecutable(join(bin, "docker"), "#!/bin/sh\n");
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder };
  const machine: Machine = { folder, origin, env, record: (call) => void calls.push(call) };
  const usual = { sha, ref: "refs/heads/main", event: {}, vars: VARIABLES };
  return {
    /** The commit that is the head of main at first. */
    sha,
    /** The repository that jobs check out, and push to. */
    origin,
    /** Git in it. */
    git,
    github,
    scenario,
    /** Every call, in a few words: `publish --revision=… as genesis-publish`, `GET issues`, `take <role>`, `ask for <environment>`. */
    calls,
    /** The calls that write to GitHub. */
    listWrites: () => calls.filter((call) => /^(?:POST|PATCH)/.test(call)),
    run: async (name: string, trigger: Partial<Trigger> = {}) =>
      runWorkflow(machine, await readWorkflow(name), {
        ...usual,
        ...trigger,
      }),
  };
}

/** A call of daggerw without what each has: where credentials are from, and the folder of the job's summary. */
function describeDaggerw({ argv, env: { AWS_ACCESS_KEY_ID: role } }: ProgramCall): string {
  const words = argv
    .filter((arg) => arg !== "call" && !arg.startsWith("--aws="))
    .map((arg) => arg.replace(/^--output=\/.*\//, "--output="));
  return [...words, ...(role === undefined ? [] : ["as", role])].join(" ");
}
