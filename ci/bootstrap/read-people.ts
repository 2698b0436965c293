import {
  type IdentitystoreClient,
  paginateListGroupMemberships,
  paginateListGroups,
  paginateListUsers,
} from "@aws-sdk/client-identitystore";
import { z } from "zod";
import { listAws } from "./failures.js";
import { readEach } from "./read-each.js";
import type { SeenGroup, SeenIdentityCenter, SeenUser } from "./snapshot.js";

const usersSchema = z.array(
  z
    .object({
      UserId: z.string(),
      UserName: z.string().nullish(),
      DisplayName: z.string().nullish(),
      Name: z.object({ GivenName: z.string().nullish(), FamilyName: z.string().nullish() }).nullish(),
      Emails: z.array(z.object({ Value: z.string().nullish(), Primary: z.boolean().nullish() })).nullish(),
    })
    .transform(({ UserId, UserName, DisplayName, Name, Emails }): SeenUser => {
      const email = Emails?.find(({ Primary }) => Primary) ?? Emails?.[0];
      return {
        id: UserId,
        userName: UserName ?? "",
        displayName: DisplayName ?? "",
        givenName: Name?.GivenName ?? undefined,
        familyName: Name?.FamilyName ?? undefined,
        email: email?.Value ?? undefined,
      };
    }),
);
const groupsSchema = z.array(
  z
    .object({ GroupId: z.string(), DisplayName: z.string().nullish(), Description: z.string().nullish() })
    .transform(({ GroupId, DisplayName, Description }): SeenGroup => {
      return { id: GroupId, name: DisplayName ?? "", description: Description ?? "" };
    }),
);
// AWS has no other members than users so far.
const membershipsSchema = z.array(
  z.object({ MembershipId: z.string(), MemberId: z.object({ UserId: z.string().nullish() }).nullish() }),
);

/** Users, groups and memberships of an identity store. */
export async function readPeople(
  client: IdentitystoreClient,
  IdentityStoreId: string,
): Promise<Pick<SeenIdentityCenter, "users" | "groups" | "memberships">> {
  const pages = { client, stopOnSameToken: true };
  const users = await listAws(
    "identitystore:ListUsers",
    (limit) => paginateListUsers(pages, { IdentityStoreId }, limit),
    "Users",
    usersSchema,
  );
  const groups = await listAws(
    "identitystore:ListGroups",
    (limit) => paginateListGroups(pages, { IdentityStoreId }, limit),
    "Groups",
    groupsSchema,
  );
  const memberships = await readEach(groups, async ({ id: groupId }) => {
    const members = await listAws(
      "identitystore:ListGroupMemberships",
      (limit) => paginateListGroupMemberships(pages, { IdentityStoreId, GroupId: groupId }, limit),
      "GroupMemberships",
      membershipsSchema,
    );
    return members.flatMap(({ MembershipId, MemberId }) =>
      MemberId?.UserId ? [{ id: MembershipId, groupId, userId: MemberId.UserId }] : [],
    );
  });
  return { users, groups, memberships: memberships.flat() };
}
