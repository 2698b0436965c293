import { randomUUID } from "node:crypto";
import { type Container, dag, ReturnType, type Secret, type Service } from "@dagger.io/dagger";
import type { AwsCredentials } from "../aws/credentials.js";
import { hashBytes } from "../lib/hash.js";
import type { Environment, Step, StepResult } from "../terraform/environment.js";
import { type StateLocation, TERRAFORM_ENV } from "../terraform/steps.js";
import { QUIETLY, readQuietly, withQuietFolder } from "./quiet.js";
import { OWNER, runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

/** A cache volume of the engine: what a container's end must not take with it. */
const KEEP_FOLDER = "/keep";

/** What a deployment's container is made of. */
export interface EnvironmentOptions {
  /** Another container than the one of images/terraform. */
  container: Container | undefined;
  credentials: AwsCredentials;
  /** An AWS emulator in place of AWS. */
  emulator: EmulatorBinding | undefined;
  state: StateLocation;
}

/** An emulator as the steps see it. */
export interface EmulatorBinding {
  service: Service;
  /** What tells it from others: a state that was kept for one is none of another's. */
  id: string;
  /** Its URL from the container. */
  endpoint: string;
  /** Files for the working copy: path → text. */
  files: Readonly<Record<string, string>>;
}

/** The host by which a container reaches the emulator. */
export const EMULATOR_HOST = "aws";

/** Opens the predefined environment: a container whose steps run when they are called, each time and once. */
export async function openContainerEnvironment(
  workspace: Workspace,
  { container: given, credentials, emulator, state }: EnvironmentOptions,
): Promise<Environment> {
  let container = await runTerraform(workspace, given);
  for (const [name, value] of Object.entries(TERRAFORM_ENV)) container = container.withEnvVariable(name, value);
  for (const [name, secret] of Object.entries(makeSecrets(credentials))) {
    container = container.withSecretVariable(name, secret);
  }
  const place = hashBytes(JSON.stringify([state, emulator?.id])).slice(0, 16);
  const volume = dag.cacheVolume(`genesis-kept-state-${place}`);
  container = withQuietFolder(container.withMountedCache(KEEP_FOLDER, volume, { owner: OWNER }));
  if (emulator !== undefined) {
    container = container
      .withServiceBinding(EMULATOR_HOST, emulator.service)
      .withEnvVariable("AWS_ENDPOINT_URL", emulator.endpoint);
    for (const [path, text] of Object.entries(emulator.files)) container = container.withNewFile(path, text);
  }
  const run = async (step: Step): Promise<StepResult> => {
    container = withStep(container, step);
    return readResult(container, step);
  };
  return { run, keepFolder: KEEP_FOLDER };
}

/** The engine caches what it ran before: a value that was never there makes it run the step again. */
function withStep(container: Container, { argv, quiet }: Step): Container {
  return container
    .withEnvVariable("GENESIS_RUN", randomUUID())
    .withExec([...(quiet ? QUIETLY : []), ...argv], { expect: ReturnType.Any });
}

async function readResult(container: Container, { quiet }: Step): Promise<StepResult> {
  const exitCode = await container.exitCode();
  if (!quiet) return { exitCode, stdout: await container.stdout(), stderr: await container.stderr() };
  return { exitCode, ...(await readQuietly(container)) };
}

function makeSecrets({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): Record<string, Secret> {
  // A name of its own: two sessions of one engine must not read each other's.
  const name = `genesis-aws-${randomUUID()}`;
  return {
    AWS_ACCESS_KEY_ID: dag.setSecret(`${name}-id`, accessKeyId),
    AWS_SECRET_ACCESS_KEY: dag.setSecret(`${name}-key`, secretAccessKey),
    ...(sessionToken && { AWS_SESSION_TOKEN: dag.setSecret(`${name}-token`, sessionToken) }),
  };
}
