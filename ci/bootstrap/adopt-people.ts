import { formatAddress } from "../terraform/address.js";
import { ASSIGNMENT, GROUP, MEMBERSHIP, USER } from "../terraform/resource-types.js";
import { type Draft, importAs, leave, listEntries, listTexts, readAt, writeEntry, writeField } from "./adopt-draft.js";
import { describeName, fold, resolveKeys } from "./adopt-keys.js";
import type { SeenGroup, SeenIdentityCenter, SeenUser } from "./snapshot.js";

/** A group of the data that AWS has. */
export interface KnownGroup {
  id: string;
  key: string;
  /** Whether the state has it; one that comes from elsewhere is never in it. */
  isManaged: boolean;
}

/** Whether people and groups come from elsewhere (SCIM): none of them is imported then. */
export function isExternal(draft: Draft): boolean {
  return readAt(draft, ["identity_source"]) === "external";
}

/** Adopts people, groups and who is in which. */
export function adoptPeople(draft: Draft, center: SeenIdentityCenter): KnownGroup[] {
  if (isExternal(draft)) return findGroups(draft, center);
  const people = adoptUsers(draft, center);
  const groups = adoptGroups(draft, center);
  for (const group of groups) adoptMembers(draft, center, group, people);
  return groups;
}

/** The keys of people by their ids. One whom the data cannot describe is left alone. */
function adoptUsers(draft: Draft, { users, storeId }: SeenIdentityCenter): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const complete = users.filter((user) => {
    const lacks = listMissing(user);
    if (lacks.length > 0) leave(draft, `person ${user.userName}`, `has no ${lacks.join(", no ")}`, "access");
    return lacks.length === 0;
  });
  const resolved = resolveKeys<SeenUser>(
    draft,
    {
      field: "people",
      type: USER,
      noun: "person",
      nameOf: ({ userName }) => userName,
      matchLast: ({ email }, entries) =>
        [...entries].find(([, entry]) => fold(String(entry.email)) === fold(email ?? ""))?.[0],
    },
    complete,
  );
  // The data takes an address once. What it has of others than these counts too.
  const found = new Set(resolved.map(({ key }) => key));
  const addresses = new Set(
    listEntries(draft, "people").flatMap(([key, { email }]) => (found.has(key) ? [] : [fold(String(email))])),
  );
  const managed = resolved.filter(({ isManaged }) => isManaged);
  for (const { seen, key } of managed) {
    keys.set(seen.id, key);
    addresses.add(fold(String(readAt(draft, ["people", key, "email"]))));
  }
  for (const { seen, key } of resolved.filter(({ isManaged }) => !isManaged)) {
    const { id, userName, displayName, givenName, familyName, email = "" } = seen;
    if (addresses.has(fold(email))) {
      leave(draft, `person ${userName}`, `has the e-mail address of another one, ${email}`, "access");
      continue;
    }
    addresses.add(fold(email));
    keys.set(id, key);
    writeEntry(draft, ["people", key], {
      given_name: { value: givenName },
      family_name: { value: familyName },
      email: { value: email },
      name: describeName(key, userName),
      display_name: { value: displayName, otherwise: `${givenName} ${familyName}` },
    });
    importAs(draft, formatAddress(USER, "this", key), `${storeId}/${id}`);
  }
  return keys;
}

function listMissing({ givenName, familyName, email }: SeenUser): string[] {
  const parts = { "given name": givenName, "family name": familyName, "e-mail address": email };
  return Object.entries(parts).flatMap(([name, value]) => (value ? [] : [name]));
}

const GROUP_KIND = {
  field: "groups",
  type: GROUP,
  noun: "group",
  nameOf: ({ name }: SeenGroup) => name,
};

function adoptGroups(draft: Draft, { groups, storeId }: SeenIdentityCenter): KnownGroup[] {
  return resolveKeys<SeenGroup>(draft, GROUP_KIND, groups).map(({ seen, key, isNew, isManaged }) => {
    if (!isManaged) {
      writeGroup(draft, key, seen, isNew);
      importAs(draft, formatAddress(GROUP, "this", key), `${storeId}/${seen.id}`);
    }
    return { id: seen.id, key, isManaged };
  });
}

function writeGroup(draft: Draft, key: string, { name, description }: SeenGroup, isNew: boolean): void {
  writeEntry(draft, ["groups", key], {
    description: { value: description },
    ...(isNew && { members: { value: [] }, access: { value: [] } }),
    name: describeName(key, name),
  });
}

function adoptMembers(
  draft: Draft,
  { memberships, storeId, groups, users }: SeenIdentityCenter,
  { id: groupId, key, isManaged }: KnownGroup,
  people: ReadonlyMap<string, string>,
): void {
  const path = ["groups", key, "members"];
  const members = memberships.flatMap((membership) => {
    if (membership.groupId !== groupId) return [];
    const person = people.get(membership.userId);
    if (person !== undefined) return [{ id: membership.id, person }];
    const user = users.find(({ id }) => id === membership.userId)?.userName ?? membership.userId;
    const group = groups.find(({ id }) => id === groupId)?.name;
    leave(draft, `${user} in group ${group}`, "the data does not have this member", "access");
    return [];
  });
  const address = (person: string) => formatAddress(MEMBERSHIP, "this", `${key}/${person}`);
  const fresh = members.filter(({ person }) => !draft.managed.has(address(person)));
  const added = (isManaged ? fresh : members).map(({ person }) => person).sort();
  const present = isManaged ? listTexts(draft, path) : [];
  writeField(draft, path, { value: [...new Set([...present, ...added])], unordered: true });
  for (const { id, person } of fresh) importAs(draft, address(person), `${storeId}/${id}`);
}

/** Groups of another identity source: those that may enter an account are written, so that they are looked up. */
function findGroups(draft: Draft, { groups, assignments }: SeenIdentityCenter): KnownGroup[] {
  const assigned = new Set(assignments.map(({ principalId }) => principalId));
  const resolved = resolveKeys<SeenGroup>(draft, GROUP_KIND, groups).filter(
    ({ seen, isNew }) => !isNew || assigned.has(seen.id),
  );
  for (const { seen, key, isNew } of resolved) {
    if (isNew) writeGroup(draft, key, seen, true);
    else writeField(draft, ["groups", key, "name"], describeName(key, seen.name));
  }
  const found = new Set(resolved.map(({ key }) => key));
  for (const [key] of listEntries(draft, "groups").filter(([each]) => !found.has(each))) {
    draft.wanted.push(
      `groups.${key}: the identity source has no such group; make it there, or remove it from the data`,
    );
  }
  return resolved.map(({ seen, key }) => {
    const isManaged = [...draft.managed].some((address) => isAssignmentOf(address, key));
    return { id: seen.id, key, isManaged: isManaged || !assigned.has(seen.id) };
  });
}

/** Whether an address is that of an assignment to a group: its key is `account/group/set`. */
function isAssignmentOf(address: string, group: string): boolean {
  const start = `${ASSIGNMENT}.this["`;
  return (
    address.startsWith(start) &&
    address.includes(formatAddress(ASSIGNMENT, "this", `/${group}/`).slice(start.length, -2))
  );
}
