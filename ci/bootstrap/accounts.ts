import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { DATA_PATH } from "../terraform/code.js";
import type { BootstrapData } from "./data.js";
import type { AwsAccount, Organization } from "./organization.js";

/** What became of one account of the data. */
export type FoundAccount =
  | { name: string; kind: "found"; id: string }
  /** The first apply creates it. */
  | { name: string; kind: "to-come" }
  | { name: string; kind: "differs"; id: string; error: GenesisError };

/**
 * Finds the accounts of the data among those of the organization: by e-mail address, which AWS takes once and compares without case. Where
 * only one of address and name fits, Terraform would want to replace the account, so that is an error.
 */
export function findAccounts({ accounts }: BootstrapData, organization: Organization): FoundAccount[] {
  return Object.entries(accounts).map(([name, { email, ou }]) => {
    const byEmail = organization.accounts.find((each) => each.email.toLowerCase() === email.toLowerCase());
    const found = byEmail ?? organization.accounts.find((each) => each.name === name);
    if (found === undefined) return { name, kind: "to-come" };
    const error = compareAccount(name, email, found) ?? checkState(name, ou, found);
    return error === undefined ? { name, kind: "found", id: found.id } : { name, kind: "differs", id: found.id, error };
  });
}

/** Accounts of the organization that the data does not have, but for the management account. */
export function listOthers(
  { managementId }: BootstrapData,
  organization: Organization,
  found: readonly FoundAccount[],
) {
  const known = new Set(found.flatMap((each) => (each.kind === "to-come" ? [] : [each.id])));
  return organization.accounts.filter(({ id }) => id !== managementId && !known.has(id));
}

function compareAccount(name: string, email: string, found: AwsAccount): GenesisError | undefined {
  const differs = (what: string, aws: string, data: string, next: string) =>
    new GenesisError({
      code: "account-differs",
      subject: `account ${name}`,
      fact: `account ${found.id} has the ${what} ${quoteText(aws)}, and the data ${quoteText(data)}`,
      effect: "It was not adopted: Terraform would want to replace it",
      next,
    });
  if (found.email.toLowerCase() !== email.toLowerCase()) {
    return differs(
      "e-mail address",
      found.email,
      email,
      `write that address into accounts of ${DATA_PATH}, or choose another name`,
    );
  }
  if (found.email !== email) {
    return differs("e-mail address", found.email, email, `spell it the same way in accounts of ${DATA_PATH}`);
  }
  if (found.name !== name) {
    return differs(
      "name",
      found.name,
      name,
      `name it ${quoteText(found.name)} in accounts of ${DATA_PATH}, and wherever the data refers to it`,
    );
  }
  return undefined;
}

/** One that is being retired may be closed already. */
function checkState(name: string, ou: string, { id, state }: AwsAccount): GenesisError | undefined {
  if (state === "ACTIVE" || ou === "suspended") return undefined;
  return new GenesisError({
    code: "account-differs",
    subject: `account ${name}`,
    fact: `account ${id} is ${state}`,
    next: "wait until it is ACTIVE; if it was closed, follow docs/runbooks/retire-an-account.md",
  });
}
