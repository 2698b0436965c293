import { throwErrors } from "../lib/errors.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import { DATA_PATH, TERRAFORM_FOLDER } from "../terraform/code.js";
import { editHcl } from "../terraform/edit-hcl.js";
import type { Facts } from "./adopt-facts.js";
import { formatReport } from "./adopt-report.js";
import type { BootstrapApi } from "./api.js";
import { IMPORTS_PATH, renderImports } from "./imports.js";
import { type PlannedAdoption, planAdoption } from "./plan-adoption.js";
import { readSnapshot, type SnapshotOptions } from "./read-snapshot.js";
import { aboutRepository, nameBucket, type Repository } from "./repository.js";
import { fetchApproverIds, fetchRepositoryIds, type GithubRepository, parseRepository } from "./repository-facts.js";
import type { Snapshot } from "./snapshot.js";

/** A file of the repository, by its path there. */
export interface WrittenFile {
  path: string;
  text: string;
}

/** What AWS, and GitHub where it is asked, say of what the repository is about. */
export interface Look {
  snapshot: Snapshot;
  facts: Facts;
}

export interface LookOptions extends SnapshotOptions {
  /** GitHub's API; undefined where it is not asked. */
  githubUrl: string | undefined;
  /**
   * The repository whose workflows deploy, as `owner/name` or the URL of git's remote. Not taken from genesis.json: a clone would hand its
   * organization to whom it was cloned from.
   */
  repository?: string;
}

/** Reads AWS, and GitHub for a repository that somebody named. Throws `account-wrong` and `repository-invalid`. */
export async function lookAround(api: BootstrapApi, repository: Repository, options: LookOptions): Promise<Look> {
  const { data, settings, state, documents } = repository;
  const host = new URL(settings.parsed.source).host;
  const named = options.repository === undefined ? undefined : parseRepository(options.repository, host);
  const snapshot = await readSnapshot(api, (caller) => aboutRepository(repository, caller), options);
  const { caller } = snapshot;
  const facts: Facts = {
    repository: named,
    repositoryIds: named && options.githubUrl ? await fetchRepositoryIds(named, options.githubUrl) : undefined,
    approverIds: options.githubUrl ? await fetchApproverIds(data.github.approvers, options.githubUrl) : {},
    managementId: caller,
    managementEmail: snapshot.organization?.accounts.find(({ id }) => id === caller)?.email,
    region: snapshot.identityCenter?.region ?? data.region,
    bucket: nameBucket(state.bucket, caller),
    documents,
  };
  return { snapshot, facts };
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
  const { snapshot, facts } = await lookAround(api, repository, { ...options, members: false });
  if (snapshot.organization === undefined) throwErrors([...snapshot.unread]);
  const adoption = planAdoption(snapshot, repository.body, facts);
  const files = await writeAdoption(repository, adoption, facts.bucket);
  return { files, report: formatReport(adoption, snapshot, { files, sso: repository.settings.parsed.sso }) };
}

/** The files that an adoption changes. */
export async function writeAdoption(
  { code, settings, state, text, data }: Repository,
  adoption: PlannedAdoption,
  bucket: string,
): Promise<WrittenFile[]> {
  const known = new Map(code.files.map((file) => [`${TERRAFORM_FOLDER}/${file.path}`, file.text]));
  const files = [
    { path: DATA_PATH, text: await editHcl(text, adoption.edits, DATA_PATH.slice(TERRAFORM_FOLDER.length + 1)) },
    { path: IMPORTS_PATH, text: renderImports(adoption.imports) },
    ...adoption.files.map((file) => ({ ...file, path: `${TERRAFORM_FOLDER}/${file.path}` })),
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
