import { GenesisError } from "../lib/errors.js";
import { isObject } from "../lib/objects.js";
import { DATA_PATH } from "../terraform/code.js";
import { ACCOUNT_TO_COME, isPlaceholder } from "../terraform/placeholders.js";
import { type AccountKeys, findDedicated } from "./adopt-accounts.js";
import { type Draft, formatPath, leave, readAt, writeField } from "./adopt-draft.js";
import { fold } from "./adopt-keys.js";

/** What is known beside what AWS has and the data says. */
export interface Facts {
  /** The repository on GitHub that this is a clone of. */
  repository?: { owner: string; repository: string } | undefined;
  /** GitHub's ids of it, or why they could not be found out. */
  repositoryIds?: { ownerId: string; repositoryId: string } | { reason: string } | undefined;
  /** GitHub's ids of the approvers that the data has none of, by login. */
  approverIds?: Readonly<Record<string, { id: string } | { reason: string }>>;
  managementId: string;
  managementEmail: string | undefined;
  /** Home region of the Identity Center. */
  region: string;
  /** Name of the state's bucket. */
  bucket: string;
  /** Parsed JSON of `terraform/policies/`, by the path there. */
  documents: Readonly<Record<string, unknown>>;
}

/** Fills in what AWS, Git and GitHub can tell. An id that the data has already and that is another one is an error. */
export function adoptFacts(draft: Draft, facts: Facts): void {
  writeField(draft, ["region"], { value: facts.region });
  writeId(draft, ["management", "account_id"], facts.managementId, "the credentials are of account");
  const { managementEmail: email } = facts;
  // An emulator's own is a placeholder too.
  if (email !== undefined && !isPlaceholder(email)) writeField(draft, ["management", "email"], { value: email });
  writeId(draft, ["state_bucket", "name"], facts.bucket, "the bucket of the state is");
  for (const [login, answer] of Object.entries(facts.approverIds ?? {})) {
    if ("id" in answer) writeField(draft, ["github", "approvers", login], { value: answer.id });
  }
  adoptRepository(draft, facts);
}

/** Fills in the id of the dedicated account, where it is found. */
export function adoptDedicated(draft: Draft, accounts: AccountKeys): void {
  const id = findDedicated(draft, accounts);
  if (id !== undefined) writeId(draft, ["public_ecr", "account_id"], id, "what AWS has under that name is");
}

/** Another repository may not deploy because of where somebody ran adopt: what a person has filled in stays. */
function adoptRepository(draft: Draft, { repository: found, repositoryIds: ids }: Facts): void {
  if (found === undefined) return;
  const read = (field: string) => String(readAt(draft, ["github", field]));
  const data = `${read("owner")}/${read("repository")}`;
  const isOther = fold(data) !== fold(`${found.owner}/${found.repository}`);
  if (isOther && !isPlaceholder(read("owner_id")) && !isPlaceholder(read("repository_id"))) {
    leave(draft, "github", `the data names ${data}, and this is a clone of ${found.owner}/${found.repository}`);
    return;
  }
  if (isOther) {
    writeField(draft, ["github", "owner"], { value: found.owner });
    writeField(draft, ["github", "repository"], { value: found.repository });
  }
  if (ids === undefined || "reason" in ids) return;
  writeId(draft, ["github", "owner_id"], ids.ownerId, "GitHub says");
  writeId(draft, ["github", "repository_id"], ids.repositoryId, "GitHub says");
}

function writeId(draft: Draft, path: readonly string[], id: string, source: string): void {
  const known = readAt(draft, path);
  if (known === undefined || isPlaceholder(String(known)) || known === id) {
    writeField(draft, path, { value: id });
    return;
  }
  draft.errors.push(
    new GenesisError({
      code: "adopt-differs",
      subject: `${DATA_PATH} ${formatPath(path)}`,
      fact: `it is ${String(known)}, and ${source} ${id}: one of them is not yours, or is gone`,
      next: `find out which is right; write ${id} there, or run adopt where ${String(known)} is`,
    }),
  );
}

/** Placeholders that are left, by the field's path, with what is known of them. */
export function listPlaceholders(data: unknown, { repositoryIds, approverIds = {} }: Facts): string[] {
  const hint = repositoryIds !== undefined && "reason" in repositoryIds ? `: ${repositoryIds.reason}` : "";
  const unknown = Object.entries(approverIds).flatMap(([login, answer]) =>
    "reason" in answer ? [`github.approvers.${login}: ${answer.reason}`] : [],
  );
  const placeholders = findPlaceholders(data, []).map((path) => {
    const name = formatPath(path);
    return name === "github.owner_id" || name === "github.repository_id" ? `${name}${hint}` : name;
  });
  return [...placeholders, ...unknown];
}

function findPlaceholders(value: unknown, path: readonly string[]): (readonly string[])[] {
  // The account that the first apply makes: nobody knows its id before.
  if (value === ACCOUNT_TO_COME) return [];
  if (typeof value === "string") return isPlaceholder(value) ? [path] : [];
  if (Array.isArray(value)) return value.some((each) => findPlaceholders(each, path).length > 0) ? [path] : [];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => findPlaceholders(each, [...path, key]));
}
