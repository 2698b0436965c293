import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "../tools/find-tool.js";
import { parseArguments } from "./arguments.js";
import { compareMachines, compareRuns, isRegression } from "./compare-runs.js";
import { describeMachine } from "./describe-machine.js";
import { FOLDER_VARIABLE, QUICK_VARIABLE } from "./measure.js";
import { renderComparison, renderResults } from "./render-results.js";
import { parseResults, parseTable, type Results } from "./results.js";

/**
 * `npm run bench`: every figure that the documents name, beside the native tool and an empty module. `-- --quick` shows that the benchmarks
 * work; `-- --write` writes docs/measurements.md and .json; `-- --compare [file]` compares with these, or with a file, and fails where
 * something is worse. Other arguments choose benchmarks by name.
 */
const SAVED = join(ROOT, "docs", "measurements.json");
const DOCUMENT = join(ROOT, "docs", "measurements.md");
const LATEST = join(ROOT, ".cache", "bench", "latest.json");

const options = parseArguments(process.argv.slice(2));
// Read before the run: a file that is not there should not cost a quarter of an hour.
const compared = options.compare === undefined ? undefined : resolve(options.compare || SAVED);
const before = compared === undefined ? undefined : parseResults(await readFile(compared, "utf8"), compared);
const machine = await describeMachine();
const folder = await mkdtemp(join(tmpdir(), "genesis-bench-"));
const code = await runBenchmarks(folder);
const results = await collect(folder);
await rm(folder, { recursive: true, force: true });
await mkdir(dirname(LATEST), { recursive: true });
await writeFile(LATEST, `${JSON.stringify(results, null, 2)}\n`);
if (options.write && code === 0) {
  await writeFile(SAVED, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(DOCUMENT, renderResults(results));
}
console.log(`\n${renderResults(results)}`);
process.exitCode = code;
if (before !== undefined && code === 0) {
  const comparisons = compareRuns(before, results);
  console.log(renderComparison(comparisons, compareMachines(before, results)));
  if (isRegression(comparisons)) process.exitCode = 1;
}

function runBenchmarks(into: string): Promise<number> {
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "dev/bench/vitest.config.ts", ...options.names];
  const env = { ...process.env, [FOLDER_VARIABLE]: into, ...(options.quick && { [QUICK_VARIABLE]: "1" }) };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, vitest, { cwd: ROOT, env, stdio: "inherit" });
    child.once("error", fail);
    child.once("exit", (status) => done(status ?? 1));
  });
}

async function collect(from: string): Promise<Results> {
  const names = (await readdir(from)).sort();
  const read = (kind: string) =>
    Promise.all(names.filter((name) => name.startsWith(kind)).map((name) => readFile(join(from, name), "utf8")));
  return {
    version: 1,
    date: new Date().toISOString().slice(0, 10),
    quick: options.quick,
    runs: options.quick ? 2 : 7,
    machine,
    tables: (await read("table")).map(parseTable),
    skipped: [
      ...(await read("skipped")),
      ...(options.names.length > 0 ? [`Only these were asked for: ${options.names.join(", ")}.`] : []),
    ],
  };
}
