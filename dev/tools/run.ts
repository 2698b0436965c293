import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./find-tool.js";
import { NPX_BUN } from "./bun.js";
import { addCounts, COUNTS_FILE, type Counts, formatCounts, RUNTIME } from "./counts.js";

/**
 * `npm test`: every test on Node, then the tests of the module's own code again on Bun, where the module runs. Arguments go
 * to both as filters. Ends with one line of counts; a run that dies without counts is a failure of its own.
 */
const VITEST = ["node_modules/vitest/vitest.mjs", "run", "--config", "dev/test/vitest.config.ts"];
const MODULE_TESTS = [
  ...["aws", "bootstrap", "dagger", "fuzz", "images", "lib", "registry"].map((folder) => `dev/test/${folder}/`),
  ...["publish", "sign-in"].map((name) => `dev/test/secrets/${name}`),
  // Not what runs the tools: those tests are about processes of this machine, which the module has none of.
  ...["choose-signer", "policy"].map((name) => `dev/test/signing/${name}`),
  "dev/test/prune/",
  // Not what runs Terraform: those tests are about Terraform, and take minutes.
  ...[
    "check-code",
    "compare-plans",
    "failures",
    "fingerprint",
    "gate",
    "lint",
    "phase",
    "picture",
    "placeholders",
    "plan",
    "redact",
    "summary",
  ].map((name) => `dev/test/terraform/${name}`),
];
const filters = process.argv.slice(2);
const bunFilters = filters.length > 0 ? filters : MODULE_TESTS;
const runs = [
  { runtime: "Node", command: process.execPath, args: [...VITEST, ...filters] },
  { runtime: "Bun", command: "npx", args: [...NPX_BUN, "--bun", ...VITEST, "--passWithNoTests", ...bunFilters] },
];

const folder = await mkdtemp(join(tmpdir(), "genesis-counts-"));
const all: Counts[] = [];
for (const [index, { runtime, command, args }] of runs.entries()) {
  console.log(`\nOn ${runtime}:`);
  const file = join(folder, `${index}.json`);
  const env = { ...process.env, [COUNTS_FILE]: file, [RUNTIME]: runtime };
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (status) => resolve(status ?? 1));
  });
  const counts: Counts = await readFile(file, "utf8").then(JSON.parse, () => ({ passed: 0, failed: 0, skipped: 0 }));
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  all.push(counts);
}
await rm(folder, { recursive: true, force: true });
const total = addCounts(all);
console.log(`\n${formatCounts(total)}`);
process.exitCode = total.failed === 0 ? 0 : 1;
