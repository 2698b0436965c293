import { GenesisError, throwErrors } from "../lib/errors.js";
import { requireState, SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { DATA_PATH, readCode, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type OrganizationData, readData } from "../terraform/data.js";
import { ACCOUNT_TO_COME, checkPlaceholders } from "../terraform/placeholders.js";
import type { StateLocation } from "../terraform/steps.js";

/** Ids of what exists, to import instead of create: kind → name → id. */
export type Adopt = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the repository says an organization should be, as far as a bootstrap looks at it. */
export interface BootstrapData {
  /** Text of the data file, to be edited. */
  text: string;
  /** Home region of the Identity Center and of the state's bucket. */
  region: string;
  managementId: string;
  /** Member accounts by name. */
  accounts: Readonly<Record<string, { email: string; ou: string }>>;
  dedicated: {
    account: string;
    /** Undefined while the data waits for the account. */
    id: string | undefined;
    repositories: readonly string[];
  };
  /** The OUs directly below the root. */
  ous: readonly string[];
  /** What the data has switched on in the organization; an apply switches everything else of these kinds off. */
  enabled: { services: readonly string[]; policyTypes: readonly string[] };
  adopt: Adopt;
  state: StateLocation;
}

/**
 * Reads what a bootstrap needs of the repository at `root`, and checks it before AWS is called. Throws `state-unset`, `placeholder-left`,
 * `data-invalid`, `data-outdated`, `code-unreadable` or `settings-disagree`.
 */
export async function readBootstrapData(
  root: string,
  settings: { parsed: Settings; text: string },
): Promise<BootstrapData> {
  const code = await readCode(root);
  const file = code.files.find(({ path }) => `${TERRAFORM_FOLDER}/${path}` === DATA_PATH);
  const text = file?.text ?? "";
  checkPlaceholders(
    [
      { path: SETTINGS_PATH, text: settings.text },
      { path: DATA_PATH, text },
    ],
    [ACCOUNT_TO_COME],
  );
  const data = await readData(code);
  const state = requireState(settings.parsed);
  checkAgreement(settings.parsed, data);
  const { account, account_id, repositories } = data.public_ecr;
  return {
    text,
    region: data.region,
    managementId: data.management.account_id,
    accounts: data.accounts,
    dedicated: { account, id: account_id === ACCOUNT_TO_COME ? undefined : account_id, repositories },
    ous: Object.keys(data.ous).filter((path) => !path.includes("/")),
    enabled: { services: data.organization.trusted_services, policyTypes: data.organization.policy_types },
    adopt: {},
    state,
  };
}

/** What is named in both files must be the same: a bucket would be made that no plan uses, or the wrong region be asked. */
function checkAgreement({ state, sso }: Settings, data: OrganizationData): void {
  const pairs = [
    ["state.bucket", state?.bucket, "state_bucket.name", data.state_bucket.name],
    ["state.region", state?.region, "region", data.region],
    ["sso.region", sso?.region, "region", data.region],
  ] as const;
  throwErrors(
    pairs.flatMap(([field, set, variable, value]) =>
      set === undefined || set === value
        ? []
        : [
            new GenesisError({
              code: "settings-disagree",
              subject: `${SETTINGS_PATH} ${field}`,
              fact: `it is ${set}, and ${variable} in the Terraform data is ${value}`,
              effect: "AWS was not called",
            }),
          ],
    ),
  );
}
