import { join } from "node:path";
import { dag, type Service } from "@dagger.io/dagger";
import type { AwsCredentials } from "../aws/credentials.js";
import { hashBytes } from "../lib/hash.js";
import type { Run } from "../lib/step.js";
import { EMULATOR_FILES } from "../terraform/emulator.js";
import { KEEP_FOLDER, type StateLocation, TERRAFORM_ENV } from "../terraform/steps.js";
import { makeSecret, OWNER, openContainer, WORK_FOLDER } from "./run-step.js";
import { type Environment, runTerraform } from "./terraform.js";
import type { Workspace } from "./workspace.js";

export interface TerraformOptions {
  /** Where it runs; by default as `chooseEnvironment` says. */
  environment: Environment | undefined;
  credentials: AwsCredentials;
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
}

/** The host by which a container reaches the emulator. */
const EMULATOR_HOST = "aws";

/** Starts an emulator, once for all containers of a call, and describes how they reach it. By default its port is its id. */
export async function bindEmulator(emulator: Service, id?: string): Promise<EmulatorBinding> {
  const service = await emulator.start();
  const { port } = new URL(await service.endpoint({ scheme: "http" }));
  return { service, id: id ?? port, endpoint: `http://${EMULATOR_HOST}:${port}` };
}

/** Opens the predefined environment: its steps have the AWS credentials in their environment, and nothing else does. */
export async function openTerraform(
  workspace: Workspace,
  { environment, credentials, emulator, state }: TerraformOptions,
): Promise<Run> {
  let container = await runTerraform(workspace, environment);
  for (const [name, value] of Object.entries(TERRAFORM_ENV)) container = container.withEnvVariable(name, value);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  container = container
    .withSecretVariable("AWS_ACCESS_KEY_ID", makeSecret(accessKeyId))
    .withSecretVariable("AWS_SECRET_ACCESS_KEY", makeSecret(secretAccessKey));
  if (sessionToken !== undefined) {
    container = container.withSecretVariable("AWS_SESSION_TOKEN", makeSecret(sessionToken));
  }
  // A cache volume of the engine: what a container's end must not take with it.
  const place = hashBytes(JSON.stringify([state, emulator?.id])).slice(0, 16);
  const volume = dag.cacheVolume(`genesis-kept-state-${place}`);
  container = container.withMountedCache(join(WORK_FOLDER, KEEP_FOLDER), volume, { owner: OWNER });
  if (emulator !== undefined) {
    container = container
      .withServiceBinding(EMULATOR_HOST, emulator.service)
      .withEnvVariable("AWS_ENDPOINT_URL", emulator.endpoint);
    for (const [path, text] of Object.entries(EMULATOR_FILES)) container = container.withNewFile(path, text);
  }
  return openContainer(container);
}
