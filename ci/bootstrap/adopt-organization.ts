import { formatAddress } from "../terraform/address.js";
import { type Draft, importAs, listEntries, writeEntry, writeUnion } from "./adopt-draft.js";
import { chooseKey, compare, describeName, findNamed, fold } from "./adopt-keys.js";
import type { SeenOrganization, SeenOu } from "./snapshot.js";

const ORGANIZATION = "aws_organizations_organization.this";
const FEATURES = "aws_iam_organizations_features.this";
const OU = "aws_organizations_organizational_unit";
/** The resource of each level: terraform/organization.tf. */
const LEVELS = ["this", "second", "third"] as const;
/** Those that the provider takes: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/organizations_policy */
export const POLICY_TYPES: readonly string[] = [
  "AISERVICES_OPT_OUT_POLICY",
  "BACKUP_POLICY",
  "CHATBOT_POLICY",
  "DECLARATIVE_POLICY_EC2",
  "RESOURCE_CONTROL_POLICY",
  "SERVICE_CONTROL_POLICY",
  "TAG_POLICY",
];

/** Where the data has the root (`root`) and OUs (their paths), by their ids in AWS. */
export type Places = ReadonlyMap<string, string>;

/** Adopts the organization with its services, types of policies and OUs. */
export function adoptOrganization(
  draft: Draft,
  organization: SeenOrganization,
  rootFeatures: readonly string[] | undefined,
): Places {
  const { id, services, policyTypes } = organization;
  if (!draft.managed.has(ORGANIZATION)) {
    writeUnion(draft, ["organization", "trusted_services"], [...services].sort());
    writeUnion(draft, ["organization", "policy_types"], [...policyTypes].sort());
    importAs(draft, ORGANIZATION, id);
  }
  for (const type of policyTypes.filter((each) => !POLICY_TYPES.includes(each))) {
    draft.wanted.push(`organization.policy_types: ${type} needs an AWS provider that knows it (terraform/versions.tf)`);
  }
  // Where none is switched on there is nothing to import.
  if (rootFeatures !== undefined && rootFeatures.length > 0) importAs(draft, FEATURES, id);
  return adoptOus(draft, organization);
}

/** From the top down: an OU is known by its name and by the one above it. */
function adoptOus(draft: Draft, { rootId, ous }: SeenOrganization): Places {
  const places = new Map([[rootId, "root"]]);
  const sorted = [...ous].sort((a, b) => a.path.length - b.path.length || compare(a.path.join("/"), b.path.join("/")));
  for (const parentId of new Set(sorted.map((ou) => ou.parentId))) {
    const siblings = sorted.filter((ou) => ou.parentId === parentId);
    const parent = places.get(parentId);
    const depth = parent === undefined || parent === "root" ? 0 : parent.split("/").length;
    if (parent === undefined || depth === LEVELS.length) {
      const reason = parent === undefined ? "the OU above it is left alone too" : "the data has three levels";
      for (const ou of siblings) draft.left.push(`OU ${ou.path.join("/")}: ${reason}`);
      continue;
    }
    const above = parent === "root" ? "" : `${parent}/`;
    for (const [ou, path] of adoptSiblings(draft, siblings, above, LEVELS[depth] ?? "")) places.set(ou.id, path);
  }
  return places;
}

/** `above` is the path above with a slash at its end, or nothing. */
function adoptSiblings(draft: Draft, siblings: readonly SeenOu[], above: string, level: string): Map<SeenOu, string> {
  const address = (path: string) => formatAddress(OU, level, path);
  const entries = new Map(listChildren(draft, above));
  const found = matchSiblings(siblings, entries);
  const known = [...found.values(), ...siblings.map(({ name }) => `${above}${name}`)].map(address);
  const start = address(above).slice(0, -2);
  const strays = [...draft.managed].filter((each) => each.startsWith(start) && !known.includes(each));
  const named = new Set([...entries.values()].map(({ name }) => fold(name)));
  for (const ou of siblings) {
    const match = found.get(ou);
    const path = match ?? `${above}${chooseSegment(ou.name, above, (each) => entries.has(each))}`;
    const reason = match ?? explainLeft(ou, named, strays, draft.managed.has(address(path)));
    if (match === undefined && reason !== undefined) {
      if (reason !== "") draft.left.push(`OU ${ou.path.join("/")}: ${reason}`);
      continue;
    }
    if (!draft.managed.has(address(path))) {
      writeEntry(draft, ["ous", path], { name: describeName(path.slice(above.length), ou.name) });
      importAs(draft, address(path), ou.id);
    }
    entries.set(path, { name: ou.name });
    named.add(fold(ou.name));
    found.set(ou, path);
  }
  return found;
}

/** Why one that the data lacks is not adopted; empty where the state still has it, so that it is on its way out. */
function explainLeft(ou: SeenOu, named: ReadonlySet<string>, strays: readonly string[], isManaged: boolean) {
  if (named.has(fold(ou.name))) return "its name differs from another one's in case only";
  if (isManaged) return "";
  if (strays.length === 0) return undefined;
  return `it may be one that the state has under another name (${strays.join(", ")}); apply, then adopt again`;
}

function chooseSegment(name: string, above: string, isTaken: (path: string) => boolean): string {
  return chooseKey(name, (segment) => isTaken(`${above}${segment}`), above === "" ? ["root"] : []);
}

/** The OUs directly below one. */
function listChildren(draft: Draft, above: string): [path: string, { name: string }][] {
  return listEntries(draft, "ous").flatMap(([path, { name }]) => {
    const rest = path.startsWith(above) ? path.slice(above.length) : "";
    return rest === "" || rest.includes("/") ? [] : [[path, { name: String(name ?? rest) }]];
  });
}

/** Exact names first: another one may differ from it in case only. */
function matchSiblings(siblings: readonly SeenOu[], entries: ReadonlyMap<string, { name: string }>) {
  const free = new Map(entries);
  const found = new Map<SeenOu, string>();
  for (const fits of [(a: string, b: string) => a === b, (a: string, b: string) => fold(a) === fold(b)]) {
    for (const ou of siblings.filter((each) => !found.has(each))) {
      const path = findNamed(free, (each) => fits(each, ou.name.normalize("NFC")));
      if (path === undefined) continue;
      found.set(ou, path);
      free.delete(path);
    }
  }
  return found;
}
