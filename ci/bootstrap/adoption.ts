import { GenesisError } from "../lib/errors.js";
import { readJson } from "../lib/read-json.js";
import { parseSettings, requireState, SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { type Code, DATA_PATH, readCode, TERRAFORM_FOLDER } from "../terraform/code.js";
import { type OrganizationData, readData } from "../terraform/data.js";
import { editHcl } from "../terraform/edit-hcl.js";
import { unescapeValue } from "../terraform/format-hcl.js";
import { parseHcl } from "../terraform/parse-hcl.js";
import { isPlaceholder } from "../terraform/placeholders.js";
import type { StateLocation } from "../terraform/steps.js";
import type { Facts } from "./adopt-facts.js";
import { formatReport } from "./adopt-report.js";
import type { BootstrapApi } from "./api.js";
import { IMPORTS_PATH, renderImports } from "./imports.js";
import { checkCaller } from "./organization.js";
import { planAdoption } from "./plan-adoption.js";
import { readSnapshot } from "./read-snapshot.js";
import { fetchRepositoryIds, type Repository, readRepository } from "./repository-facts.js";
import type { Snapshot } from "./snapshot.js";

/** Where adopt works, and whom it asks. */
export interface AdoptOptions {
  /** The repository: its settings, data and policies are read there. */
  root: string;
  /** genesis.json of it. */
  settings: { parsed: Settings; text: string };
  /** Takes lines such as `accounts: 150 of 500 read`. */
  onProgress: (line: string) => void;
  /** Replaces what reads AWS. */
  readSnapshot?: typeof readSnapshot;
  /** Replaces Git's remote. */
  findRepository?: (root: string) => Promise<Repository | undefined>;
  /** Replaces GitHub's API. */
  fetchIds?: (repository: Repository) => Promise<NonNullable<Facts["repositoryIds"]>>;
}

/** A file of the repository with its new text. */
export interface AdoptedFile {
  path: string;
  text: string;
}

/**
 * Reads what AWS has, and returns the files that make it the data's and Terraform's: only those that change. Changes nothing, in AWS or on
 * disk. Placeholders may still stand in the settings and the data. Throws `data-outdated`, `data-invalid`, `settings-disagree`,
 * `account-wrong`, `adopt-differs`, `data-unwritable`, and what keeps it from knowing what the state has.
 */
export async function adoptExisting(
  api: BootstrapApi,
  options: AdoptOptions,
): Promise<{ files: AdoptedFile[]; report: string }> {
  const { root, settings } = options;
  const code = await readCode(root);
  const data = await readData(code);
  const account = known(data.management.account_id);
  const caller = await checkCaller(api, { managementId: account });
  const state = chooseState(requireState(settings.parsed), data, caller);
  // Whoever has not said which account it is has not chosen a region either.
  const region = account === undefined ? undefined : data.region;
  const dedicated = {
    id: known(data.public_ecr.account_id),
    email: known(data.accounts[data.public_ecr.account]?.email ?? ""),
  };
  const read = options.readSnapshot ?? readSnapshot;
  const about = { managementId: account, region, dedicated, state };
  const snapshot = await read(api, about, { onProgress: options.onProgress, members: false });
  const facts = await gatherFacts(code, data, state, snapshot, options);

  const file = code.files.find(({ path }) => `${TERRAFORM_FOLDER}/${path}` === DATA_PATH);
  const text = file?.text ?? "";
  const body = file === undefined ? {} : (unescapeValue(await parseHcl(file)) as Record<string, unknown>);
  const adoption = planAdoption(snapshot, body, facts);
  if (snapshot.bucket === undefined) adoption.asked.push(`bucket ${state.bucket}: dagger call bootstrap makes it`);
  const written = [
    { path: DATA_PATH, text: await editHcl(text, adoption.edits, DATA_PATH.slice(TERRAFORM_FOLDER.length + 1)) },
    { path: IMPORTS_PATH, text: renderImports(adoption.imports) },
    ...adoption.files.map((each) => ({ ...each, path: `${TERRAFORM_FOLDER}/${each.path}` })),
    { path: SETTINGS_PATH, text: editSettings(settings, state.bucket, facts.region) },
  ];
  const before = new Map(code.files.map((each) => [`${TERRAFORM_FOLDER}/${each.path}`, each.text]));
  before.set(SETTINGS_PATH, settings.text);
  const files = written.filter((each) => each.text !== before.get(each.path));
  return { files, report: formatReport(adoption, snapshot, { files, sso: settings.parsed.sso }) };
}

function known(text: string): string | undefined {
  return text === "" || isPlaceholder(text) ? undefined : text;
}

/** The bucket is named in both files; where both still have the placeholder it is named by the account. */
function chooseState(state: StateLocation, data: OrganizationData, account: string): StateLocation {
  const [set, named] = [known(state.bucket), known(data.state_bucket.name)];
  if (set !== undefined && named !== undefined && set !== named) {
    throw new GenesisError({
      code: "settings-disagree",
      subject: `${SETTINGS_PATH} state.bucket`,
      fact: `it is ${set}, and state_bucket.name in the Terraform data is ${named}`,
      effect: "Nothing was written",
    });
  }
  return { ...state, bucket: set ?? named ?? `genesis-state-${account}` };
}

async function gatherFacts(
  { files }: Code,
  data: OrganizationData,
  state: StateLocation,
  snapshot: Snapshot,
  { root, findRepository = readRepository, fetchIds = fetchRepositoryIds }: AdoptOptions,
): Promise<Facts> {
  const repository = await findRepository(root);
  const management = snapshot.organization?.accounts.find(({ id }) => id === snapshot.caller);
  const documents = files.flatMap(({ path, text }) => {
    const file = /^policies\/(.*\.json)$/.exec(path)?.[1];
    return file === undefined ? [] : [[file, readJson(text).value] as const];
  });
  return {
    repository,
    repositoryIds: repository && (await fetchIds(repository)),
    managementId: snapshot.caller,
    managementEmail: management?.email,
    region: snapshot.identityCenter?.region ?? data.region,
    bucket: state.bucket,
    documents: Object.fromEntries(documents),
  };
}

/** genesis.json with the bucket and, as long as that was a placeholder, its region; the layout stays. */
function editSettings({ parsed, text }: AdoptOptions["settings"], bucket: string, region: string): string {
  if (parsed.state === null || known(parsed.state.bucket) !== undefined) return text;
  const edited = replaceInState(replaceInState(text, "bucket", bucket), "region", region);
  const { state } = parseSettings(edited);
  if (state?.bucket === bucket && state.region === region) return edited;
  throw new GenesisError({
    code: "data-unwritable",
    subject: SETTINGS_PATH,
    fact: "its layout is another than expected, so that it cannot be edited safely",
    details: [`state.bucket = ${bucket}`, `state.region = ${region}`],
  });
}

function replaceInState(text: string, field: string, value: string): string {
  const place = new RegExp(`("state"\\s*:\\s*\\{[^}]*?"${field}"\\s*:\\s*)"[^"]*"`);
  return text.replace(place, (_, start: string) => `${start}${JSON.stringify(value)}`);
}
