import { GenesisError } from "../../lib/errors.js";
import { quoteText } from "../../lib/names.js";
import { findNearest } from "../../lib/nearest.js";

const LISTED = 10;

/** An account that the person may enter. */
export interface Account {
  id: string;
  name: string;
}

/** Chooses an account by its id or its name. Throws `account-unknown`; AWS lets two accounts have the same name. */
export async function chooseAccount(accounts: readonly Account[], wanted: string): Promise<Account> {
  const byId = accounts.filter(({ id }) => id === wanted);
  const found = byId.length > 0 ? byId : accounts.filter(({ name }) => name === wanted);
  const [account] = found;
  if (account !== undefined && found.length === 1) return account;
  const several = found.length > 1;
  const names = accounts.flatMap(({ id, name }) => [name, id]);
  throw new GenesisError({
    code: "account-unknown",
    subject: `account ${quoteText(wanted)}`,
    fact: several
      ? `${found.length} accounts have this name: ${found.map(({ id }) => id).join(", ")}`
      : `it is no account that you may enter; ${await describeNames(wanted, names)}`,
    next: several
      ? "run dagger call sso --account with one of these ids"
      : "run dagger call sso --account with one of these, or correct sso.account in genesis.json",
  });
}

/** Checks that the person has a role in an account. Throws `role-not-assigned`. */
export async function chooseRole(account: Account, roles: readonly string[], wanted: string): Promise<string> {
  if (roles.includes(wanted)) return wanted;
  throw refuseRole(account, wanted, await describeNames(wanted, roles));
}

/** The error of a role that the person does not have; `known` says which ones there are. */
export function refuseRole({ id, name }: Account, wanted: string, known: string): GenesisError {
  return new GenesisError({
    code: "role-not-assigned",
    subject: `role ${quoteText(wanted)}`,
    fact: `you do not have it in account ${id} (${quoteText(name)}); ${known}`,
  });
}

async function describeNames(wanted: string, names: readonly string[]): Promise<string> {
  const nearest = await findNearest(wanted, names);
  if (nearest !== undefined) return `the nearest is ${quoteText(nearest)}`;
  if (names.length === 0) return "there is none";
  const rest = names.length > LISTED ? ` and ${names.length - LISTED} more` : "";
  return `there are ${names.slice(0, LISTED).map(quoteText).join(", ")}${rest}`;
}
