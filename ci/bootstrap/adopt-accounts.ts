import { isDeepStrictEqual } from "node:util";
import { GenesisError } from "../lib/errors.js";
import { formatAddress } from "../terraform/address.js";
import { DATA_PATH } from "../terraform/code.js";
import { ACCOUNT_TO_COME, isPlaceholder } from "../terraform/placeholders.js";
import { chooseAccountKey, type Names } from "./adopt-organization.js";
import { type Draft, listEntries, listKeys, nameEntry } from "./draft.js";
import { CONTACT_TYPES, type SeenAccount, type SeenOrganization } from "./snapshot.js";

const ACCOUNT = "aws_organizations_account";

/** Accounts with their OU, tags and contacts; those that are closed, or in OUs that the data cannot have, are left alone. */
export function adoptAccounts(draft: Draft, organization: SeenOrganization, names: Names): void {
  const management = organization.accounts.find(({ id }) => id === organization.managementId);
  if (management !== undefined) draft.set(["management", "email"], management.email);
  if (management !== undefined) adoptSharedContacts(draft, management);
  for (const account of organization.accounts) {
    if (account.id === organization.managementId) continue;
    const ou = names.ous.get(account.parentId);
    if (account.state !== "ACTIVE") {
      draft.left.push(`account ${account.id} (${account.name}): it is ${account.state}, and cannot be imported`);
    } else if (ou === undefined) {
      draft.left.push(`account ${account.id} (${account.name}): its OU is deeper than the data's three levels`);
    } else {
      names.accounts.set(account.id, adoptAccount(draft, account, ou));
    }
  }
  adoptDedicated(draft, names);
  if (management !== undefined) importContacts(draft, management, "management");
  for (const account of organization.accounts) {
    const key = names.accounts.get(account.id);
    if (key !== undefined && key !== "management") adoptContacts(draft, account, key);
  }
}

/** AWS takes an e-mail address once, and compares it without case. */
function findKey(draft: Draft, account: SeenAccount): string | undefined {
  const entries = listEntries(draft, "accounts");
  const byEmail = entries.find(([, { email }]) => String(email).toLowerCase() === account.email.toLowerCase());
  const byName = entries.find((entry) => nameEntry(entry) === account.name && isPlaceholder(String(entry[1].email)));
  return (byEmail ?? byName)?.[0];
}

function adoptAccount(draft: Draft, account: SeenAccount, ou: string): string {
  const { email, name } = account;
  const known = findKey(draft, account);
  const chosen = known === undefined ? chooseAccountKey(name, listKeys(draft, "accounts")) : { key: known };
  const { key } = chosen;
  const address = formatAddress(ACCOUNT, "this", key);
  if (draft.isManaged(address)) return key;
  draft.import(address, account.id);
  const tags = account.tags !== undefined && Object.keys(account.tags).length > 0 ? { tags: { ...account.tags } } : {};
  if (known === undefined) {
    draft.set(["accounts", key], { email, ou, ...(key !== name && { name }), ...tags });
    return key;
  }
  draft.set(["accounts", key, "email"], email);
  draft.set(["accounts", key, "ou"], ou);
  if (key !== name || draft.get(["accounts", key, "name"]) !== undefined) draft.set(["accounts", key, "name"], name);
  if (account.tags !== undefined) draft.set(["accounts", key, "tags"], tags.tags);
  return key;
}

/** The id of the account of public images, which the data may still wait for. */
function adoptDedicated(draft: Draft, { accounts }: Names): void {
  const key = draft.get(["public_ecr", "account"]);
  const id = [...accounts].find(([, each]) => each === key)?.[0];
  const known = draft.get(["public_ecr", "account_id"]);
  if (id === undefined || known === id) return;
  if (known === ACCOUNT_TO_COME) draft.set(["public_ecr", "account_id"], id);
  else draft.errors.push(refuseOther("public_ecr.account_id", String(known), id));
}

/** Both ids are shown: the person decides. */
export function refuseOther(field: string, known: string, id: string): GenesisError {
  return new GenesisError({
    code: "adopt-differs",
    subject: `${DATA_PATH} ${field}`,
    fact: `it is ${known}, and ${field.startsWith("github.") ? "GitHub" : "AWS"} has ${id}`,
  });
}

/** The management account's contacts are those of all, as far as the state does not have them. */
function adoptSharedContacts(draft: Draft, { contacts }: SeenAccount): void {
  for (const type of CONTACT_TYPES) {
    const contact = contacts?.[type];
    if (contact === undefined || draft.isManaged(contactAddress("management", type))) continue;
    draft.set(["contacts", type], { ...contact });
  }
}

/** An account has a contact of its own where it differs from that of all. */
function adoptContacts(draft: Draft, account: SeenAccount, key: string): void {
  for (const type of CONTACT_TYPES) {
    const contact = account.contacts?.[type];
    if (contact === undefined || draft.isManaged(contactAddress(key, type))) continue;
    const own = ["accounts", key, "contacts", type];
    const isShared = isDeepStrictEqual({ ...contact }, { ...(draft.get(["contacts", type]) as object | undefined) });
    if (!isShared || draft.get(own) !== undefined) draft.set(own, { ...contact });
  }
  importContacts(draft, account, key);
}

function importContacts(draft: Draft, { id, contacts }: SeenAccount, key: string): void {
  for (const type of CONTACT_TYPES) {
    if (contacts?.[type] === undefined) continue;
    draft.import(contactAddress(key, type), key === "management" ? type.toUpperCase() : `${id}/${type.toUpperCase()}`);
  }
}

const contactAddress = (key: string, type: string) =>
  formatAddress("aws_account_alternate_contact", "this", `${key}/${type}`);
