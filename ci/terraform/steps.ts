import type { Step } from "./environment.js";

/** Where the state stands: an S3 bucket, the object's key and the bucket's region. */
export interface StateLocation {
  bucket: string;
  key: string;
  region: string;
}

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
export const ERRORED_STATE = "errored.tfstate";

/** What a plan is asked for. */
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

/** Prints the state. */
export const PULL_STEP: Step = quiet(["terraform", "state", "pull"]);

/** Plans into a file. Exits 0 without changes, 2 with some, and otherwise when it failed. */
export function makePlanStep({ readOnly, targets }: PlanScope): Step {
  return quiet([
    ...["terraform", "plan", "-input=false", "-no-color", "-detailed-exitcode", `-out=${PLAN_FILE}`],
    ...(readOnly ? ["-lock=false", "-var=runs_as=plan"] : []),
    ...targets.map((address) => `-target=${address}`),
  ]);
}

/** Prints the saved plan as JSON. */
export const SHOW_STEP: Step = quiet(["terraform", "show", "-json", PLAN_FILE]);

/** Applies the saved plan: that one and no other. */
export const APPLY_STEP: Step = {
  argv: ["terraform", "apply", "-input=false", "-no-color", PLAN_FILE],
  quiet: false,
};

/** Succeeds where Terraform wrote a state that it could not save. On a full disk it leaves an empty file, which is none. */
export const FIND_ERRORED_STEP: Step = quiet(["test", "-s", ERRORED_STATE]);

/** Keeps a state that could not be saved. */
export function makeKeepStep(keepFolder: string): Step {
  return quiet(["cp", ERRORED_STATE, `${keepFolder}/${ERRORED_STATE}`]);
}

/** Succeeds where a state was kept. */
export function makeFindKeptStep(keepFolder: string): Step {
  return quiet(["test", "-f", `${keepFolder}/${ERRORED_STATE}`]);
}

/** Saves the kept state. Terraform refuses one of another lineage, or one that is older than what is there. */
export function makePushKeptStep(keepFolder: string): Step {
  return quiet(["terraform", "state", "push", `${keepFolder}/${ERRORED_STATE}`]);
}

/** Removes the kept state, once it is saved. */
export function makeDropKeptStep(keepFolder: string): Step {
  return quiet(["rm", "-f", `${keepFolder}/${ERRORED_STATE}`]);
}

function quiet(argv: readonly string[]): Step {
  return { argv, quiet: true };
}
