import type { OrganizationData } from "../terraform/data.js";
import { isMeant } from "../terraform/grants.js";
import { tell } from "./check-accounts.js";
import type { Check } from "./checklist.js";
import { isActive, type SeenOrganization } from "./snapshot.js";

/** What a first apply finds of the organization itself: services, types of policies, OUs, policies and whom they reach. */
export function checkOrganization(data: OrganizationData, organization: SeenOrganization): Check[] {
  const { id, delegated, policies } = organization;
  const paths = new Set(organization.ous.map(({ path }) => path.join("/")));
  const missing = Object.entries(data.ous).filter(([path, ou]) => !paths.has(nameOu(data, path, ou.name)));
  return [
    { mark: "✓", text: `organization ${id}: all features` },
    ...tell("✓", "OUs", [...paths]),
    ...tell(
      "+",
      "OUs that the first apply creates",
      missing.map(([path]) => path),
    ),
    ...tell(
      "!",
      "delegated administrators: AWS does not disable their services",
      (delegated ?? []).map(({ account, service }) => `${service} → ${account}`),
    ),
    ...Object.entries(data.policies).flatMap(([key, { name, targets, type }]) => {
      const isThere = (policies ?? []).some((policy) => policy.type === type && policy.name === (name ?? key));
      return isThere
        ? []
        : tell("!", `policy ${key}, which the first apply creates, reaches`, listReach(data, organization, targets));
    }),
  ];
}

/** AWS's names along a path of the data. */
function nameOu(data: OrganizationData, path: string, name: string | null | undefined): string {
  const end = path.lastIndexOf("/");
  const own = name ?? path.slice(end + 1);
  if (end < 0) return own;
  const parent = path.slice(0, end);
  return `${nameOu(data, parent, data.ous[parent]?.name)}/${own}`;
}

/** Accounts by the data's key, and OUs whose accounts the data does not have, that targets reach. */
function listReach(
  data: OrganizationData,
  { accounts, managementId }: SeenOrganization,
  targets: readonly string[],
): string[] {
  if (targets.includes("root")) {
    const all = accounts.filter((account) => account.id !== managementId && isActive(account));
    return [`all ${all.length} member accounts`];
  }
  const reached = Object.entries(data.accounts).filter(([key, { ou }]) =>
    targets.some((target) => isMeant(target, key, ou)),
  );
  return reached.length === 0 ? ["no account yet"] : reached.map(([key]) => key);
}
