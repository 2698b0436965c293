import type { Container, Directory } from "@dagger.io/dagger";
import { type AwsCredentials, requireLifetime } from "../aws/credentials.js";
import { parseRevision } from "../lib/names.js";
import type { Run } from "../lib/step.js";
import { applyPlan, openApproval } from "../terraform/apply-plan.js";
import { checkApproval } from "../terraform/check-approval.js";
import { hasOrganization } from "../terraform/data.js";
import { type Deployment, openDeployment } from "../terraform/deployment.js";
import { concludeDrift } from "../terraform/drift.js";
import { editState } from "../terraform/edit-state.js";
import { EMULATOR_BACKEND } from "../terraform/emulator.js";
import { type Inventory, NOTHING_FOUND } from "../terraform/inventory.js";
import { formatFiles, makePlan } from "../terraform/make-plan.js";
import { parsePlan } from "../terraform/plan.js";
import { recoverState } from "../terraform/recover-state.js";
import { handOverFiles } from "./hand-over.js";
import type { ApplyArguments, ApprovalArguments, PlanArguments, StateEditArguments } from "./interface.js";
import { bindEmulator, openTerraform } from "./open-terraform.js";
import { type DeployTarget, readCredentials } from "./target.js";
import { chooseEnvironment, type Environment } from "./terraform.js";
import type { Workspace } from "./workspace.js";

/** `tf-plan`: a folder with summary.md, diff.txt, plan.json, fingerprint and changes. */
export async function runTfPlan(workspace: Workspace, target: DeployTarget, args: PlanArguments): Promise<Directory> {
  const { run, deployment } = await open(workspace, target, args);
  const made = await makePlan(run, deployment);
  return handOverFiles(
    formatFiles(made, args.inventory ? await takeInventory(workspace, target, deployment) : undefined),
  );
}

/** `check-approval`: what is known of an approval before AWS is called. */
export async function runCheckApproval(
  workspace: Workspace,
  target: DeployTarget,
  { expect, revision, approver, authors }: ApprovalArguments,
): Promise<string> {
  const environment = await chooseEnvironment(workspace);
  const args = { revision, bootstrap: false, readOnly: true };
  return checkApproval(await openDeploymentOf(workspace, target, args, environment), expect, { id: approver, authors });
}

/** `tf-apply`: plans again, compares, passes the gate, applies. */
export async function runTfApply(workspace: Workspace, target: DeployTarget, args: ApplyArguments): Promise<string> {
  const environment = await chooseEnvironment(workspace, args.environment);
  const deployment = await openDeploymentOf(workspace, target, { ...args, readOnly: false }, environment);
  const fingerprint = openApproval(args.expect, deployment);
  const plan = args.approved === undefined ? undefined : parsePlan(await args.approved.contents(), "--approved");
  const run = await openRun(workspace, target, deployment, environment, requireLifetime);
  return applyPlan(run, deployment, { fingerprint, allowLoss: args.allowLoss, ...(plan && { plan }) });
}

/** `tf-drift`: the same plan, and an inventory; what either finds is a failure with the summary. */
export async function runTfDrift(
  workspace: Workspace,
  target: DeployTarget,
  args: Pick<PlanArguments, "readOnly" | "environment">,
): Promise<string> {
  const { run, deployment } = await open(workspace, target, { ...args, bootstrap: false });
  return concludeDrift(await makePlan(run, deployment), await takeInventory(workspace, target, deployment));
}

/** `tf-recover`: saves the state that an apply could not save. */
export async function runTfRecover(
  workspace: Workspace,
  target: DeployTarget,
  container: Container | undefined,
): Promise<string> {
  // As a bootstrap, for the apply may have been its first phase, with an account still to come.
  const args = { environment: container, bootstrap: true, readOnly: false };
  const { run, deployment } = await open(workspace, target, args);
  return recoverState(run, deployment);
}

/** `tf-untaint`, `tf-forget`: says what would be done to the state, or does it. */
export async function runStateEdit(
  workspace: Workspace,
  target: DeployTarget,
  args: StateEditArguments,
): Promise<string> {
  // As a bootstrap, for its first phase can end half-way too.
  const options = { environment: args.environment, bootstrap: true, readOnly: false };
  const { run, deployment } = await open(workspace, target, options);
  return editState(run, deployment, args);
}

type Options = Pick<PlanArguments, "bootstrap" | "readOnly"> & { revision?: string | undefined };

/** Loaded where it is asked for: no plan waits for the clients of AWS. */
async function takeInventory(
  workspace: Workspace,
  target: DeployTarget,
  { code, readOnly }: Deployment,
): Promise<Inventory> {
  if (!(await hasOrganization(code))) return NOTHING_FOUND;
  return (await import("./bootstrap.js")).runInventory(workspace, target, readOnly);
}

async function open(workspace: Workspace, target: DeployTarget, args: Options & Pick<PlanArguments, "environment">) {
  const environment = await chooseEnvironment(workspace, args.environment);
  const deployment = await openDeploymentOf(workspace, target, args, environment);
  return { deployment, run: await openRun(workspace, target, deployment, environment) };
}

function openDeploymentOf(
  workspace: Workspace,
  { emulator }: DeployTarget,
  args: Options,
  { name: environment }: Environment,
): Promise<Deployment> {
  const revision = args.revision === undefined ? undefined : parseRevision(args.revision);
  const { bootstrap, readOnly } = args;
  const settings = { parsed: workspace.settings, text: workspace.settingsText };
  const backendSettings = emulator === undefined ? [] : EMULATOR_BACKEND;
  const options = { backendSettings, bootstrap, readOnly, environment, ...(revision && { revision }) };
  return openDeployment(workspace.root, settings, options);
}

async function openRun(
  workspace: Workspace,
  target: DeployTarget,
  { state }: Deployment,
  environment: Environment,
  check?: (credentials: AwsCredentials, now: number) => void,
): Promise<Run> {
  const credentials = await readCredentials(target, check);
  const emulator = target.emulator && (await bindEmulator(target.emulator));
  return openTerraform(workspace, { environment, credentials, emulator, state });
}
