import { formatAddress } from "../terraform/address.js";
import { MANAGEMENT } from "../terraform/code.js";
import { isPlaceholder } from "../terraform/placeholders.js";
import { ACCOUNT, CONTACT } from "../terraform/resource-types.js";
import { type Draft, importAs, leave, readAt, writeEntry, writeField } from "./adopt-draft.js";
import { describeName, fold, resolveKeys, slugify } from "./adopt-keys.js";
import type { Places } from "./adopt-organization.js";
import {
  CONTACT_TYPES,
  type Contact,
  type ContactType,
  isActive,
  type SeenAccount,
  type SeenOrganization,
} from "./snapshot.js";

/** The keys of accounts of the data by their ids in AWS; `management` among them. */
export type AccountKeys = ReadonlyMap<string, string>;

/** Adopts the accounts with their tags and contacts. One that is closed cannot be imported. */
export function adoptAccounts(draft: Draft, organization: SeenOrganization, places: Places): AccountKeys {
  const { managementId, accounts } = organization;
  const keys = new Map([[managementId, MANAGEMENT]]);
  const members = accounts.filter(({ id }) => id !== managementId);
  const resolved = resolveKeys<SeenAccount>(
    draft,
    {
      field: "accounts",
      type: ACCOUNT,
      noun: "account",
      nameOf: ({ name }) => name,
      match: ({ email }, entries) => [...entries].find(([, entry]) => fold(String(entry.email)) === fold(email))?.[0],
      keyOf: slugify,
      reserved: [MANAGEMENT, "root", "*"],
      exact: true,
    },
    members,
  );
  for (const { seen, key, isNew, isManaged } of resolved) {
    const place = places.get(seen.parentId);
    const reason = isManaged ? undefined : explainLeft(seen, place);
    if (reason !== undefined) {
      leave(draft, `account ${seen.name} (${seen.id})`, reason, isActive(seen) ? undefined : "closed");
      if (!isNew)
        draft.wanted.push(`accounts.${key}: AWS has this account, but it cannot be adopted; remove it from the data`);
      continue;
    }
    keys.set(seen.id, key);
    if (isManaged) continue;
    writeEntry(draft, ["accounts", key], {
      email: { value: seen.email },
      ou: { value: place },
      name: describeName(key, seen.name),
      ...(seen.tags && { tags: { value: seen.tags, otherwise: {} } }),
    });
    importAs(draft, formatAddress(ACCOUNT, "this", key), seen.id);
  }
  adoptContacts(draft, accounts, keys);
  return keys;
}

function explainLeft(seen: SeenAccount, place: string | undefined): string | undefined {
  if (!isActive(seen)) return `it is ${seen.state}, and Terraform cannot import it`;
  return place === undefined ? "its OU is not in the data" : undefined;
}

/** The management account's contact of a type is the one for all; another account's that differs stands with that account. */
function adoptContacts(draft: Draft, accounts: readonly SeenAccount[], keys: AccountKeys): void {
  const present = accounts.flatMap((account) => {
    const key = keys.get(account.id);
    return key === undefined || !isActive(account) ? [] : [{ ...account, key }];
  });
  const management = present.find(({ key }) => key === MANAGEMENT);
  for (const type of CONTACT_TYPES) {
    const contact = management?.contacts?.[type];
    if (contact !== undefined) adoptCommon(draft, type, contact);
    for (const { id, key, contacts } of present) {
      const own = contacts?.[type];
      const address = formatAddress(CONTACT, "this", `${key}/${type}`);
      if (own === undefined || draft.managed.has(address)) continue;
      if (key !== MANAGEMENT) {
        writeField(draft, ["accounts", key, "contacts", type], {
          value: own,
          otherwise: readAt(draft, ["contacts", type]),
        });
      }
      importAs(draft, address, key === MANAGEMENT ? type.toUpperCase() : `${id}/${type.toUpperCase()}`);
    }
  }
}

/** What the state has of a type was meant for all: it is not replaced by what one account has. */
function adoptCommon(draft: Draft, type: ContactType, contact: Contact): void {
  const path = ["contacts", type];
  const isManaged = [...draft.managed].some((each) => each.startsWith(`${CONTACT}.`) && each.endsWith(`/${type}"]`));
  const old = readAt(draft, path);
  if (!isManaged || old === undefined || isPlaceholder(JSON.stringify(old)))
    writeField(draft, path, { value: contact });
}

/** The key of the account that the data has as the dedicated one. */
export function findDedicated(draft: Draft, keys: AccountKeys): string | undefined {
  const name = readAt(draft, ["public_ecr", "account"]);
  return [...keys].find(([, key]) => key === name)?.[0];
}
