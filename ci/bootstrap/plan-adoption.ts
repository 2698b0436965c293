import { throwErrors } from "../lib/errors.js";
import { ACCOUNT_TO_COME, isPlaceholder } from "../terraform/placeholders.js";
import { adoptAccess } from "./adopt-access.js";
import { adoptAccounts, refuseOther } from "./adopt-accounts.js";
import { adoptBucket, adoptIam } from "./adopt-iam.js";
import { adoptOrganization } from "./adopt-organization.js";
import { adoptPeople } from "./adopt-people.js";
import { adoptPolicies } from "./adopt-policies.js";
import type { ReadDocument } from "./documents.js";
import { type Adoption, type Draft, startDraft } from "./draft.js";
import type { Snapshot } from "./snapshot.js";

/** What is known from elsewhere than AWS. */
export interface Facts {
  /** The repository that a person named, and its ids where GitHub told them. */
  github: { owner: string; repository: string; ids?: { ownerId: string; repositoryId: string } } | undefined;
  /** Name of the state's bucket. */
  bucket: string;
  readDocument: ReadDocument;
}

/** An adoption, and the data as it leaves it. */
export interface PlannedAdoption extends Adoption {
  data: Record<string, unknown>;
}

/**
 * Joins what stands in AWS with the data: what the state does not manage is written as AWS has it and imported, lists of the organization
 * are united, and all else stays. A part that could not be read is left out. Throws `adopt-differs` for each id of the data that is another
 * one in AWS.
 */
export function planAdoption(snapshot: Snapshot, data: Record<string, unknown>, facts: Facts): PlannedAdoption {
  const draft = startDraft(data, snapshot.managed ?? new Set());
  const { organization, identityCenter, rootFeatures, bucket, caller } = snapshot;
  const managementId = draft.get(["management", "account_id"]);
  if (isPlaceholder(String(managementId))) draft.set(["management", "account_id"], caller);
  else if (managementId !== caller)
    draft.errors.push(refuseOther("management.account_id", String(managementId), caller));
  if (facts.github !== undefined) adoptRepository(draft, facts.github);
  if (identityCenter !== undefined) draft.set(["region"], identityCenter.region);
  adoptBucket(draft, facts.bucket, bucket, facts.readDocument);
  if (organization !== undefined) {
    const names = adoptOrganization(draft, organization, rootFeatures);
    adoptAccounts(draft, organization, names);
    adoptPolicies(draft, organization, names, facts.readDocument);
    if (identityCenter !== undefined) {
      adoptAccess(draft, identityCenter, adoptPeople(draft, identityCenter), names, facts.readDocument);
    }
  }
  adoptIam(draft, snapshot);
  throwErrors(draft.errors);
  draft.asked.push(...listPlaceholders(draft.data, []));
  const { edits, files, imports, changes, left, asked } = draft;
  return { edits, files, imports, changes, left, asked, data: draft.data };
}

/** Names and ids while the ids are placeholders; later they must be the same, for they decide who may deploy. */
function adoptRepository(draft: Draft, { owner, repository, ids }: NonNullable<Facts["github"]>): void {
  const wanted = { owner, repository, ...(ids && { owner_id: ids.ownerId, repository_id: ids.repositoryId }) };
  const isNew = ["owner_id", "repository_id"].some((field) => isPlaceholder(String(draft.get(["github", field]))));
  for (const [field, value] of Object.entries(wanted)) {
    const known = draft.get(["github", field]);
    if (isNew) draft.set(["github", field], value);
    else if (known !== value) draft.errors.push(refuseOther(`github.${field}`, String(known), value));
  }
}

/** Fields that still hold a placeholder; the dedicated account may be to come. */
function listPlaceholders(value: unknown, path: readonly string[]): string[] {
  if (typeof value === "string") {
    const name = path.join(".");
    const isToCome = name === "public_ecr.account_id" && value === ACCOUNT_TO_COME;
    return isPlaceholder(value) && !isToCome ? [`${name}: ${JSON.stringify(value)} is a placeholder`] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => listPlaceholders(each, [...path, key]));
}
