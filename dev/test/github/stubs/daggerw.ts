import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Program } from "../../fixtures/programs.js";
import type { Scenario } from "../scenario.js";

/** `./daggerw` as the workflows call it: does what the scenario says. */
export function makeDaggerw(scenario: Scenario): Program {
  return async ({ argv, cwd }) => {
    const failure = scenario.failures.find(({ call }) => argv.join(" ").includes(call));
    if (failure !== undefined) throw new Error(`Error: ${failure.message}`);
    const readFlag = (name: string) => argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";
    if (argv.includes("tf-plan")) {
      const folder = join(cwd, readFlag("output"));
      await mkdir(folder, { recursive: true });
      for (const [name, text] of Object.entries(scenario.plan)) await writeFile(join(folder, name), text);
    }
    if (argv.includes("tf-apply")) {
      await readFile(join(cwd, readFlag("approved")));
      if (readFlag("expect") !== scenario.plan.fingerprint) {
        throw new Error("Error: [plan-stale] the plan: it is not the approved one");
      }
    }
    if (argv.includes("lock") && scenario.locked !== undefined) {
      for (const path of ["images/lock.json", "MODULE.bazel"]) await writeFile(join(cwd, path), scenario.locked);
    }
  };
}
