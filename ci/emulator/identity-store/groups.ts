import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { paginate, readString } from "../input.js";
import { filterEntities, GROUP, type IdentityStores } from "./store.js";
import { updateEntity } from "./update.js";

/**
 * Groups: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html, API_DescribeGroup.html,
 * API_UpdateGroup.html, API_DeleteGroup.html, API_ListGroups.html, API_GetGroupId.html.
 */
export function handleGroups(stores: IdentityStores): Handlers {
  return {
    CreateGroup: (call) => {
      readString(call.input, "DisplayName");
      const { GroupId, IdentityStoreId } = stores.open(call.input).create(GROUP, call.input);
      return answerJson({ GroupId, IdentityStoreId });
    },

    DescribeGroup: (call) => answerJson(stores.open(call.input).find(GROUP, call.input)),

    UpdateGroup: (call) => {
      updateEntity(stores.open(call.input), GROUP, call.input);
      return answerJson({});
    },

    DeleteGroup: (call) => {
      const store = stores.open(call.input);
      const id = readString(call.input, "GroupId");
      store.groups.delete(id);
      for (const [key, { GroupId }] of store.memberships) if (GroupId === id) store.memberships.delete(key);
      return answerJson({});
    },

    ListGroups: (call) => {
      const groups = filterEntities(stores.open(call.input).groups.values(), call.input);
      const { page, next } = paginate(groups, call.input.NextToken, call.input.MaxResults);
      return answerJson({ Groups: page, NextToken: next });
    },

    GetGroupId: (call) => {
      const { GroupId, IdentityStoreId } = stores.open(call.input).findByAttribute(GROUP, call.input);
      return answerJson({ GroupId, IdentityStoreId });
    },
  };
}
