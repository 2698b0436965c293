import type { AlternateContactType } from "@aws-sdk/client-account";
import { MANAGEMENT_ACCOUNT, steerEmulator } from "../emulator/client.js";
import { createAccount } from "./hand-made.js";
import type { Clients } from "./open-clients.js";
import { DOMAIN } from "./repository.js";
import { TAGS, type Tree } from "./used-tree.js";

export type UsedAccount = keyof typeof ACCOUNTS;

/**
 * By their names. `legacy` came by invitation and is directly in the root; `attic` was closed; `ECR` is the one that the data calls
 * public-ecr, under the same address.
 */
const ACCOUNTS = {
  shop: { email: `aws+shop@${DOMAIN}`, ou: "Production", tagged: true },
  ledger: { email: `aws+ledger@${DOMAIN}`, ou: "Production/Payments", tagged: true },
  legacy: { email: `root@legacy.${DOMAIN}`, ou: undefined, tagged: false },
  ECR: { email: `aws+public-ecr@${DOMAIN}`, ou: "Sandbox", tagged: true },
  "Data & AI": { email: `aws+data@${DOMAIN}`, ou: "R&D / Lab", tagged: false },
  attic: { email: `aws+attic@${DOMAIN}`, ou: "Sandbox", tagged: true },
} as const;

const CISO = { Name: "Our CISO", Title: "CISO", EmailAddress: `ciso@${DOMAIN}`, PhoneNumber: "+49 30 5550100" };
const BOOKS = { Name: "Books", Title: "Accounts payable", EmailAddress: `books@${DOMAIN}`, PhoneNumber: "+1 555 0001" };

/** The management account's own contacts are set without its id. */
const CONTACTS: readonly { account: UsedAccount | undefined; type: AlternateContactType; contact: typeof CISO }[] = [
  { account: undefined, type: "SECURITY", contact: CISO },
  { account: "shop", type: "SECURITY", contact: CISO },
  { account: "shop", type: "BILLING", contact: BOOKS },
];

/** Makes the accounts where they belong, with their tags and contacts. Those made before ECR have a password of root. */
export async function makeAccounts(
  { organizations, iam, account: client }: Clients,
  endpoint: string,
  { root, ous }: Pick<Tree, "root" | "ous">,
): Promise<Record<UsedAccount, string>> {
  const ids: Record<string, string> = {};
  for (const [name, { email, ou, tagged }] of Object.entries(ACCOUNTS)) {
    if (name === "ECR") await iam.enableOrganizationsRootCredentialsManagement({});
    const AccountId = await createAccount(organizations, name, email);
    ids[name] = AccountId;
    if (tagged) await organizations.tagResource({ ResourceId: AccountId, Tags: TAGS });
    if (ou === undefined) continue;
    await organizations.moveAccount({ AccountId, SourceParentId: root, DestinationParentId: ous[ou] });
  }
  const accounts = ids as Record<UsedAccount, string>;
  await organizations.tagResource({ ResourceId: MANAGEMENT_ACCOUNT, Tags: TAGS });
  for (const { account, type, contact } of CONTACTS) {
    const AccountId = account && accounts[account];
    await client.putAlternateContact({ AccountId, AlternateContactType: type, ...contact });
  }
  await steerEmulator(endpoint).configureAccount(accounts.legacy, { invited: true });
  await organizations.closeAccount({ AccountId: accounts.attic });
  return accounts;
}
