import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NPX_BUN } from "./bun.js";
import { chooseSuites, readChange } from "./choose-suites.js";
import { addCounts, COUNTS_FILE, type Counts, formatCounts, RUNTIME, readCounts } from "./counts.js";
import { ROOT } from "./find-tool.js";
import { REGISTRY, SUITE, WHOLE } from "./suites.js";

/**
 * `npm test` is `run.ts fast`, `npm run test:full` is `run.ts full`, and `.ci/run` calls `run.ts ci`, which is the fast suite, and the full
 * one where what it proves changed. Further arguments filter files. Ends with one line of counts; a run that dies without counts has failed.
 */
const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--config", "dev/test/vitest.config.ts", "--passWithNoTests"];
// Named here, for a reporter that somebody adds would otherwise take their place.
const REPORTERS = ["--reporter=default", "--reporter=./dev/tools/plain-reporter.ts"];
const BUN = ["npx", ...NPX_BUN, "--bun"];
const FAST = [{ title: "The fast suite", suite: "fast", runtime: "Node", command: [process.execPath], env: {} }];
const FULL = [
  { ...FAST[0], title: "The full suite", suite: "full" },
  {
    title: "The module's tests on Bun, against the real registry",
    suite: "module",
    runtime: "Bun",
    command: BUN,
    env: { [REGISTRY]: "distribution" },
  },
] as typeof FAST;

const [wanted = "", ...filters] = process.argv.slice(2);
const runs = await listRuns(wanted);
const folder = await mkdtemp(join(tmpdir(), "genesis-counts-"));
const all: Counts[] = [];
for (const { title, suite, runtime, command, env } of runs) {
  console.log(`\n${title}:`);
  const file = join(folder, suite);
  const [executable = "", ...args] = [...command, ...VITEST, ...REPORTERS, ...filters];
  const code = await new Promise<number>((resolve, reject) => {
    const whole = filters.length === 0 ? "1" : "";
    const place = { ...process.env, ...env, [SUITE]: suite, [WHOLE]: whole, [RUNTIME]: runtime, [COUNTS_FILE]: file };
    const child = spawn(executable, args, { cwd: ROOT, env: place, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (status) => resolve(status ?? 1));
  });
  all.push(readCounts(await readFile(file, "utf8").catch(() => undefined), code));
}
await rm(folder, { recursive: true, force: true });
const total = addCounts(all);
console.log(`\n${formatCounts(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function listRuns(name: string): Promise<typeof FAST> {
  if (name === "fast") return FAST;
  if (name === "full") return FULL;
  if (name !== "ci") throw new Error(`there is no suite ${name}: it is fast, full or ci`);
  const { full, reason } = chooseSuites(process.env.GENESIS_FULL === "1", await readChange(ROOT));
  console.log(`Suites: ${reason}.`);
  return full ? [...FAST, ...FULL] : FAST;
}
