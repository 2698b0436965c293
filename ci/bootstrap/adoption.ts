import { type GenesisError, throwErrors } from "../lib/errors.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import { DATA_PATH, IMPORTS_FILE, TERRAFORM_FOLDER } from "../terraform/code.js";
import { editHcl } from "../terraform/edit-hcl.js";
import { isPlaceholder } from "../terraform/placeholders.js";
import type { BootstrapApi } from "./api.js";
import { renderImports } from "./imports.js";
import { checkCaller } from "./organization.js";
import { type Facts, type PlannedAdoption, planAdoption } from "./plan-adoption.js";
import { readSnapshot } from "./read-snapshot.js";
import { aboutRepository, nameBucket, type Repository } from "./repository.js";
import { fetchRepositoryIds, type GithubRepository, parseRepository } from "./repository-facts.js";
import type { Snapshot } from "./snapshot.js";

/** A file of the repository, by its path there. */
export interface WrittenFile {
  path: string;
  text: string;
}

/** What AWS, git and GitHub say, joined with the data; nothing is written yet. */
export interface Look {
  snapshot: Snapshot;
  adoption: PlannedAdoption;
  bucket: string;
  /** Why GitHub did not tell the repository's ids. */
  reason: string | undefined;
}

export interface LookOptions {
  onProgress: (line: string) => void;
  /** Whether accounts are entered, which only a checklist needs. */
  members: boolean;
  /** GitHub's API; undefined where it is not asked. */
  githubUrl: string | undefined;
  /**
   * The repository whose workflows deploy, as `owner/name` or the URL of git's remote. Not taken from genesis.json: a clone would hand its
   * organization to whom it was cloned from.
   */
  repository?: string;
}

/** Reads AWS and what git and GitHub tell of the repository, and plans its adoption. Throws `account-wrong` and `adopt-differs`. */
export async function lookAround(api: BootstrapApi, repository: Repository, options: LookOptions): Promise<Look> {
  const { management } = repository.data;
  const host = new URL(repository.settings.parsed.source).host;
  const known = options.repository === undefined ? undefined : parseRepository(options.repository, host);
  const caller = await checkCaller(api, {
    managementId: isPlaceholder(management.account_id) ? undefined : management.account_id,
  });
  const snapshot = await readSnapshot(api, aboutRepository(repository, caller), options);
  const bucket = nameBucket(repository.state.bucket, caller);
  const ids = known && options.githubUrl ? await fetchRepositoryIds(known, options.githubUrl) : undefined;
  const facts: Facts = {
    github: known && { ...known, ...(ids && "ownerId" in ids && { ids }) },
    bucket,
    readDocument: repository.readDocument,
  };
  const adoption = planAdoption(snapshot, repository.body, facts);
  return { snapshot, adoption, bucket, reason: ids && "reason" in ids ? ids.reason : undefined };
}

/**
 * Reads what exists of an organization, and returns the files that say it: the data, the imports, documents of policies, and genesis.json.
 * Changes nothing in AWS. Throws what keeps it from knowing the organization or what the state manages, and `adopt-differs`.
 */
export async function adoptExisting(
  api: BootstrapApi,
  repository: Repository,
  options: Omit<LookOptions, "members">,
): Promise<{ files: WrittenFile[]; report: string }> {
  const look = await lookAround(api, repository, { ...options, members: false });
  const { snapshot } = look;
  if (snapshot.organization === undefined || snapshot.managed === undefined) throwErrors([...snapshot.unread]);
  return { files: await writeAdoption(repository, look), report: formatReport(look) };
}

/** The files that an adoption changes. */
export async function writeAdoption(repository: Repository, { adoption, bucket }: Look): Promise<WrittenFile[]> {
  const { code, settings, state, text, data } = repository;
  const known = new Map(code.files.map((file) => [`${TERRAFORM_FOLDER}/${file.path}`, file.text]));
  const files = [
    { path: DATA_PATH, text: await editHcl(text, adoption.edits, DATA_PATH.slice(TERRAFORM_FOLDER.length + 1)) },
    { path: `${TERRAFORM_FOLDER}/${IMPORTS_FILE}`, text: renderImports(adoption.imports) },
    ...adoption.files,
  ].filter(({ path, text }) => known.get(path) !== text);
  const region = String(adoption.data.region);
  const { owner, repository: name } = adoption.data.github as GithubRepository;
  const isRenamed = owner !== data.github.owner || name !== data.github.repository;
  if (state.bucket === bucket && state.region === region && !isRenamed) return files;
  const parsed = JSON.parse(settings.text) as { source: string; state: object };
  const source = isRenamed ? new URL(`/${owner}/${name}`, parsed.source).href : parsed.source;
  const edited = { ...parsed, source, state: { ...parsed.state, bucket, region } };
  return [...files, { path: SETTINGS_PATH, text: `${JSON.stringify(edited, null, 2)}\n` }];
}

function formatReport({ snapshot, adoption, reason }: Look): string {
  const { changes, imports, left, asked } = adoption;
  return [
    ...list(`${changes.length} changes of the data`, changes),
    `${imports.length} imports in ${TERRAFORM_FOLDER}/${IMPORTS_FILE}`,
    ...list("Left alone, for the data cannot express it", left),
    ...list("Not read, so not adopted", snapshot.unread.map(formatError)),
    ...list(`For you to write into ${DATA_PATH}, for nothing else can tell`, asked),
    ...(reason === undefined ? [] : [`GitHub did not tell the repository's ids: ${reason}`]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  - ${line}`)];
}

const formatError = ({ message }: GenesisError) => message;
