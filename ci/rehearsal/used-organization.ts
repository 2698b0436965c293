import { type Clients, useClients } from "./open-clients.js";
import { makeAccounts, type UsedAccount } from "./used-accounts.js";
import { makeBucket } from "./used-bucket.js";
import { makeIdentityCenter, type UsedIdentityCenter } from "./used-identity-center.js";
import { makePolicies } from "./used-policies.js";
import { makeProvider, makeRepositories, makeRole } from "./used-roles.js";
import { makeTree, type Tree } from "./used-tree.js";

/** The ids of what people made over years. */
export interface UsedOrganization extends Tree {
  accounts: Readonly<Record<UsedAccount, string>>;
  /** By the policies' names. */
  policies: Readonly<Record<string, string>>;
  identityCenter: UsedIdentityCenter;
  /** ARN of the provider of GitHub's tokens. */
  provider: string;
}

/** Accounts that a service is delegated to; each service is trusted too. */
export const DELEGATED = [
  { account: "shop", service: "guardduty.amazonaws.com" },
  { account: "ledger", service: "securityhub.amazonaws.com" },
] as const;

/**
 * Makes an organization by hand that a company has used for years and that has never heard of this module: with policies, people, access,
 * contacts, tags and a bucket of its own. The emulator at `endpoint` must have none yet. Each part can be made alone, too.
 */
export function makeUsedOrganization(endpoint: string): Promise<UsedOrganization> {
  return useClients(endpoint, async (clients) => {
    const tree = await makeTree(clients);
    const accounts = await makeAccounts(clients, endpoint, tree);
    await delegateServices(clients, accounts);
    const policies = await makePolicies(clients, tree, accounts);
    const identityCenter = await makeIdentityCenter(clients, accounts);
    const provider = await makeProvider(clients);
    await makeRole(clients);
    await makeRepositories(clients, accounts.ECR);
    await makeBucket(clients, accounts.ledger);
    return { ...tree, accounts, policies, identityCenter, provider };
  });
}

/** AWS refuses to end the trust in a service that is delegated. */
async function delegateServices(
  { organizations }: Clients,
  accounts: Readonly<Record<UsedAccount, string>>,
): Promise<void> {
  for (const { account, service } of DELEGATED) {
    await organizations.registerDelegatedAdministrator({ AccountId: accounts[account], ServicePrincipal: service });
  }
}
