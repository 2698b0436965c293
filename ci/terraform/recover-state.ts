import { GenesisError } from "../lib/errors.js";
import type { Run } from "../lib/step.js";
import type { Deployment } from "./deployment.js";
import { explainFailure } from "./failures.js";
import { openState } from "./make-plan.js";
import { DROP_KEPT_STEP, FIND_KEPT_STEP, PUSH_KEPT_STEP } from "./steps.js";

/**
 * Saves the state that an apply could not save and that the engine kept. Terraform compares lineage and serial, so it never
 * overwrites a newer one. Throws `state-not-kept`, `state-locked`, `recover-failed` or what the cause is; the kept state then stays where it is.
 */
export async function recoverState(run: Run, deployment: Deployment): Promise<string> {
  if ((await run(FIND_KEPT_STEP)).exitCode !== 0) {
    throw new GenesisError({
      code: "state-not-kept",
      subject: "the state",
      fact: "this engine keeps no state of this bucket and key",
    });
  }
  await openState(run, deployment);
  const pushed = await run(PUSH_KEPT_STEP);
  if (pushed.exitCode !== 0) {
    throw explainFailure(pushed, { code: "recover-failed", subject: "terraform state push" });
  }
  await run(DROP_KEPT_STEP);
  return "The kept state is saved. Next: run dagger call tf-plan, which shows what the interrupted apply left to do.\n";
}
