import { formatFingerprint } from "../../../ci/terraform/fingerprint.js";

/** What the stub of `./daggerw` does. */
export interface Scenario {
  /** The files that tf-plan writes. */
  plan: Record<string, string>;
  /** Calls that fail, found by a part of their arguments. */
  failures: { call: string; message: string }[];
  /** What lock writes; nothing new where it is not given. */
  locked?: string;
}

export const FINGERPRINT = formatFingerprint({
  code: "1".repeat(12),
  lock: "2".repeat(12),
  state: "3".repeat(12),
  whole: "4".repeat(64),
});

/** A plan with changes, and everything succeeds. */
export function makeScenario(changes: Partial<Scenario> = {}): Scenario {
  const plan = {
    "summary.md": "## Terraform plan: 1 to create, 0 to update, 0 to destroy\n\nIt creates an account.\n",
    "diff.txt": "+ account",
    "plan.json": "{}",
    fingerprint: FINGERPRINT,
    changes: "true\n",
  };
  return { plan, failures: [], ...changes };
}

/** A plan without changes, and everything succeeds. */
export function makeEmptyScenario(): Scenario {
  const scenario = makeScenario();
  Object.assign(scenario.plan, { "summary.md": "## Terraform plan: no changes\n", changes: "false\n" });
  return scenario;
}
