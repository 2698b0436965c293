import type { Clients } from "./open-clients.js";

/** The organization and what holds its accounts. */
export interface Tree {
  organization: string;
  root: string;
  /** By path: names from the top down, with slashes between. */
  ous: Readonly<Record<(typeof OUS)[number]["path"], string>>;
}

/** Services that may act in every account. */
export const SERVICES = [
  "account.amazonaws.com",
  "backup.amazonaws.com",
  "config.amazonaws.com",
  "guardduty.amazonaws.com",
  "iam.amazonaws.com",
  "member.org.stacksets.cloudformation.amazonaws.com",
  "ram.amazonaws.com",
  "securityhub.amazonaws.com",
  "sso.amazonaws.com",
];

export const POLICY_TYPES = ["SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY"] as const;

/** What a cost report groups by, on everything that takes it. */
export const TAGS = [{ Key: "CostCenter", Value: "4711" }];

/** A name may hold a slash, which is no path then. */
const OUS = [
  { path: "Production", parent: undefined, name: "Production" },
  { path: "Production/Payments", parent: "Production", name: "Payments" },
  { path: "Sandbox", parent: undefined, name: "Sandbox" },
  { path: "R&D / Lab", parent: undefined, name: "R&D / Lab" },
] as const;

/** Makes the organization with its OUs, trusted services and types of policies. */
export async function makeTree({ organizations }: Clients): Promise<Tree> {
  const { Organization } = await organizations.createOrganization({ FeatureSet: "ALL" });
  const root = (await organizations.listRoots({})).Roots?.[0]?.Id ?? "";
  for (const ServicePrincipal of SERVICES) await organizations.enableAWSServiceAccess({ ServicePrincipal });
  for (const PolicyType of POLICY_TYPES) await organizations.enablePolicyType({ RootId: root, PolicyType });
  const ous: Record<string, string> = {};
  for (const { path, parent, name } of OUS) {
    const ParentId = parent === undefined ? root : ous[parent];
    const { OrganizationalUnit } = await organizations.createOrganizationalUnit({ ParentId, Name: name, Tags: TAGS });
    ous[path] = OrganizationalUnit?.Id ?? "";
  }
  return { organization: Organization?.Id ?? "", root, ous: ous as Tree["ous"] };
}
