import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { type AwsCredentials, requireLifetime } from "../aws/credentials.js";
import { parseRevision } from "../lib/names.js";
import { applyPlan, openApproval } from "../terraform/apply-plan.js";
import { type Deployment, openDeployment } from "../terraform/deployment.js";
import { concludeDrift } from "../terraform/drift.js";
import { EMULATOR_BACKEND } from "../terraform/emulator.js";
import type { Environment } from "../terraform/environment.js";
import { formatFiles, makePlan } from "../terraform/make-plan.js";
import { parsePlan } from "../terraform/plan.js";
import { recoverState } from "../terraform/recover-state.js";
import { bindEmulator } from "./emulator.js";
import type { ApplyArguments, PlanArguments } from "./interface.js";
import { type DeployTarget, readCredentials } from "./target.js";
import { openContainerEnvironment } from "./terraform-environment.js";
import type { Workspace } from "./workspace.js";

/** Where the files of a plan are put, below the folder in which the module runs. */
const PLAN_FOLDER = "plan";

/** `tf-plan`: a folder with summary.md, diff.txt, plan.json, fingerprint and changes. */
export async function runTfPlan(workspace: Workspace, target: DeployTarget, args: PlanArguments): Promise<Directory> {
  const { environment, deployment } = await open(workspace, target, args);
  const files = formatFiles(await makePlan(environment, deployment));
  await mkdir(PLAN_FOLDER, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(PLAN_FOLDER, name), text);
  // Not by withNewFile: its argument, the whole plan, would stand in the logs.
  return dag.currentModule().workdir(PLAN_FOLDER);
}

/** `tf-apply`: plans again, compares, passes the gate, applies. */
export async function runTfApply(workspace: Workspace, target: DeployTarget, args: ApplyArguments): Promise<string> {
  const deployment = await openDeploymentOf(workspace, target, { ...args, readOnly: false });
  const fingerprint = openApproval(args.expect, deployment);
  const plan = args.approved === undefined ? undefined : parsePlan(await args.approved.contents(), "--approved");
  const environment = await openEnvironmentOf(workspace, target, deployment, args.environment, requireLifetime);
  return applyPlan(environment, deployment, {
    fingerprint,
    allowDestroy: args.allowDestroy,
    ...(plan && { plan }),
  });
}

/** `tf-drift`: the same plan; one that is not empty is a failure with its summary. */
export async function runTfDrift(workspace: Workspace, target: DeployTarget, args: PlanArguments): Promise<string> {
  const { environment, deployment } = await open(workspace, target, args);
  return concludeDrift(await makePlan(environment, deployment));
}

/** `tf-recover`: saves the state that an apply could not save. */
export async function runTfRecover(
  workspace: Workspace,
  target: DeployTarget,
  container: Container | undefined,
): Promise<string> {
  // As a bootstrap, for the apply may have been its first phase, with an account still to come.
  const args = { environment: container, bootstrap: true, readOnly: false, revision: undefined };
  const { environment, deployment } = await open(workspace, target, args);
  return recoverState(environment, deployment);
}

async function open(workspace: Workspace, target: DeployTarget, args: PlanArguments) {
  const deployment = await openDeploymentOf(workspace, target, args);
  return { deployment, environment: await openEnvironmentOf(workspace, target, deployment, args.environment) };
}

function openDeploymentOf(workspace: Workspace, { emulator }: DeployTarget, args: PlanArguments): Promise<Deployment> {
  const revision = args.revision === undefined ? undefined : parseRevision(args.revision);
  const { bootstrap, readOnly } = args;
  const settings = { parsed: workspace.settings, text: workspace.settingsText };
  const backendSettings = emulator === undefined ? [] : EMULATOR_BACKEND;
  return openDeployment(workspace.root, settings, {
    backendSettings,
    bootstrap,
    readOnly,
    ...(revision && { revision }),
  });
}

async function openEnvironmentOf(
  workspace: Workspace,
  target: DeployTarget,
  { state }: Deployment,
  container: Container | undefined,
  check: (credentials: AwsCredentials, now: number) => void = () => {},
): Promise<Environment> {
  const credentials = await readCredentials(target, check);
  const emulator = target.emulator && (await bindEmulator(target.emulator));
  return openContainerEnvironment(workspace, { container, credentials, emulator, state });
}
