import { ApiError, answerJson } from "../answer.js";
import type { ApiCall } from "../call.js";
import type { Handlers } from "../handler.js";
import { type IdentityStores, USER } from "../identity-store/store.js";
import { type Input, isObject, paginate, readString } from "../input.js";
import type { MotoClient } from "../moto-client.js";
import { type Assignment, listAssignments } from "./assignments.js";
import type { DeviceLogin, Session } from "./device-login.js";

/**
 * The access portal: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html, API_ListAccountRoles.html,
 * API_GetRoleCredentials.html, API_Logout.html. What a person may do follows from the assignments, their own and those of their groups.
 */
export function handlePortal(login: DeviceLogin, stores: IdentityStores, region: string): Handlers {
  /** The assignments of whoever sent the call. */
  const find = async (call: ApiCall, moto: MotoClient): Promise<Assignment[]> => {
    const session = findSession(login, call);
    const { identityStoreId, assignments } = await listAssignments(moto, region);
    if (session.userName === undefined) return assignments;
    const store = stores.open({ IdentityStoreId: identityStoreId });
    const unique = { AttributePath: "userName", AttributeValue: session.userName };
    const user = store.findByAttribute(USER, { AlternateIdentifier: { UniqueAttribute: unique } });
    const memberships = [...store.memberships.values()].filter(({ MemberId }) => MemberId.UserId === user.UserId);
    const principals = new Set([user.UserId, ...memberships.map(({ GroupId }) => GroupId)]);
    return assignments.filter(({ principalId }) => principals.has(principalId));
  };

  return {
    ListAccounts: async (call, moto) => {
      const ids = new Set((await find(call, moto)).map(({ accountId }) => accountId));
      const accounts = (await moto.askAll({ region }, "organizations", "ListAccounts", {}, "Accounts")).filter(
        isObject,
      );
      const accountList = accounts
        .filter(({ Id }) => ids.has(String(Id)))
        .map(({ Id, Name, Email }) => ({ accountId: Id, accountName: Name, emailAddress: Email }));
      const { page, next } = paginate(accountList, call.input.next_token, call.input.max_result);
      return answerJson({ accountList: page, nextToken: next });
    },

    ListAccountRoles: async (call, moto) => {
      const accountId = readQuery(call.input, "account_id");
      const found = (await find(call, moto)).filter((each) => each.accountId === accountId);
      if (found.length === 0) throw noAccess();
      const names = [...new Set(found.map(({ roleName }) => roleName))].sort();
      const roleList = names.map((roleName) => ({ roleName, accountId }));
      const { page, next } = paginate(roleList, call.input.next_token, call.input.max_result);
      return answerJson({ roleList: page, nextToken: next });
    },

    GetRoleCredentials: async (call, moto) => {
      const accountId = readQuery(call.input, "account_id");
      const roleName = readQuery(call.input, "role_name");
      const found = (await find(call, moto)).find((each) => each.accountId === accountId && each.roleName === roleName);
      if (found === undefined) throw noAccess();
      const path = "aws-reserved/sso.amazonaws.com/AWSReservedSSO";
      const xml = await moto.sts("unsigned", {
        Action: "AssumeRole",
        RoleArn: `arn:aws:iam::${accountId}:role/${path}_${roleName}_0123456789abcdef`,
        RoleSessionName: findSession(login, call).userName ?? "engineer",
      });
      const read = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? "";
      const roleCredentials = {
        accessKeyId: read("AccessKeyId"),
        secretAccessKey: read("SecretAccessKey"),
        sessionToken: read("SessionToken"),
        expiration: Date.parse(read("Expiration")),
      };
      return answerJson({ roleCredentials });
    },

    Logout: (call) => {
      findSession(login, call);
      login.sessions.delete(String(call.headers["x-amz-sso_bearer_token"]));
      return { status: 200, headers: {}, body: "" };
    },
  };
}

function findSession(login: DeviceLogin, call: ApiCall): Session {
  const session = login.sessions.get(String(call.headers["x-amz-sso_bearer_token"]));
  if (session !== undefined && session.expiresAt > Date.now()) return session;
  throw new ApiError("UnauthorizedException", "Session token not found or invalid", 401);
}

function readQuery(input: Input, name: string): string {
  if (input[name] === undefined) throw new ApiError("InvalidRequestException", `The parameter ${name} is missing`, 400);
  return readString(input, name);
}

function noAccess(): ApiError {
  return new ApiError("ForbiddenException", "No access", 403);
}
