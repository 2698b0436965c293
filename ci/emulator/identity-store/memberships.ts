import { randomUUID } from "node:crypto";
import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { type Input, paginate, readObject, readString, readStrings } from "../input.js";
import { GROUP, type IdentityStore, type IdentityStores, type Membership, missing, USER } from "./store.js";

/**
 * Memberships: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html and the others
 * of that reference with "Membership" or "IsMember" in their names.
 */
export function handleMemberships(stores: IdentityStores): Handlers {
  const list = (input: Input, matches: (membership: Membership) => boolean) => {
    const found = [...stores.open(input).memberships.values()].filter(matches);
    const { page, next } = paginate(found, input.NextToken, input.MaxResults);
    return answerJson({ GroupMemberships: page, NextToken: next });
  };
  return {
    CreateGroupMembership: (call) => {
      const store = stores.open(call.input);
      const { GroupId } = store.find(GROUP, call.input) as { GroupId: string };
      const { UserId } = store.find(USER, readObject(call.input, "MemberId")) as { UserId: string };
      if (findMembership(store, GroupId, UserId) !== undefined) {
        const members = { Reason: "UNIQUENESS_CONSTRAINT_VIOLATION" };
        throw new ApiError("ConflictException", "Member and Group relationship already exists.", undefined, members);
      }
      const MembershipId = randomUUID();
      const IdentityStoreId = store.id;
      store.memberships.set(MembershipId, { IdentityStoreId, MembershipId, GroupId, MemberId: { UserId } });
      return answerJson({ MembershipId, IdentityStoreId });
    },

    DescribeGroupMembership: (call) => {
      const id = readString(call.input, "MembershipId");
      const membership = stores.open(call.input).memberships.get(id);
      if (membership === undefined) throw missing("GROUP_MEMBERSHIP", id);
      return answerJson(membership);
    },

    DeleteGroupMembership: (call) => {
      stores.open(call.input).memberships.delete(readString(call.input, "MembershipId"));
      return answerJson({});
    },

    GetGroupMembershipId: (call) => {
      const GroupId = readString(call.input, "GroupId");
      const UserId = readString(readObject(call.input, "MemberId"), "UserId");
      const membership = findMembership(stores.open(call.input), GroupId, UserId);
      if (membership === undefined) throw missing("GROUP_MEMBERSHIP", `${GroupId} ${UserId}`);
      return answerJson({ MembershipId: membership.MembershipId, IdentityStoreId: membership.IdentityStoreId });
    },

    ListGroupMemberships: (call) => {
      const id = readString(call.input, "GroupId");
      return list(call.input, (membership) => membership.GroupId === id);
    },

    ListGroupMembershipsForMember: (call) => {
      const id = readString(readObject(call.input, "MemberId"), "UserId");
      return list(call.input, (membership) => membership.MemberId.UserId === id);
    },

    IsMemberInGroups: (call) => {
      const UserId = readString(readObject(call.input, "MemberId"), "UserId");
      const store = stores.open(call.input);
      const Results = readStrings(call.input, "GroupIds").map((GroupId) => ({
        GroupId,
        MemberId: { UserId },
        MembershipExists: findMembership(store, GroupId, UserId) !== undefined,
      }));
      return answerJson({ Results });
    },
  };
}

function findMembership(store: IdentityStore, groupId: string, userId: string): Membership | undefined {
  return [...store.memberships.values()].find(
    ({ GroupId, MemberId }) => GroupId === groupId && MemberId.UserId === userId,
  );
}
