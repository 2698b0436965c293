import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { TERRAFORM_FOLDER } from "../../ci/terraform/code.js";
import { EMULATOR_CREDENTIALS, EMULATOR_FILES } from "../../ci/terraform/emulator.js";
import { KEEP_FOLDER, TERRAFORM_ENV } from "../../ci/terraform/steps.js";
import { openProcesses, type ProcessOptions, type ProcessRunner } from "./run-step.js";

/** A repository's Terraform code and the emulator that it is for. */
export interface TerraformOptions extends Pick<ProcessOptions, "env" | "onStep"> {
  /** The repository, a copy that was filled in. */
  root: string;
  /** A folder of the caller's. What is kept beyond the runner is kept there, in `keep/`. */
  scratch: string;
  /** Path of the executable. */
  terraform: string;
  /** A filesystem mirror of the locked providers. */
  mirror: string;
  /** The emulator, on loopback. */
  endpoint: string;
}

/** Opens what the container of a deployment is: a copy of the code, with the emulator's override file and dummy credentials. */
export async function openTerraform(options: TerraformOptions): Promise<ProcessRunner> {
  const { root, scratch, terraform, mirror, endpoint, onStep } = options;
  const configured = configureMirror(mirror);
  const runner = await openProcesses({
    source: join(root, TERRAFORM_FOLDER),
    files: { ...EMULATOR_FILES, ...configured.files },
    scratch,
    tools: { terraform },
    endpoint,
    env: {
      ...configured.env,
      AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
      ...options.env,
    },
    ...(onStep && { onStep }),
  });
  const keep = join(scratch, "keep");
  await mkdir(keep, { recursive: true });
  await symlink(keep, join(runner.folder, KEEP_FOLDER));
  return runner;
}

const CONFIGURATION = "providers.tfrc";
/** Go's collector takes a third of the time of a plan, which ends before it needs much memory. */
const QUICK_GO = { GOGC: "off", GOMEMLIMIT: "1GiB" };

/** Where Terraform takes providers from: https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation */
export function configureMirror(mirror: string): Required<Pick<ProcessOptions, "env" | "files">> {
  const place = `  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
  return {
    files: { [CONFIGURATION]: `provider_installation {\n${place}\n}\n` },
    env: { ...TERRAFORM_ENV, ...QUICK_GO, TF_CLI_CONFIG_FILE: CONFIGURATION },
  };
}
