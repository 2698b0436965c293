import { groupBy } from "../lib/group-by.js";
import type { Grant } from "../terraform/grants.js";

/** An organizational unit. */
export interface Unit {
  /** Its path: `workloads/prod` is below `workloads`. */
  name: string;
  /** Policies attached to it, by name. */
  policies: readonly string[];
  accounts: readonly string[];
}

/** A group of people. */
export interface Group {
  name: string;
  description: string;
  members: readonly string[];
}

/** What one may do in an account. */
export interface PermissionSet {
  name: string;
  /** Policies, each in words: `ReadOnlyAccess`, `own policy pay`, `inline policy billing.json`, `at most PowerUserAccess`. */
  gives: readonly string[];
  /** How long a session lasts, such as `8 h`. */
  session: string;
}

/** An IAM role that no person takes. */
export interface MachineRole {
  name: string;
  account: string;
  /** Who takes it in GitHub: ends of OIDC subjects, or `apply.yml on main` and `by ada`; empty where another role takes it. */
  subjects: readonly string[];
  /** The role that takes it, by name. */
  takenBy?: string;
  /** What it may do: an AWS managed policy, or words. */
  may: string;
}

/** The organization as the Terraform data and code have it. Lists are sorted as Terraform sorts keys. */
export interface Organization {
  /** Policies of the root. */
  policies: readonly string[];
  /** Accounts directly below the root. */
  accounts: readonly string[];
  units: readonly Unit[];
  /** Accounts that have policies of their own. */
  accountPolicies: readonly { account: string; policies: readonly string[] }[];
  groups: readonly Group[];
  permissionSets: readonly PermissionSet[];
  grants: readonly Grant[];
  /** `owner/repository` of the workflows. */
  repository: string;
  roles: readonly MachineRole[];
  /** The dedicated account of public images, and its repositories. */
  publicImages: { account: string; repositories: readonly string[] };
}

/** Gathers the accounts of a grant: names of whole OUs, where it is in all of their accounts, and of the accounts beside them. */
export function findReach({ units }: Organization, accounts: readonly string[]) {
  const reached = new Set(accounts);
  const whole = units.filter((unit) => unit.accounts.length > 0 && unit.accounts.every((name) => reached.has(name)));
  const covered = new Set(whole.flatMap((unit) => unit.accounts));
  return { units: whole.map(({ name }) => name), accounts: accounts.filter((name) => !covered.has(name)) };
}

/** A permission set with the groups that have it in the same accounts. */
export interface Access {
  permissionSet: PermissionSet;
  groups: readonly string[];
  accounts: readonly string[];
}

/** Every permission set that somebody has; twice where groups have it in different accounts. */
export function listAccess({ groups, permissionSets, grants }: Organization): Access[] {
  return permissionSets.flatMap((permissionSet) => {
    const granted = grants.filter((grant) => grant.permissionSet === permissionSet.name);
    const byGroup = groupBy(granted, ({ group }) => group);
    const having = groups.flatMap(({ name }) => {
      const accounts = byGroup.get(name)?.map(({ account }) => account);
      return accounts === undefined ? [] : [{ name, accounts }];
    });
    const alike = [...groupBy(having, ({ accounts }) => JSON.stringify(accounts)).values()];
    return alike.map((same) => {
      return { permissionSet, groups: same.map(({ name }) => name), accounts: same[0]?.accounts ?? [] };
    });
  });
}
