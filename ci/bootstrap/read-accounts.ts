import { paginateListTagsForResource } from "@aws-sdk/client-organizations";
import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { AccountApi, BootstrapApi } from "./api.js";
import { assumeRole } from "./dedicated.js";
import { callAws, findAws, listAws } from "./failures.js";
import { openQuestion, type Question, readEach } from "./read-each.js";
import type { PlacedAccount } from "./read-organization.js";
import { CONTACT_TYPES, type Contact, type ContactType, isActive, type SeenAccount } from "./snapshot.js";

/** The service whose trust lets the management account read and write contacts of the others. */
const ACCOUNT_SERVICE = "account.amazonaws.com";
/** After how many accounts the progress is told. */
const PROGRESS_STEP = 50;

const tagsSchema = z.array(z.object({ Key: z.string(), Value: z.string() }));
const contactSchema = z.object({
  AlternateContact: z
    .object({ Name: z.string(), Title: z.string(), EmailAddress: z.string(), PhoneNumber: z.string() })
    .transform(({ Name, Title, EmailAddress, PhoneNumber }): Contact => {
      return { name: Name, title: Title, email: EmailAddress, phone: PhoneNumber };
    }),
});
const summarySchema = z.object({ SummaryMap: z.object({ AccountPasswordPresent: z.number().optional() }) });

/** Of which organization the accounts are, and what is asked. */
export interface AccountsOptions {
  managementId: string;
  services: readonly string[];
  /** Whether each account is entered too. */
  members: boolean;
  onProgress: (line: string) => void;
}

/** Reads tags and contacts of every active account, and with `members` whether it can be entered. The errors: one for each question. */
export async function readAccounts(
  api: BootstrapApi,
  accounts: readonly PlacedAccount[],
  { managementId, services, members, onProgress }: AccountsOptions,
): Promise<{ accounts: SeenAccount[]; errors: GenesisError[] }> {
  const questions = { tags: openQuestion(), contacts: openQuestion(), role: openQuestion(), root: openQuestion() };
  const active = accounts.filter(isActive).length;
  let read = 0;
  const seen = await readEach(accounts, async (account): Promise<SeenAccount> => {
    const { id } = account;
    const unknown = { ...account, tags: undefined, contacts: undefined, reachable: undefined, rootPassword: undefined };
    const managing = id === managementId;
    if (!isActive(account)) return { ...unknown, reachable: managing || undefined };
    const tags = await questions.tags.ask(id, () => readTags(api, id));
    const contacts = await questions.contacts.ask(id, () => readContacts(api, managing ? undefined : id));
    const entered = managing ? await readManagement(api, id, members, questions.root) : undefined;
    const inside = entered ?? (members ? await enterMember(api, id, questions) : {});
    read += 1;
    if (read % PROGRESS_STEP === 0 || read === active) onProgress(`accounts: ${read} of ${active} read`);
    return { ...unknown, tags, contacts, ...inside };
  });
  const errors = Object.entries(questions).flatMap(([name, { error }]) => {
    if (error === undefined) return [];
    return name === "contacts" ? explainContacts(error, services) : error;
  });
  return { accounts: seen, errors };
}

async function readTags({ organizations: client }: BootstrapApi, ResourceId: string): Promise<Record<string, string>> {
  const tags = await listAws(
    "organizations:ListTagsForResource",
    (limit) => paginateListTagsForResource({ client, stopOnSameToken: true }, { ResourceId }, limit),
    "Tags",
    tagsSchema,
  );
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** The management account's own are asked for without its id: https://docs.aws.amazon.com/accounts/latest/reference/API_GetAlternateContact.html */
async function readContacts(
  { account: client }: BootstrapApi,
  AccountId: string | undefined,
): Promise<Partial<Record<ContactType, Contact>>> {
  const contacts: Partial<Record<ContactType, Contact>> = {};
  for (const type of CONTACT_TYPES) {
    const AlternateContactType = type.toUpperCase() as Uppercase<ContactType>;
    const found = await findAws(
      "account:GetAlternateContact",
      (limit) => client.getAlternateContact({ AlternateContactType, AccountId }, limit),
      contactSchema,
      "ResourceNotFoundException",
    );
    if (found !== undefined) contacts[type] = found.AlternateContact;
  }
  return contacts;
}

/** Without trust in its service AWS denies everybody the contacts of other accounts. */
function explainContacts(error: GenesisError, services: readonly string[]): GenesisError {
  if (error.code !== "aws-forbidden" || services.includes(ACCOUNT_SERVICE)) return error;
  return new GenesisError({
    ...error.parts,
    fact: `the organization does not trust ${ACCOUNT_SERVICE}, so the contacts of its accounts cannot be read`,
    next: `aws organizations enable-aws-service-access --service-principal ${ACCOUNT_SERVICE}, which grants that service only this; then run the same command again`,
  });
}

type Inside = Pick<SeenAccount, "reachable"> & Partial<Pick<SeenAccount, "rootPassword">>;

async function readManagement(api: AccountApi, id: string, members: boolean, root: Question): Promise<Inside> {
  return { reachable: true, rootPassword: members ? await root.ask(id, () => hasRootPassword(api)) : undefined };
}

/** Takes the role in an account, and looks whether root has a password there. */
async function enterMember(
  api: BootstrapApi,
  id: string,
  { role, root }: { role: Question; root: Question },
): Promise<Partial<Inside>> {
  const entered = await role.ask(id, () =>
    assumeRole(api, id).catch((error: unknown) => {
      // A role that cannot be taken is an answer.
      if (error instanceof GenesisError && error.code === "aws-forbidden") return false as const;
      throw error;
    }),
  );
  if (!entered) return { reachable: entered };
  try {
    return { reachable: true, rootPassword: await root.ask(id, () => hasRootPassword(entered)) };
  } finally {
    // Hundreds of accounts would keep hundreds of connections open.
    entered.iam.destroy();
    entered.ecr.destroy();
  }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
async function hasRootPassword({ iam }: AccountApi): Promise<boolean | undefined> {
  const { SummaryMap } = await callAws(
    "iam:GetAccountSummary",
    (limit) => iam.getAccountSummary({}, limit),
    summarySchema,
  );
  return SummaryMap.AccountPasswordPresent === undefined ? undefined : SummaryMap.AccountPasswordPresent > 0;
}
