import { GenesisError, joinErrors } from "../lib/errors.js";
import { makeInert } from "../lib/inert.js";
import type { Run, StepResult } from "../lib/step.js";
import { comparePlans } from "./compare-plans.js";
import { type Deployment, listBasis } from "./deployment.js";
import { explainFailure, printsState } from "./failures.js";
import { type Fingerprint, hashBasis, parseFingerprint } from "./fingerprint.js";
import { checkGate } from "./gate.js";
import { explainTainted } from "./half-done.js";
import { type MadePlan, makePlan, pullState } from "./make-plan.js";
import { findAwaitedId } from "./phase.js";
import type { Plan } from "./plan.js";
import { APPLY_STEP, FIND_ERRORED_STEP, KEEP_STEP } from "./steps.js";
import { countChanges, formatCounts } from "./summary/counts.js";

/** What was approved. */
export interface Approval {
  /** What `tf-plan` wrote as fingerprint. */
  fingerprint: Fingerprint;
  /** The approved plan.json, to say what moved. */
  plan?: Plan;
  /** Names of losses that may happen. */
  allowLoss: readonly string[];
}

/**
 * Reads an approval and compares what is known before Terraform starts. Throws `fingerprint-invalid`, or `plan-stale` where the
 * code, the commit, the lock file or the container differs from the approved one.
 */
export function openApproval(expect: string, deployment: Deployment): Fingerprint {
  const fingerprint = parseFingerprint(expect);
  const basis = hashBasis(listBasis(deployment));
  if (basis.code !== fingerprint.code) throw refuseStale("terraform/ or the commit differs from the approved one");
  if (basis.lock !== fingerprint.lock) {
    const container =
      deployment.environment === undefined ? "" : `, or the container, which is now ${deployment.environment},`;
    throw refuseStale(`the lock file${container} differs from the approved one`);
  }
  return fingerprint;
}

/**
 * Plans again, and applies that plan if it is to the attribute what was approved and the gate lets it pass. Returns a report.
 * Throws `plan-stale` or what the gate says, with nothing applied; `state-unsaved` or `apply-failed` afterwards.
 */
export async function applyPlan(run: Run, deployment: Deployment, approval: Approval): Promise<string> {
  const made = await makePlan(run, deployment);
  checkApproval(made, approval);
  await checkGate(made.plan, approval.allowLoss);
  const result = await run(APPLY_STEP);
  if (result.exitCode !== 0) throw await explainApply(run, result);
  const applied = /^Apply complete!.*$/m.exec(result.stdout)?.[0] ?? "Apply complete.";
  const id = deployment.bootstrap ? await findAwaitedId(deployment.code, await pullState(run)) : undefined;
  const awaited =
    id === undefined
      ? ""
      : `The dedicated account has the id ${id}. Write it as public_ecr.account_id, then plan the second phase.\n`;
  return `${formatCounts(countChanges(made.plan))}, as approved.\n${makeInert(applied)}\n${awaited}`;
}

/** Two plans are one when their fingerprints are equal, in every digit. */
function checkApproval(made: MadePlan, { fingerprint, plan }: Approval): void {
  if (made.fingerprint.whole === fingerprint.whole) return;
  if (made.fingerprint.state !== fingerprint.state) throw refuseStale("the state has another lineage");
  const moved = plan && comparePlans(plan, made.plan);
  const lines = moved ?? ["Pass the approved plan.json as --approved to see what changed."];
  if (lines.length === 0) lines.push("The changes look the same: a sensitive value or Terraform's version differs.");
  const now = formatCounts(countChanges(made.plan));
  throw refuseStale(`the same code gives another plan: ${now} now`, lines.map(makeInert));
}

/** A failed apply: what it did is in the state, also what it created only in part; or, where that could not be saved, in the engine. */
async function explainApply(run: Run, result: StepResult): Promise<Error> {
  const written = await run(FIND_ERRORED_STEP);
  const kept = written.exitCode === 0 && (await run(KEEP_STEP)).exitCode === 0;
  const error = explainFailure(result, { code: "apply-failed", subject: "terraform apply" });
  if (!kept && !printsState(result)) {
    return joinErrors([error, ...(await pullState(run).then(explainTainted, () => []))]);
  }
  return new GenesisError({
    code: "state-unsaved",
    subject: "terraform apply",
    fact: `it could not save the state; the cause is ${error.code}`,
    details: error.message,
    ...(!kept && {
      effect: "What was applied until then stands only in the log of this step, with its sensitive values",
      next: "save the state from the log, as docs/runbooks/rollback.md says",
    }),
  });
}

function refuseStale(fact: string, details: readonly string[] = []): GenesisError {
  return new GenesisError({ code: "plan-stale", subject: "the approved plan", fact, details });
}
