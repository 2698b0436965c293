import { MANAGEMENT } from "./code.js";
import type { OrganizationData } from "./data.js";

/** One assignment of the Identity Center. */
export interface Grant {
  account: string;
  group: string;
  permissionSet: string;
}

/** Reads `account/group/permission set`, the key of an assignment in terraform/identity.tf. */
export function readGrant(key: string): Grant {
  const [account = key, group = "?", ...set] = key.split("/");
  return { account, group, permissionSet: set.join("/") || "?" };
}

/** Whether nobody has access to the accounts of an OU: of `suspended`, and of what is below it. */
export function isSuspended(path: string): boolean {
  return path.split("/")[0] === "suspended";
}

/** Whether a word of the data means an account: its key, or `ou:` and the path of its OU or of one above. */
export function isMeant(word: string, account: string, ou: string): boolean {
  return word === account || (word.startsWith("ou:") && `${ou}/`.startsWith(`${word.slice("ou:".length)}/`));
}

/** As Terraform sorts the keys of a map. */
export function sortKeys(map: Record<string, unknown>): string[] {
  return Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Entries as Terraform sorts them. */
export function listEntries<Entry>(map: Record<string, Entry>): [string, Entry][] {
  return sortKeys(map).map((key) => [key, map[key] as Entry]);
}

/** The rule of terraform/identity.tf: a group has its permission sets where its access says, suspended accounts aside. */
export function listGrants({
  accounts,
  groups,
  permission_sets,
}: Pick<OrganizationData, "accounts" | "groups" | "permission_sets">): Grant[] {
  const open = sortKeys(accounts).filter((account) => !isSuspended(accounts[account]?.ou ?? ""));
  const reach = (word: string): string[] => {
    if (word === MANAGEMENT) return [MANAGEMENT];
    return open.filter((account) => word === "*" || isMeant(word, account, accounts[account]?.ou ?? ""));
  };
  const keys = listEntries(groups).flatMap(([group, { access }]) =>
    access.flatMap(({ permission_sets: sets, accounts: words }) =>
      words
        .flatMap(reach)
        .flatMap((account) =>
          sets.filter((set) => Object.hasOwn(permission_sets, set)).map((set) => [account, group, set] as const),
        ),
    ),
  );
  const unique = new Map(keys.map((key) => [key.join("/"), key]));
  const order = new Map([MANAGEMENT, ...open].map((account, index) => [account, index]));
  return [...unique.values()]
    .map(([account, group, permissionSet]) => ({ account, group, permissionSet }))
    .sort((a, b) => (order.get(a.account) ?? 0) - (order.get(b.account) ?? 0));
}
