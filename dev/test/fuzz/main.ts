import { fork } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PARSERS } from "./parsers.js";

/**
 * `npm run fuzz`: gives every parser 100,000 documents, or as many as GENESIS_FUZZ_RUNS says. Arguments name parsers; without any, all
 * of them. GENESIS_FUZZ_SEED repeats a run. A document that takes longer than a minute counts as one that never ends.
 */
const RUNS = Number(process.env.GENESIS_FUZZ_RUNS ?? 100_000);
const SEED = Number(process.env.GENESIS_FUZZ_SEED ?? Date.now() % 2 ** 31);
const STALLED_MS = 60_000;
const SHOWN = 500;

/** How a run ended, as `worker.ts` sends it. */
interface Result {
  accepted: number;
  refused: number;
  codes: [code: string, count: number][];
}

const named = process.argv.slice(2);
console.log(`GENESIS_FUZZ_SEED=${SEED} GENESIS_FUZZ_RUNS=${RUNS}`);
for (const name of named.length > 0 ? named : Object.keys(PARSERS)) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  try {
    const { accepted, refused, codes } = await fuzzWatched(name);
    const told = codes.sort(([, a], [, b]) => b - a).map(([code, count]) => `${code} ${count}`);
    console.log(`${name}: ${accepted} taken, ${refused} refused in ${seconds()} s (${told.join(", ")})`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name}: FAILED after ${seconds()} s: ${(error as Error).message}`);
  }
}

/** In a process of its own, which can be ended where it hangs. */
async function fuzzWatched(name: string): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "genesis-fuzz-"));
  const file = join(folder, "document");
  const args = [name, String(RUNS), String(SEED), file];
  const child = fork(fileURLToPath(new URL("./worker.ts", import.meta.url)), args, { execArgv: ["--import", "tsx"] });
  let watch: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      let last = 0;
      watch = setInterval(async () => {
        const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
        if (mtimeMs === last) reject(new Error(`this does not end: ${JSON.stringify(await show(file))}`));
        last = mtimeMs;
      }, STALLED_MS);
      child.once("message", (message) => resolve(message as Result));
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the process ended with ${code}; what it said stands above`)));
    });
  } finally {
    clearInterval(watch);
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
