import { requireState, SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { checkCode } from "./check-code.js";
import { checkImports } from "./check-imports.js";
import { type Code, readCode, TERRAFORM_FOLDER } from "./code.js";
import { checkData } from "./data.js";
import { ACCOUNT_TO_COME, checkPlaceholders } from "./placeholders.js";
import type { StateLocation } from "./steps.js";

/** What a plan, an apply and a drift check are about. */
export interface Deployment {
  code: Code;
  state: StateLocation;
  /** Backend settings beside the state's place, for an emulator. */
  backendSettings: readonly string[];
  /** The commit that an approval is for; it becomes part of the fingerprint. */
  revision?: string;
  /** Whether the state may be empty, and accounts may still be to come. */
  bootstrap: boolean;
  /** Whether to plan with the role that may only read. */
  readOnly: boolean;
}

/** What the caller says of a deployment. */
export type DeploymentOptions = Pick<Deployment, "backendSettings" | "revision" | "bootstrap" | "readOnly">;

/**
 * Reads a deployment from the repository at `root` and checks everything that can be checked before Terraform starts. Throws
 * `state-unset`, `placeholder-left`, `code-forbidden`, `code-unreadable`, `data-invalid` or `import-orphaned`.
 */
export async function openDeployment(
  root: string,
  settings: { parsed: Settings; text: string },
  options: DeploymentOptions,
): Promise<Deployment> {
  const code = await readCode(root);
  await checkCode(code);
  await checkData(code);
  await checkImports(code);
  const data = code.files
    .filter(({ path }) => /\.tfvars(\.json)?$/.test(path))
    .map(({ path, text }) => ({ path: `${TERRAFORM_FOLDER}/${path}`, text }));
  const accepted = options.bootstrap ? [ACCOUNT_TO_COME] : [];
  checkPlaceholders([{ path: SETTINGS_PATH, text: settings.text }, ...data], accepted);
  return { code, state: requireState(settings.parsed), ...options };
}
