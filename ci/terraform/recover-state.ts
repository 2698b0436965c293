import { GenesisError } from "../lib/errors.js";
import type { Deployment } from "./deployment.js";
import type { Environment } from "./environment.js";
import { explainFailure } from "./failures.js";
import { openState } from "./make-plan.js";
import { makeDropKeptStep, makeFindKeptStep, makePushKeptStep } from "./steps.js";

/**
 * Saves the state that an apply could not save and that the engine kept. Terraform compares lineage and serial, so it never
 * overwrites a newer one. Throws `state-not-kept`, `state-locked` or `recover-failed`; the kept state then stays where it is.
 */
export async function recoverState(environment: Environment, deployment: Deployment): Promise<string> {
  const { keepFolder } = environment;
  if ((await environment.run(makeFindKeptStep(keepFolder))).exitCode !== 0) throw refuseNothing();
  await openState(environment, deployment);
  const pushed = await environment.run(makePushKeptStep(keepFolder));
  if (pushed.exitCode !== 0) {
    throw explainFailure(pushed, {
      code: "recover-failed",
      subject: "terraform state push",
      effect: "The kept state is still in this engine",
    });
  }
  await environment.run(makeDropKeptStep(keepFolder));
  return "The kept state is saved. Next: run dagger call tf-plan, which shows what the interrupted apply left to do.\n";
}

function refuseNothing(): GenesisError {
  return new GenesisError({
    code: "state-not-kept",
    subject: "the state",
    fact: "this engine keeps no state of this bucket and key",
  });
}
