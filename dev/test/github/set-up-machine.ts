import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { findTool, ROOT } from "../../tools/find-tool.js";
import { makeTemporaryFolder } from "../fixtures/temporary.js";
import { type GitHubState, makeState } from "./github-state.js";
import { type JobResult, type Machine, runWorkflow, type Trigger } from "./run-workflow.js";
import { makeScenario, type Scenario } from "./scenario.js";
import { readWorkflows, type WorkflowName } from "./workflows.js";

const run = promisify(execFile);
const TSX = join(ROOT, "node_modules", ".bin", "tsx");
const STUBS = fileURLToPath(new URL("stubs/", import.meta.url));
export const VARIABLES = { AWS_MANAGEMENT_ACCOUNT_ID: "111111111111", AWS_PUBLIC_ECR_ACCOUNT_ID: "222222222222" };

/** A call that was recorded: which job made it, of what, with the credentials of which role. */
export interface Call {
  job: string;
  tool: "daggerw" | "gh" | "role" | "approval";
  argv: string[];
  role?: string;
}

/** A rehearsal of the workflows: a repository, a GitHub in a file, and what the calls of both came to. */
export interface Rehearsal {
  /** The commit that is the head of main at first. */
  sha: string;
  origin: string;
  run(name: WorkflowName, trigger?: Partial<Trigger>): Promise<Record<string, JobResult>>;
  github(change?: (state: GitHubState) => void): Promise<GitHubState>;
  scenario(scenario: Scenario): Promise<void>;
  calls(): Promise<Call[]>;
}

/** What a rehearsal can have in place of stand-ins. */
export interface RehearsalOptions {
  /** What `./daggerw` runs, a file of stubs/: by default one that records its calls and does what the scenario says. */
  daggerw?: "daggerw.ts" | "module.ts";
  /** Variables for it. */
  env?: Readonly<Record<string, string>>;
  /** More files of the repository: path → text. */
  files?: Readonly<Record<string, string>>;
}

/** Sets up a rehearsal. */
export async function setUpRehearsal(
  scenario: Scenario = makeScenario(),
  { daggerw = "daggerw.ts", env: more = {}, files = {} }: RehearsalOptions = {},
): Promise<Rehearsal> {
  const folder = await makeTemporaryFolder();
  const [bin, calls, state, scenarioFile] = ["bin", "calls", "github.json", "scenario.json"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const makeProgram = (stub: string) => `#!/bin/sh\nexec '${TSX}' '${join(STUBS, stub)}' "$@"\n`;
  await writeProgram(join(bin, "gh"), makeProgram("gh.ts"));
  const { origin, sha } = await makeRepository(folder, makeProgram(daggerw), files);
  await writeFile(calls, "");
  await writeFile(state, JSON.stringify(makeState(sha)));
  await writeFile(scenarioFile, JSON.stringify(scenario));
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: folder,
    CALLS: calls,
    GH_STATE: state,
    GH_JQ: await findTool("jq"),
    SCENARIO: scenarioFile,
    ...more,
  };
  const machine: Machine = { folder, origin, calls, env };
  const workflows = await readWorkflows();
  const readState = async (): Promise<GitHubState> => JSON.parse(await readFile(state, "utf8"));
  return {
    sha,
    origin,
    run: (name, trigger = {}) =>
      runWorkflow(machine, workflows[name], { sha, ref: "refs/heads/main", event: {}, vars: VARIABLES, ...trigger }),
    github: async (change) => {
      const changed = await readState();
      change?.(changed);
      await writeFile(state, JSON.stringify(changed));
      return changed;
    },
    scenario: (next) => writeFile(scenarioFile, JSON.stringify(next)),
    calls: async () => {
      const lines = (await readFile(calls, "utf8")).split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line));
    },
  };
}

/** A repository with the real scripts, a daggerw, and a lock, as a bare clone. */
async function makeRepository(
  folder: string,
  daggerw: string,
  files: Readonly<Record<string, string>>,
): Promise<{ origin: string; sha: string }> {
  const [source, origin] = [join(folder, "source"), join(folder, "origin.git")];
  await cp(join(ROOT, ".github", "scripts"), join(source, ".github", "scripts"), { recursive: true });
  await writeProgram(join(source, "daggerw"), daggerw);
  await writeProgram(join(source, ".ci", "run"), '#!/bin/sh\nexec "$(dirname "$0")/../daggerw" .ci/run\n');
  const lock = { "images/lock.json": "first\n", "MODULE.bazel": "first\n" };
  for (const [path, text] of Object.entries({ ...lock, ...files })) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  }
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: source });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=first");
  const { stdout } = await git("rev-parse", "HEAD");
  await run("git", ["clone", "--quiet", "--bare", source, origin]);
  return { origin, sha: stdout.trim() };
}

async function writeProgram(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}

/** A call in a few words: `publish --revision=… as genesis-publish`, `GET repos/…`. */
export function describeCall({ tool, argv, role }: Call): string {
  if (tool === "role") return `take ${argv[0]}`;
  if (tool === "approval") return `ask for ${argv[0]}`;
  if (tool === "gh") {
    const method = argv[argv.indexOf("--method") + 1];
    const path = argv.find((arg) => arg.startsWith("repos/"))?.replace(/^repos\/owner\/name\//, "");
    return path === undefined ? `gh ${argv.join(" ")}` : `${argv.includes("--method") ? method : "GET"} ${path}`;
  }
  const words = argv
    .filter((arg) => arg !== "call" && !arg.startsWith("--aws="))
    // The folder of the job's summary is another in each run.
    .map((arg) => arg.replace(/^--output=\/.*\//, "--output="));
  return role === undefined ? words.join(" ") : `${words.join(" ")} as ${role}`;
}
