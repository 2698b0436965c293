import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";
import { DATA_PATH } from "../terraform/code.js";
import type { OrganizationData } from "../terraform/data.js";
import { type Check, failCheck } from "./checklist.js";
import { ROLE, refuseRole } from "./dedicated.js";
import { isActive, type SeenAccount, type SeenOrganization } from "./snapshot.js";

/** What a first apply finds of accounts: those to come, closed, out of reach, and with a password of root. */
export function checkAccounts(data: OrganizationData, organization: SeenOrganization): Check[] {
  const members = organization.accounts.filter(({ id }) => id !== organization.managementId);
  const byEmail = new Map(members.map((account) => [account.email.toLowerCase(), account]));
  const found = new Map(
    Object.entries(data.accounts).map(([key, { email }]) => [key, byEmail.get(email.toLowerCase())]),
  );
  const known = new Set([...found.values()].map((account) => account?.id));
  const keysOf = (test: (account: SeenAccount) => boolean) => members.filter(test).map(nameAccount);
  const open = members.filter(isActive);
  const dedicated = found.get(data.public_ecr.account);
  return [
    ...tell(
      "✓",
      "accounts",
      [...found].flatMap(([key, account]) => (account ? [`${key} ${account.id}`] : [])),
    ),
    ...tell(
      "+",
      "accounts that the first apply creates",
      [...found].flatMap(([key, seen]) => (seen ? [] : [key])),
    ),
    ...[...found].flatMap(([key, account]) => (account && !isActive(account) ? [refuseClosed(key, account)] : [])),
    ...[...found].flatMap(([key, account], index) => {
      const other = [...found].slice(0, index).find(([, each]) => account !== undefined && each === account)?.[0];
      return account === undefined || other === undefined ? [] : [refuseTwice(key, other, account)];
    }),
    ...(dedicated?.reachable === false ? [failCheck(refuseRole(dedicated.id))] : []),
    ...tell(
      "!",
      "accounts that the data does not have, which are left alone",
      keysOf((it) => isActive(it) && !known.has(it.id)),
    ),
    ...tell(
      "!",
      "accounts that are closed or being closed, which are left alone",
      keysOf((it) => !isActive(it) && !known.has(it.id)),
    ),
    ...tell(
      "!",
      `accounts without ${ROLE}, where nobody can act from here; an administrator there can create it (AdministratorAccess, trust in the management account) until genesis-protect-platform reaches them`,
      open.filter((it) => it.reachable === false && it !== dedicated).map(nameAccount),
    ),
    ...tell(
      "!",
      "accounts whose root user still has a password",
      open.filter((it) => it.rootPassword === true).map(nameAccount),
    ),
  ];
}

/** One line for a list that is not empty. */
export function tell(mark: Check["mark"], what: string, names: readonly string[]): Check[] {
  return names.length === 0 ? [] : [{ mark, text: `${what}: ${names.join(", ")}` }];
}

function nameAccount({ id, name }: SeenAccount): string {
  return `${id} (${quoteText(name)})`;
}

/** The provider reads a closed account as gone: https://github.com/hashicorp/terraform-provider-aws/issues/24949 */
function refuseClosed(key: string, { id, state }: SeenAccount): Check {
  return failCheck(
    new GenesisError({
      code: "account-differs",
      subject: `account ${key}`,
      fact: `account ${id} is ${state}`,
    }),
  );
}

/** Somebody filled in an address whose account adopt had found, and so had given a key of its own. */
function refuseTwice(key: string, other: string, { id }: SeenAccount): Check {
  return failCheck(
    new GenesisError({
      code: "data-invalid",
      subject: `${DATA_PATH} accounts.${key}`,
      fact: `accounts.${other} has the same e-mail address: both are account ${id}`,
      effect: "The first apply would create an account with an e-mail address that AWS already uses",
      next: "take one of the two out, and run adopt again",
    }),
  );
}
