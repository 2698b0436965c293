import {
  paginateListAccountsForParent,
  paginateListDelegatedAdministrators,
  paginateListDelegatedServicesForAccount,
} from "@aws-sdk/client-organizations";
import { z } from "zod";
import type { BootstrapApi } from "./api.js";
import { listAws } from "./failures.js";
import { type AwsAccount, accountsSchema, listOus } from "./organization.js";
import { readEach } from "./read-each.js";
import type { SeenOrganization, SeenOu } from "./snapshot.js";

const administratorsSchema = z.array(z.object({ Id: z.string() }));
const delegatedSchema = z.array(z.object({ ServicePrincipal: z.string() }));

/** An account and the root or OU that it is directly in. */
export interface PlacedAccount extends AwsAccount {
  parentId: string;
}

/** All OUs, those above first, and all accounts: two lists of each OU, so that the calls grow with the OUs and the pages of accounts. */
export async function readTree(
  api: BootstrapApi,
  rootId: string,
): Promise<{ ous: SeenOu[]; accounts: PlacedAccount[] }> {
  const ous: SeenOu[] = [];
  const accounts: PlacedAccount[] = [];
  let level: { id: string; path: readonly string[] }[] = [{ id: rootId, path: [] }];
  while (level.length > 0) {
    const below: SeenOu[] = [];
    const read = await readEach(level, async (parent) => ({
      parent,
      ous: await listOus(api, parent.id),
      accounts: await listAccounts(api, parent.id),
    }));
    for (const { parent, ...found } of read) {
      const { id: parentId, path } = parent;
      accounts.push(...found.accounts.map((account) => ({ ...account, parentId })));
      below.push(...found.ous.map(({ Id, Name }) => ({ id: Id, parentId, name: Name, path: [...path, Name] })));
    }
    ous.push(...below);
    level = below;
  }
  return { ous, accounts };
}

function listAccounts({ organizations: client }: BootstrapApi, ParentId: string): Promise<AwsAccount[]> {
  return listAws(
    "organizations:ListAccountsForParent",
    (limit) => paginateListAccountsForParent({ client, stopOnSameToken: true }, { ParentId }, limit),
    "Accounts",
    accountsSchema,
  );
}

/** Which services are delegated to which accounts. */
export async function readDelegated({
  organizations: client,
}: BootstrapApi): Promise<NonNullable<SeenOrganization["delegated"]>> {
  const pages = { client, stopOnSameToken: true };
  const administrators = await listAws(
    "organizations:ListDelegatedAdministrators",
    (limit) => paginateListDelegatedAdministrators(pages, {}, limit),
    "DelegatedAdministrators",
    administratorsSchema,
  );
  const delegated = await readEach(administrators, async ({ Id }) => {
    const services = await listAws(
      "organizations:ListDelegatedServicesForAccount",
      (limit) => paginateListDelegatedServicesForAccount(pages, { AccountId: Id }, limit),
      "DelegatedServices",
      delegatedSchema,
    );
    return services.map(({ ServicePrincipal }) => ({ account: Id, service: ServicePrincipal }));
  });
  return delegated.flat();
}
