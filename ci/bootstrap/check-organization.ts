import { GenesisError } from "../lib/errors.js";
import type { OrganizationData } from "../terraform/data.js";
import { isOpen, tell } from "./check-accounts.js";
import { type Check, failCheck } from "./checklist.js";
import { isSameJson, type ReadDocument } from "./documents.js";
import type { SeenOrganization, SeenPolicy } from "./snapshot.js";

/** What a first apply finds of the organization itself: services, types of policies, OUs, policies and whom they reach. */
export function checkOrganization(
  data: OrganizationData,
  organization: SeenOrganization,
  readDocument: ReadDocument,
): Check[] {
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
      "delegated administrators, whose services AWS refuses to switch off",
      (delegated ?? []).map(({ account, service }) => `${service} → ${account}`),
    ),
    ...(policies ?? []).flatMap((policy) => checkTaken(data, policy, readDocument)),
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
    const all = accounts.filter((account) => account.id !== managementId && isOpen(account));
    return [`all ${all.length} member accounts`];
  }
  const reached = Object.entries(data.accounts).filter(([key, { ou }]) =>
    targets.some(
      (target) => target === key || (target.startsWith("ou:") && `${ou}/`.startsWith(`${target.slice(3)}/`)),
    ),
  );
  return reached.length === 0 ? ["no account yet"] : reached.map(([key]) => key);
}

/** A policy of AWS with the name of one of ours and another text: the apply would end at DuplicatePolicyException. */
function checkTaken(data: OrganizationData, seen: SeenPolicy, readDocument: ReadDocument): Check[] {
  return Object.entries(data.policies).flatMap(([key, { name, file, type }]) => {
    if (type !== seen.type || (name ?? key) !== seen.name) return [];
    const document = readDocument(file);
    if (document !== undefined && isSameJson(document, seen.content)) return [];
    return [
      failCheck(
        new GenesisError({
          code: "name-taken",
          subject: `policy ${key}`,
          fact: `AWS has a policy ${seen.name} (${seen.id}) with another text than policies/${file}`,
          effect: "It was not adopted, and the first apply could not create ours",
          next: "give ours another name in policies of the data, or write what AWS has into the file",
        }),
      ),
    ];
  });
}
