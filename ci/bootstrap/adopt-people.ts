import { formatAddress } from "../terraform/address.js";
import { uniteList } from "./adopt-organization.js";
import { chooseEntry } from "./choose-key.js";
import { type Draft, listEntries, listKeys, nameEntry } from "./draft.js";
import type { SeenGroup, SeenIdentityCenter, SeenUser } from "./snapshot.js";

const GROUP = "aws_identitystore_group";

/** People, groups and memberships; the key of each group by id. Where people come from elsewhere, groups are only looked up. */
export function adoptPeople(draft: Draft, center: SeenIdentityCenter): Map<string, string> {
  const isExternal = draft.get(["identity_source"]) === "external";
  const people = new Map<string, string>();
  if (!isExternal) {
    for (const user of center.users) {
      const key = adoptUser(draft, user, center.storeId);
      if (key !== undefined) people.set(user.id, key);
    }
  }
  const groups = new Map<string, string>();
  for (const group of center.groups) {
    const isUsed = center.assignments.some(({ principalId }) => principalId === group.id);
    if (isExternal && !isUsed) continue;
    const memberships = isExternal ? [] : center.memberships.filter(({ groupId }) => groupId === group.id);
    groups.set(group.id, adoptGroup(draft, group, memberships, people, isExternal ? undefined : center.storeId));
  }
  return groups;
}

function adoptUser(draft: Draft, user: SeenUser, storeId: string): string | undefined {
  const { userName, displayName, givenName, familyName, email } = user;
  const known = listEntries(draft, "people").find((entry) => nameEntry(entry).toLowerCase() === userName.toLowerCase());
  const chosen = known === undefined ? chooseEntry(userName, listKeys(draft, "people")) : { key: known[0] };
  const { key } = chosen;
  const address = formatAddress("aws_identitystore_user", "this", key);
  if (draft.isManaged(address)) return key;
  if (givenName === undefined || familyName === undefined || email === undefined) {
    draft.left.push(`person ${userName}: AWS has no given name, family name or e-mail address of this user`);
    return undefined;
  }
  draft.import(address, `${storeId}/${user.id}`);
  const display = displayName === `${givenName} ${familyName}` ? {} : { display_name: displayName };
  const name = key === userName ? {} : { name: userName };
  draft.set(["people", key], { given_name: givenName, family_name: familyName, email, ...display, ...name });
  return key;
}

function adoptGroup(
  draft: Draft,
  group: SeenGroup,
  memberships: SeenIdentityCenter["memberships"],
  people: ReadonlyMap<string, string>,
  storeId: string | undefined,
): string {
  const known = listEntries(draft, "groups").find(
    (entry) => nameEntry(entry).toLowerCase() === group.name.toLowerCase(),
  );
  const chosen = known === undefined ? chooseEntry(group.name, listKeys(draft, "groups")) : { key: known[0] };
  const { key } = chosen;
  const name = key === group.name ? {} : { name: group.name };
  if (storeId === undefined) {
    if (known === undefined)
      draft.set(["groups", key], { description: group.description, members: [], access: [], ...name });
    return key;
  }
  const address = formatAddress(GROUP, "this", key);
  const isManaged = draft.isManaged(address);
  if (!isManaged) {
    draft.import(address, `${storeId}/${group.id}`);
    if (known === undefined)
      draft.set(["groups", key], { description: group.description, members: [], access: [], ...name });
    else draft.set(["groups", key, "description"], group.description);
  }
  const members = memberships.flatMap(({ id, userId }) => {
    const person = people.get(userId);
    if (person === undefined) {
      draft.left.push(`a member of group ${group.name} (${userId}): the data does not have this person`);
      return [];
    }
    draft.import(formatAddress("aws_identitystore_group_membership", "this", `${key}/${person}`), `${storeId}/${id}`);
    return [person];
  });
  if (isManaged) uniteList(draft, ["groups", key, "members"], members);
  else draft.set(["groups", key, "members"], members.sort());
  return key;
}
