import type { Settings } from "../lib/settings.js";
import type { Step } from "../lib/step.js";

/** Where the state stands: an S3 bucket, the object's key and the bucket's region. */
export type StateLocation = NonNullable<Settings["state"]>;

/** The environment variables of every step: no questions, no calls home, no credentials but those that are given. */
export const TERRAFORM_ENV: Readonly<Record<string, string>> = {
  AWS_EC2_METADATA_DISABLED: "true",
  CHECKPOINT_DISABLE: "1",
  TF_IN_AUTOMATION: "1",
  TF_INPUT: "0",
};

/** The saved plan, in the folder of the code; it goes away with its environment. */
const PLAN_FILE = "genesis.tfplan";
/** Where Terraform puts a state that it could not save: https://developer.hashicorp.com/terraform/cli/state/recover */
const ERRORED_STATE = "errored.tfstate";
/** A folder beside the code's that outlives where the steps run; a state that could not be saved is kept there. */
export const KEEP_FOLDER = "../keep";
const KEPT_STATE = `${KEEP_FOLDER}/${ERRORED_STATE}`;

export interface PlanScope {
  /** Plan with a role that may only read: takes no lock, and reads the dedicated account by its plan role. */
  readOnly: boolean;
  /** Addresses to plan with what they depend on; everything where there is none. */
  targets: readonly string[];
}

/** Installs the locked providers from the environment's mirror and opens the state. `settings` are more backend settings. */
export function makeInitStep(state: StateLocation, settings: readonly string[]): Step {
  const backend = [`bucket=${state.bucket}`, `key=${state.key}`, `region=${state.region}`, ...settings];
  return quiet([
    ...["terraform", "init", "-input=false", "-no-color", "-reconfigure", "-lockfile=readonly"],
    ...backend.map((setting) => `-backend-config=${setting}`),
  ]);
}

export const PULL_STEP: Step = quiet(["terraform", "state", "pull"]);

/** Plans into a file. Exits 0 without changes, 2 with some, and otherwise when it failed. */
export function makePlanStep({ readOnly, targets }: PlanScope): Step {
  return quiet([
    ...["terraform", "plan", "-input=false", "-no-color", "-detailed-exitcode", `-out=${PLAN_FILE}`],
    ...(readOnly ? ["-lock=false", "-var=runs_as=plan"] : []),
    ...targets.map((address) => `-target=${address}`),
  ]);
}

export const SHOW_STEP: Step = quiet(["terraform", "show", "-json", PLAN_FILE]);

/** Applies the saved plan: that one and no other. */
export const APPLY_STEP: Step = { argv: ["terraform", "apply", "-input=false", "-no-color", PLAN_FILE] };

/** Takes an instance for whole whose creation ended half-way. Changes the state alone, as the next one does. */
export function makeUntaintStep(address: string): Step {
  return quiet(["terraform", "untaint", "-no-color", address]);
}

/** Takes instances out of the state. */
export function makeForgetStep(addresses: readonly string[]): Step {
  return quiet(["terraform", "state", "rm", "-no-color", ...addresses]);
}

/** Succeeds where Terraform wrote a state that it could not save. On a full disk it leaves an empty file, which is none. */
export const FIND_ERRORED_STEP: Step = quiet(["test", "-s", ERRORED_STATE]);

export const KEEP_STEP: Step = quiet(["cp", ERRORED_STATE, KEPT_STATE]);

export const FIND_KEPT_STEP: Step = quiet(["test", "-f", KEPT_STATE]);

/** Saves the kept state. Terraform refuses one of another lineage, or one that is older than what is there. */
export const PUSH_KEPT_STEP: Step = quiet(["terraform", "state", "push", KEPT_STATE]);

export const DROP_KEPT_STEP: Step = quiet(["rm", "-f", KEPT_STATE]);

function quiet(argv: readonly string[]): Step {
  return { argv, quiet: true };
}
