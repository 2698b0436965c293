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

type Entries = ReturnType<typeof listEntries>;

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
  const known = findOu(siblings, prefix, ou.name, [...paths.values()]);
  const path = known ?? addOu(draft, ou, prefix, siblings);
  if (known !== undefined && nameOf(draft, known, prefix) !== ou.name) draft.set(["ous", known, "name"], ou.name);
  paths.set(ou.id, path);
  draft.import(formatAddress("aws_organizations_organizational_unit", level, path), ou.id);
}

/** By name; else without case, as two names that differ in case only are one mistake away from each other. */
function findOu(siblings: Entries, prefix: string, name: string, taken: readonly string[]): string | undefined {
  const named = siblings.map(([path, value]) => ({ path, name: nameEntry([path.slice(prefix.length), value]) }));
  const same = named.find((each) => each.name === name);
  const like = named.find((each) => each.name.toLowerCase() === name.toLowerCase() && !taken.includes(each.path));
  return (same ?? like)?.path;
}

function nameOf(draft: Draft, path: string, prefix: string): string {
  const entry = listEntries(draft, "ous").find(([each]) => each === path);
  return entry === undefined ? "" : nameEntry([path.slice(prefix.length), entry[1]]);
}

function addOu(draft: Draft, { name }: SeenOu, prefix: string, siblings: Entries): string {
  const { key, ...other } = chooseEntry(
    name,
    siblings.map(([each]) => each.slice(prefix.length)),
  );
  draft.set(["ous", `${prefix}${key}`], other);
  return `${prefix}${key}`;
}

/** A key for an account: always a slug, for it stands in many lists. */
export function chooseAccountKey(name: string, taken: readonly string[]): { key: string; name?: string } {
  const key = chooseKey(/^[a-z0-9-]+$/.test(name) && canBeKey(name) ? name : makeSlug(name), taken);
  return key === name ? { key } : { key, name };
}
