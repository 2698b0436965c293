import { GenesisError } from "../lib/errors.js";
import type { OrganizationData } from "../terraform/data.js";
import { tell } from "./check-accounts.js";
import { type Check, failCheck } from "./checklist.js";
import { listForeignRights } from "./roles.js";
import type { SeenIam, SeenIdentityCenter } from "./snapshot.js";

/** What a first apply finds of people and their access, and what no API tells of it. */
export function checkIdentityCenter(data: OrganizationData, center: SeenIdentityCenter): Check[] {
  const isExternal = data.identity_source === "external";
  const names = (entries: Record<string, { name?: string | null | undefined }>) =>
    Object.entries(entries).map(([key, { name }]) => name ?? key);
  const missing = (entries: Record<string, { name?: string | null | undefined }>, seen: readonly string[]) => {
    const there = new Set(seen.map((name) => name.toLowerCase()));
    return names(entries).filter((name) => !there.has(name.toLowerCase()));
  };
  const people = missing(
    data.people,
    center.users.map(({ userName }) => userName),
  );
  const groups = missing(
    data.groups,
    center.groups.map(({ name }) => name),
  );
  const sets = missing(
    data.permission_sets,
    center.permissionSets.map(({ name }) => name),
  );
  const userNames = new Map(center.users.map(({ id, userName }) => [id, userName]));
  const setNames = new Map(center.permissionSets.map(({ arn, name }) => [arn, name]));
  const own = center.assignments.filter(({ principalType }) => principalType === "USER");
  return [
    ...tell("+", "permission sets that the first apply creates", sets),
    ...(isExternal
      ? tell("✗", "groups that the identity source does not have yet", groups)
      : [
          ...tell("+", "people that the first apply creates", people),
          ...tell("+", "groups that the first apply creates", groups),
        ]),
    ...tell(
      "!",
      "access assigned to people directly, which is left alone: the data gives access to groups only",
      own.map(
        ({ principalId, permissionSet, account }) =>
          `${userNames.get(principalId) ?? principalId} has ${setNames.get(permissionSet) ?? permissionSet} in ${account}`,
      ),
    ),
    {
      mark: "!",
      text: isExternal
        ? "identity source: external, as the data says; no API tells it"
        : 'identity source: no API tells it. Where people come from Okta, Entra ID or another directory, write identity_source = "external" into the data before adopt',
    },
    ...(isExternal || people.length === 0 ? [] : [ONE_TIME_PASSWORD]),
  ];
}

/** https://docs.aws.amazon.com/singlesignon/latest/userguide/userswithoutpwd.html */
const ONE_TIME_PASSWORD: Check = {
  mark: "!",
  text: "new people get a password by mail only where Identity Center → Settings → Authentication → Standard authentication → Send email OTP is on; no API tells it",
};

/**
 * Roles of our names that are there already. Rights that are not ours are in the way: GitHub's workflows would have them once the apply has
 * written who may take the role.
 */
export function checkRoles(where: string, iam: SeenIam): Check[] {
  return [
    ...tell("✓", `GitHub's OIDC provider in ${where}`, iam.oidcProvider === undefined ? [] : [iam.oidcProvider.arn]),
    ...tell(
      "!",
      `roles of our names in ${where}: adopt imports them, and the first apply sets their trust and policies`,
      iam.roles.map(({ name }) => name),
    ),
    ...iam.roles.flatMap((role) => {
      const rights = listForeignRights(role);
      return rights.length === 0 ? [] : [refuseRole(role.name, where, rights)];
    }),
  ];
}

function refuseRole(name: string, where: string, rights: readonly string[]): Check {
  return failCheck(
    new GenesisError({
      code: "role-taken",
      subject: `role ${name} in ${where}`,
      fact: `it has policies that are not ours: ${rights.join(", ")}`,
    }),
  );
}
