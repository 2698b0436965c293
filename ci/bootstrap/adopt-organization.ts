import { formatAddress } from "../terraform/address.js";
import { canBeKey, chooseEntry, chooseKey, makeSlug } from "./choose-key.js";
import { type Draft, listEntries, nameEntry } from "./draft.js";
import type { SeenOrganization, SeenOu } from "./snapshot.js";

const LEVELS = ["this", "second", "third"] as const;

/** How ids of AWS are called in the data: OUs by path (`root` for the root), accounts by key. */
export interface Names {
  ous: Map<string, string>;
  accounts: Map<string, string>;
}

/** Trusted services and types of policies as the union of both sides; OUs by path, as deep as the code has levels. */
export function adoptOrganization(
  draft: Draft,
  organization: SeenOrganization,
  rootFeatures: readonly string[] | undefined,
): Names {
  draft.import("aws_organizations_organization.this", organization.id);
  if (rootFeatures !== undefined && rootFeatures.length > 0)
    draft.import("aws_iam_organizations_features.this", organization.id);
  uniteList(draft, ["organization", "trusted_services"], organization.services);
  uniteList(draft, ["organization", "policy_types"], organization.policyTypes);
  const ous = new Map([[organization.rootId, "root"]]);
  for (const ou of [...organization.ous].sort((a, b) => a.path.length - b.path.length)) adoptOu(draft, ou, ous);
  return { ous, accounts: new Map([[organization.managementId, "management"]]) };
}

/** Writes what a list of the data lacks, after what it has. */
export function uniteList(draft: Draft, path: readonly string[], seen: readonly string[]): void {
  const known = draft.get(path);
  const list = Array.isArray(known) ? known.filter((each) => typeof each === "string") : [];
  const missing = seen.filter((name) => !list.includes(name)).sort();
  if (missing.length > 0) draft.set(path, [...list, ...missing]);
}

function adoptOu(draft: Draft, ou: SeenOu, paths: Map<string, string>): void {
  const parent = paths.get(ou.parentId);
  const level = LEVELS[ou.path.length - 1];
  if (parent === undefined || level === undefined) {
    draft.left.push(`OU ${ou.path.join("/")}: the data has three levels of OUs`);
    return;
  }
  const prefix = parent === "root" ? "" : `${parent}/`;
  const siblings = listEntries(draft, "ous").filter(
    ([path]) => path.startsWith(prefix) && !path.slice(prefix.length).includes("/"),
  );
  const known = siblings.find(([path, value]) => nameEntry([path.slice(prefix.length), value]) === ou.name);
  const path =
    known?.[0] ??
    addOu(
      draft,
      ou,
      prefix,
      siblings.map(([each]) => each.slice(prefix.length)),
    );
  paths.set(ou.id, path);
  draft.import(formatAddress("aws_organizations_organizational_unit", level, path), ou.id);
}

function addOu(draft: Draft, { name }: SeenOu, prefix: string, taken: readonly string[]): string {
  const { key, ...other } = chooseEntry(name, taken);
  draft.set(["ous", `${prefix}${key}`], other);
  return `${prefix}${key}`;
}

/** A key for an account: always a slug, for it stands in many lists. */
export function chooseAccountKey(name: string, taken: readonly string[]): { key: string; name?: string } {
  const key = chooseKey(/^[a-z0-9-]+$/.test(name) && canBeKey(name) ? name : makeSlug(name), taken);
  return key === name ? { key } : { key, name };
}
