import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { isObject, paginate, readString } from "../input.js";
import { filterEntities, type IdentityStores, USER } from "./store.js";
import { updateEntity } from "./update.js";

/**
 * Users: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html, API_DescribeUser.html,
 * API_UpdateUser.html, API_DeleteUser.html, API_ListUsers.html, API_GetUserId.html.
 */
export function handleUsers(stores: IdentityStores): Handlers {
  return {
    CreateUser: (call) => {
      const store = stores.open(call.input);
      readString(call.input, "UserName");
      readString(call.input, "DisplayName");
      const { Name } = call.input;
      if (!isObject(Name) || !Name.GivenName || !Name.FamilyName) {
        throw new ApiError("ValidationException", "The attributes name.givenName and name.familyName are required");
      }
      const { UserId, IdentityStoreId } = store.create(USER, call.input);
      return answerJson({ UserId, IdentityStoreId });
    },

    DescribeUser: (call) => answerJson(stores.open(call.input).find(USER, call.input)),

    UpdateUser: (call) => {
      updateEntity(stores.open(call.input), USER, call.input);
      return answerJson({});
    },

    DeleteUser: (call) => {
      const store = stores.open(call.input);
      const id = readString(call.input, "UserId");
      store.users.delete(id);
      for (const [key, { MemberId }] of store.memberships) if (MemberId.UserId === id) store.memberships.delete(key);
      return answerJson({});
    },

    ListUsers: (call) => {
      const users = filterEntities(stores.open(call.input).users.values(), call.input);
      const { page, next } = paginate(users, call.input.NextToken, call.input.MaxResults);
      return answerJson({ Users: page, NextToken: next });
    },

    GetUserId: (call) => {
      const { UserId, IdentityStoreId } = stores.open(call.input).findByAttribute(USER, call.input);
      return answerJson({ UserId, IdentityStoreId });
    },
  };
}
