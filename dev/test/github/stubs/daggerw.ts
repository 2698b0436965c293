import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../scenario.js";

/** `./daggerw` as the workflows call it: records the call with the role whose credentials are there, and does what the scenario says. */
const { CALLS = "", SCENARIO = "", AWS_ACCESS_KEY_ID, GITHUB_JOB } = process.env;
const argv = process.argv.slice(2);
appendFileSync(CALLS, `${JSON.stringify({ job: GITHUB_JOB, tool: "daggerw", argv, role: AWS_ACCESS_KEY_ID })}\n`);

const scenario: Scenario = JSON.parse(readFileSync(SCENARIO, "utf8"));
const failure = scenario.failures.find(({ call }) => argv.join(" ").includes(call));
if (failure !== undefined) {
  process.stderr.write(`Error: ${failure.message}\n`);
  process.exit(1);
}
const readFlag = (name: string) => argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
if (argv.includes("tf-plan")) {
  const folder = readFlag("output") ?? ".";
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(scenario.plan)) writeFileSync(join(folder, name), text);
}
if (argv.includes("tf-apply")) {
  readFileSync(readFlag("approved") ?? "");
  if (readFlag("expect") !== scenario.plan.fingerprint) {
    process.stderr.write("Error: [plan-stale] the plan: it is not the approved one\n");
    process.exit(1);
  }
}
if (argv.includes("lock") && scenario.locked !== undefined) {
  for (const path of ["images/lock.json", "MODULE.bazel"]) writeFileSync(path, scenario.locked);
}
