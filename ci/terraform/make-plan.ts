import { z } from "zod";
import { GenesisError, joinErrors, throwErrors } from "../lib/errors.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import type { Run, Step, StepResult } from "../lib/step.js";
import { checkPlan } from "./check-plan.js";
import { type Deployment, listBasis } from "./deployment.js";
import { explainFailure, type FailedStep } from "./failures.js";
import { computeFingerprint, type Fingerprint, formatFingerprint } from "./fingerprint.js";
import { explainGone, explainPrevented, explainTainted } from "./half-done.js";
import { type Inventory, isEmptyInventory, renderInventory } from "./inventory.js";
import { listLosses } from "./losses/list-losses.js";
import { listFields } from "./losses/loss.js";
import { choosePhase } from "./phase.js";
import { isEmptyPlan, type Plan, parseFailedPlan, parsePlan } from "./plan.js";
import { formatPlan, redactPlan } from "./redact.js";
import { parseState, type State } from "./state.js";
import { FIND_KEPT_STEP, makeInitStep, makePlanStep, PULL_STEP, SHOW_STEP } from "./steps.js";
import { renderSummary } from "./summary/render-summary.js";

const bucketSchema = z.object({ name: z.string() });

/** A plan that was made. The saved plan itself stays in the environment. */
export interface MadePlan {
  /** Without sensitive values. */
  plan: Plan;
  fingerprint: Fingerprint;
  /** Terraform's diff, as text. */
  diff: string;
  notes: readonly string[];
  /** The container that Terraform ran in, where it is known. */
  environment?: string;
}

/**
 * Makes a plan: installs the locked providers, looks at the state, plans into a file, reads that file. Throws what stands against
 * it; exit codes other than 0 (no changes) and 2 (changes) are failures, never "no changes".
 */
export async function makePlan(run: Run, deployment: Deployment): Promise<MadePlan> {
  const { code, readOnly, environment } = deployment;
  await openState(run, deployment);
  await refuseKept(run);
  const state = await pullState(run);
  throwErrors(explainTainted(state));
  const { targets, notes } = await choosePhase(code, state, deployment.bootstrap);
  const planned = await run(makePlanStep({ readOnly, targets }));
  if (planned.exitCode !== 0 && planned.exitCode !== 2) {
    throw await explainPlan(run, planned, state);
  }
  const shown = await runStep(run, SHOW_STEP, { code: "plan-failed", subject: "terraform show" });
  const plan = parsePlan(shown.stdout);
  throwErrors(explainGone(plan, state));
  checkPlan(plan, targets);
  if ((planned.exitCode === 0) !== isEmptyPlan(plan)) {
    throw new GenesisError({
      code: "plan-unreadable",
      subject: "the plan",
      fact: `terraform plan exited with ${planned.exitCode}, and the plan that it saved says the opposite`,
      next: "dagger call tf-plan",
    });
  }
  checkSettings(plan, deployment);
  const { lineage } = state;
  const fingerprint = computeFingerprint(plan, { ...listBasis(deployment), lineage });
  const diff = cutDiff(planned.stdout);
  return { plan: redactPlan(plan), fingerprint, diff, notes, ...(environment && { environment }) };
}

/** A failed plan; where it would destroy what is protected, by what it had come to until then. */
async function explainPlan(run: Run, planned: StepResult, state: State): Promise<Error> {
  const error = explainFailure(planned, { code: "plan-failed", subject: "terraform plan" });
  if (error.code !== "destroy-prevented") return error;
  const plan = parseFailedPlan((await run(SHOW_STEP)).stdout);
  const causes = plan === undefined ? [] : explainPrevented(redactPlan(plan), state);
  const known = causes.filter((cause) => cause !== undefined);
  // What has no cause of its own was taken out of the data.
  return joinErrors(known.length < causes.length || known.length === 0 ? [error, ...known] : known);
}

/** Opens the state by `terraform init`. Throws `init-failed`, or what its text says. */
export async function openState(run: Run, { state, backendSettings }: Deployment): Promise<void> {
  await runStep(run, makeInitStep(state, backendSettings), { code: "init-failed", subject: "terraform init" });
}

/** Reads the state. Throws `state-unreadable`, `plan-failed`, or what Terraform's text says. */
export async function pullState(run: Run): Promise<State> {
  const { stdout } = await runStep(run, PULL_STEP, { code: "plan-failed", subject: "terraform state pull" });
  return parseState(stdout);
}

async function runStep(run: Run, step: Step, failed: FailedStep): Promise<StepResult> {
  const result = await run(step);
  if (result.exitCode !== 0) throw explainFailure(result, failed);
  return result;
}

/**
 * The files of a plan, for a person, for workflows and for `tf-apply`: summary.md, diff.txt, plan.json, fingerprint; changes: `true` where an
 * apply would write something, to AWS or to the state, or an inventory found something, else `false`; losses: what an apply wants named, a name a line, as a field of CSV.
 */
export function formatFiles(made: MadePlan, inventory?: Inventory): Record<string, string> {
  const losses = listLosses(made.plan);
  const notes =
    inventory === undefined ? made.notes : [...made.notes, renderInventory(inventory).trim()].filter(Boolean);
  return {
    "summary.md": renderSummary({ ...made, notes }, losses),
    "diff.txt": made.diff,
    "plan.json": formatPlan(made.plan),
    fingerprint: formatFingerprint(made.fingerprint),
    changes: `${!isEmptyPlan(made.plan) || (inventory !== undefined && !isEmptyInventory(inventory))}\n`,
    losses: listFields(losses)
      .map((field) => `${field}\n`)
      .join(""),
  };
}

/** Terraform's diff without the lines before it, which say what was read, and without the hint after it. */
function cutDiff(stdout: string): string {
  const start = /^(?:Terraform used the selected|Terraform will perform|Note: Objects have changed|No changes\.)/m;
  const end = stdout.search(/^─{20,}\s+Saved the plan to:/m);
  const from = stdout.search(start);
  return stdout.slice(Math.max(0, from), end === -1 ? undefined : end).trim();
}

/** A state that was kept is newer than the one in the bucket: a plan would create again what is there. */
export async function refuseKept(run: Run): Promise<void> {
  const { exitCode } = await run(FIND_KEPT_STEP);
  if (exitCode !== 0) return;
  throw new GenesisError({
    code: "state-unsaved",
    subject: "the state",
    fact: "an earlier apply could not save its state, which is kept in this engine",
    effect: "Nothing was applied",
  });
}

/** The state's bucket is named twice: for the backend, and in the data, for the bucket as a resource. */
function checkSettings(plan: Plan, { state }: Deployment): void {
  const bucket = bucketSchema.safeParse(plan.variables.state_bucket?.value).data;
  const pairs = [
    ["state_bucket.name", "bucket", bucket?.name],
    ["region", "region", plan.variables.region?.value],
  ] as const;
  for (const [variable, field, value] of pairs) {
    if (value === undefined || value === state[field]) continue;
    throw new GenesisError({
      code: "settings-disagree",
      subject: `${SETTINGS_PATH} state.${field}`,
      fact: `it is ${state[field]}, and ${variable} in the Terraform data is ${String(value)}`,
    });
  }
}
