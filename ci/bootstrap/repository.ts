import { readJson } from "../lib/read-json.js";
import { requireState, type SettingsFile } from "../lib/settings.js";
import { type Code, DATA_PATH, readCode, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type OrganizationData, readData } from "../terraform/data.js";
import { unescapeValue } from "../terraform/format-hcl.js";
import { parseHcl } from "../terraform/parse-hcl.js";
import { ACCOUNT_TO_COME, isPlaceholder } from "../terraform/placeholders.js";
import type { StateLocation } from "../terraform/steps.js";
import { checkAgreement } from "./agreement.js";
import type { SnapshotAbout } from "./read-snapshot.js";

/** The repository as bootstrap and adopt read it; placeholders may be left in it. */
export interface Repository {
  root: string;
  code: Code;
  settings: SettingsFile;
  state: StateLocation;
  /** Text of the data file. */
  text: string;
  data: OrganizationData;
  /** The data file as it is written, with the escapes of HCL undone. */
  body: Record<string, unknown>;
  /** Parsed JSON of `terraform/policies/`, by the path there. */
  documents: Readonly<Record<string, unknown>>;
}

/**
 * Reads the repository at `root`, and checks it before AWS is called. Throws `state-unset`, `data-invalid`,
 * `code-unreadable` or `settings-disagree`.
 */
export async function openRepository(root: string, settings: SettingsFile): Promise<Repository> {
  const code = await readCode(root);
  const data = await readData(code);
  const state = requireState(settings.parsed);
  checkAgreement(settings.parsed, data);
  const file = code.files.find(({ path }) => `${TERRAFORM_FOLDER}/${path}` === DATA_PATH);
  const documents = code.files.flatMap(({ path, text }) => {
    const name = /^policies\/(.*\.json)$/.exec(path)?.[1];
    return name === undefined ? [] : [[name, readJson(text).value] as const];
  });
  return {
    ...{ root, code, settings, state, data },
    text: file?.text ?? "",
    body: file === undefined ? {} : (unescapeValue(await parseHcl(file)) as Record<string, unknown>),
    documents: Object.fromEntries(documents),
  };
}

/** What is to be read of AWS; `caller` is the account that a placeholder stands for. */
export function aboutRepository({ data, state }: Repository, caller: string): SnapshotAbout {
  const { account, account_id } = data.public_ecr;
  const email = data.accounts[account]?.email;
  const isNew = isPlaceholder(data.management.account_id);
  return {
    managementId: isNew ? undefined : data.management.account_id,
    region: isNew ? undefined : data.region,
    dedicated: { id: account_id === ACCOUNT_TO_COME ? undefined : account_id, email },
    state: { ...state, bucket: nameBucket(state.bucket, caller) },
  };
}

/** The bucket of the state, with the account's id where the placeholder stands. */
export function nameBucket(bucket: string, caller: string): string {
  return bucket.replace(/(?<!\d)0{12}(?!\d)/, caller);
}
