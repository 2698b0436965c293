import {
  type Account,
  type Organizations,
  PolicyType,
  paginateListAccountsForParent,
  paginateListAWSServiceAccessForOrganization,
  paginateListDelegatedAdministrators,
  paginateListOrganizationalUnitsForParent,
  paginateListPolicies,
  paginateListTargetsForPolicy,
} from "@aws-sdk/client-organizations";
import { collectPages } from "../lib/pages.js";
import type { Clients } from "./open-clients.js";
import { listThere, toTags } from "./read-back-lines.js";

/** An account and where it stands: the path of an OU, or `root`. */
export interface PlacedAccount extends Account {
  place: string;
}

/** The organization's lines, and its accounts for those of other services. */
export async function readBackOrganization({ organizations: client }: Clients) {
  const [root] = (await client.listRoots({})).Roots ?? [];
  const services = await collectPages(
    paginateListAWSServiceAccessForOrganization({ client }, {}),
    "EnabledServicePrincipals",
  );
  const { lines, accounts, names } = await readTree(client, root?.Id ?? "");
  return {
    accounts,
    lines: {
      ...listThere(services.map(({ ServicePrincipal }) => `trusted service ${ServicePrincipal}`)),
      ...listThere((root?.PolicyTypes ?? []).map(({ Type, Status }) => `policy type ${Type} ${Status}`)),
      ...lines,
      ...(await readDelegated(client, names)),
      ...(await readPolicies(client, names)),
    },
  };
}

/** Everything below the root; `names` are those of ids. */
async function readTree(client: Organizations, rootId: string) {
  const lines: Record<string, unknown> = {};
  const accounts: PlacedAccount[] = [];
  const names = new Map([[rootId, "root"]]);
  // Grows while it is walked.
  for (const [ParentId, place] of names) {
    if (/^\d/.test(ParentId)) continue;
    for (const account of await collectPages(paginateListAccountsForParent({ client }, { ParentId }), "Accounts")) {
      accounts.push({ ...account, place });
    }
    const units = await collectPages(
      paginateListOrganizationalUnitsForParent({ client }, { ParentId }),
      "OrganizationalUnits",
    );
    for (const { Id = "", Name } of units) {
      const path = place === "root" ? `${Name}` : `${place}/${Name}`;
      names.set(Id, path);
      lines[`OU ${path}`] = Id;
      lines[`OU ${path} tags`] = toTags((await client.listTagsForResource({ ResourceId: Id })).Tags);
    }
  }
  for (const { Id = "", Name = "" } of accounts) names.set(Id, Name);
  return { lines, accounts, names };
}

async function readDelegated(client: Organizations, names: ReadonlyMap<string, string>) {
  const lines: string[] = [];
  const found = await collectPages(paginateListDelegatedAdministrators({ client }, {}), "DelegatedAdministrators");
  for (const { Id = "" } of found) {
    const { DelegatedServices = [] } = await client.listDelegatedServicesForAccount({ AccountId: Id });
    lines.push(...DelegatedServices.map(({ ServicePrincipal }) => `delegated ${ServicePrincipal} to ${names.get(Id)}`));
  }
  return listThere(lines);
}

/** Types that the emulator has. */
const TYPES = [
  PolicyType.SERVICE_CONTROL_POLICY,
  PolicyType.TAG_POLICY,
  PolicyType.BACKUP_POLICY,
  PolicyType.RESOURCE_CONTROL_POLICY,
  PolicyType.AISERVICES_OPT_OUT_POLICY,
];

async function readPolicies(client: Organizations, names: ReadonlyMap<string, string>) {
  const lines: Record<string, unknown> = {};
  for (const Filter of TYPES) {
    for (const summary of await collectPages(paginateListPolicies({ client }, { Filter }), "Policies")) {
      const { Id: PolicyId = "", Name, Description, Type } = summary;
      const { Policy } = await client.describePolicy({ PolicyId });
      lines[`policy ${Name}`] = { id: PolicyId, type: Type, description: Description };
      lines[`policy ${Name} document`] = JSON.parse(Policy?.Content ?? "null");
      for (const { TargetId = "" } of await collectPages(
        paginateListTargetsForPolicy({ client }, { PolicyId }),
        "Targets",
      )) {
        lines[`policy ${Name} at ${names.get(TargetId)}`] = true;
      }
    }
  }
  return lines;
}
