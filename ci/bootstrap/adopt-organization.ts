import { formatAddress } from "../terraform/address.js";
import { UNIT } from "../terraform/resource-types.js";
import { type Draft, importAs, leave, writeEntry, writeUnion } from "./adopt-draft.js";
import { compare, describeName, resolveKeys } from "./adopt-keys.js";
import type { SeenOrganization, SeenOu } from "./snapshot.js";

const ORGANIZATION = "aws_organizations_organization.this";
const FEATURES = "aws_iam_organizations_features.this";
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
      for (const ou of siblings) leave(draft, `OU ${ou.path.join("/")}`, reason);
      continue;
    }
    const above = parent === "root" ? "" : `${parent}/`;
    for (const [ou, path] of adoptSiblings(draft, siblings, above, LEVELS[depth] ?? "")) places.set(ou.id, path);
  }
  return places;
}

/** `above` is the path above with a slash at its end, or nothing. */
function adoptSiblings(
  draft: Draft,
  siblings: readonly SeenOu[],
  above: string,
  resource: string,
): Map<SeenOu, string> {
  const kind = {
    ...{ field: "ous", type: UNIT, resource, above, noun: "OU" },
    nameOf: ({ name }: SeenOu) => name,
    describe: ({ path }: SeenOu) => path.join("/"),
    reserved: above === "" ? ["root"] : [],
  };
  const resolved = resolveKeys(draft, kind, siblings);
  for (const { seen, key, isManaged } of resolved) {
    if (isManaged) continue;
    writeEntry(draft, ["ous", key], { name: describeName(key.slice(above.length), seen.name) });
    importAs(draft, formatAddress(UNIT, resource, key), seen.id);
  }
  return new Map(resolved.map(({ seen, key }) => [seen, key]));
}
