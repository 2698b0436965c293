import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatFingerprint } from "../../../../ci/terraform/fingerprint.js";
import type { Program } from "../../fixtures/programs.js";

/** What the stub of `./daggerw` does. */
export interface Scenario {
  plan: Record<string, string>;
  /** Calls that fail, found by a part of their arguments. */
  failures: { call: string; message: string }[];
  /** Ids of who may approve. */
  approvers: string[];
  /** What lock writes; nothing new where it is not given. */
  locked?: string;
}

export const FINGERPRINT = formatFingerprint({
  code: "1".repeat(12),
  lock: "2".repeat(12),
  state: "3".repeat(12),
  whole: "4".repeat(64),
});

export function makeScenario(changes: Partial<Scenario> = {}): Scenario {
  const plan = {
    "summary.md": "## Terraform plan: 1 to create, 0 to update, 0 to destroy\n\nIt creates an account.\n",
    "diff.txt": "+ account",
    "plan.json": "{}",
    fingerprint: FINGERPRINT,
    changes: "true\n",
  };
  return { plan, failures: [], approvers: ["33", "44"], ...changes };
}

export function makeEmptyScenario(): Scenario {
  const scenario = makeScenario();
  Object.assign(scenario.plan, { "summary.md": "## Terraform plan: no changes\n", changes: "false\n" });
  return scenario;
}

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
    if (argv.includes("check-approval") && !scenario.approvers.includes(readFlag("approver"))) {
      throw new Error("Error: [approver-unknown] nobody knows them");
    }
    if (argv.includes("tf-apply")) {
      if (readFlag("expect") !== scenario.plan.fingerprint) {
        throw new Error("Error: [plan-stale] the plan: it is not the approved one");
      }
    }
    if (argv.includes("lock") && scenario.locked !== undefined) {
      for (const path of ["images/lock.json", "MODULE.bazel"]) await writeFile(join(cwd, path), scenario.locked);
    }
  };
}
