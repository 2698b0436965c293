import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { describeNumbers, type Measurement, type Row, runCommand } from "./measure.js";

/** The line that every run of tests ends with. */
const COUNTS = /^\d+ passed, (\d+) failed, \d+ skipped$/;
/** How long the busy loops run at most, should this process die: longer than a suite takes. */
const BUSY_MS = 30 * 60_000;

const REHEARSE = ["npm", "run", "--silent", "rehearse", "--", "--native"];

/** The fast suite, on an idle machine and on a busy one. */
export const tests: Measurement = {
  name: "tests",
  title: "The fast suite, `npm test`",
  run: async () => {
    const idle = [await runTests(), await runTests(), await runTests()];
    return [describeRuns("idle", idle, 180), describeRuns("with every core busy", [await whileBusy(runTests)])];
  },
};

/** The fast suite as a newcomer meets it. */
export const freshTests: Measurement = {
  name: "fresh",
  title: "A fresh clone with empty caches, `npm ci && npm test`",
  run: () =>
    inFreshClone(async (where) => {
      const install = await runCommand(["npm", "ci"], where);
      const { seconds, counts } = await runTests(["test"], where);
      return [describeRuns("idle", [{ seconds: install.seconds + seconds, counts }], 300)];
    }),
};

/** All tests that need no engine. */
export const fullTests: Measurement = {
  name: "full",
  title: "The full suite, `npm run test:full`",
  run: async () => [describeRuns("idle", [await runTests(["run", "test:full"])], 900)],
};

/** Where the fast suite's time goes. */
export const slowest: Measurement = {
  name: "slowest",
  title: "The ten slowest files of the fast suite",
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), "genesis-bench-"));
    const report = join(folder, "report.json");
    // Vitest's own options; the run itself takes one without its reporter for failed, which is no matter here.
    await runCommand(["npm", "test", "--", "--reporter=json", `--outputFile=${report}`], { mayFail: true });
    const { testResults } = JSON.parse(await readFile(report, "utf8"));
    await rm(folder, { recursive: true });
    return listSlowest(testResults);
  },
};

/** The rehearsal as processes of this machine. */
export const rehearsal: Measurement = {
  name: "rehearsal",
  title: "The rehearsal without an engine",
  run: async () => {
    const warm = [(await runCommand(REHEARSE)).seconds, (await runCommand(REHEARSE)).seconds];
    const fresh = await inFreshClone(
      async (where) => (await runCommand(["npm", "ci"], where)).seconds + (await runCommand(REHEARSE, where)).seconds,
    );
    return [
      describeNumbers("warm", warm, "s", 90),
      describeNumbers("in a fresh clone with empty caches, `npm ci` included", [fresh], "s", 150),
    ];
  },
};

/** A run of tests: its time, and the counts of its last line. */
interface TestRun {
  seconds: number;
  counts: string;
}

async function runTests(args: readonly string[] = ["test"], where: Place = {}): Promise<TestRun> {
  const { stdout, seconds } = await runCommand(["npm", ...args], { ...where, mayFail: true });
  const counts = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!COUNTS.test(counts)) throw new Error(`the run ended without its counts:\n${stdout.slice(-2000)}`);
  return { seconds, counts };
}

/** A row of test runs: a run with a failure misses the goal, however fast it was. */
export function describeRuns(what: string, runs: readonly TestRun[], goal?: number): Row {
  const seconds = runs.map((run) => run.seconds);
  const row = describeNumbers(what, seconds, "s", goal);
  const failed = runs.find(({ counts }) => COUNTS.exec(counts)?.[1] !== "0");
  const shown = (failed ?? runs[0])?.counts;
  const met = row.met !== false && failed === undefined;
  return { ...row, seen: `${row.seen}: ${shown}`, goal: row.goal ? `${row.goal}, green` : "green", met };
}

/** The ten slowest files of Vitest's JSON report, the slowest first. */
export function listSlowest(files: readonly { name: string; startTime: number; endTime: number }[]): Row[] {
  const timed = files.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }));
  return timed
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, 10)
    .map(({ name, seconds }) => describeNumbers(`\`${relative(ROOT, name)}\``, [seconds], "s"));
}

/** Does something while other processes keep every core busy. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const loop = `const end = Date.now() + ${BUSY_MS}; while (Date.now() < end);`;
  const start = (): ChildProcess => spawn(process.execPath, ["--eval", loop], { stdio: "ignore" });
  const loops = Array.from({ length: availableParallelism() }, start);
  try {
    return await work();
  } finally {
    for (const each of loops) each.kill("SIGKILL");
  }
}

/** Where a command runs. */
type Place = { cwd?: string; env?: Record<string, string> };

/** Does something in a clone of what is committed, with no cache of this machine, but with its configuration, which may name mirrors. */
async function inFreshClone<T>(work: (where: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-fresh-"));
  const caches = ["npm_config_cache", "PIP_CACHE_DIR", "GOCACHE", "GOMODCACHE", "XDG_CACHE_HOME"];
  const env = Object.fromEntries(caches.map((name) => [name, join(folder, name)]));
  try {
    await runCommand(["git", "clone", "--quiet", ROOT, join(folder, "clone")]);
    return await work({ cwd: join(folder, "clone"), env });
  } finally {
    // Go writes its modules read-only.
    await runCommand(["chmod", "-R", "u+w", folder]);
    await rm(folder, { recursive: true, force: true });
  }
}
