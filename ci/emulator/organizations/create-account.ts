import { randomBytes } from "node:crypto";
import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { type Input, now, paginate, readObject, readString, readStrings } from "../input.js";

/** A request to create an account. */
interface Request {
  /** How often it is still to be found in progress. */
  polls: number;
  /** What it comes to. */
  result: Input;
}

/** The address that moto gives the management account. */
const MANAGEMENT_EMAIL = "master@example.com";

/**
 * Accounts are created asynchronously, and an address serves one account:
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html, API_DescribeCreateAccountStatus.html,
 * API_ListCreateAccountStatus.html. moto creates the account at once and takes an address twice; here the answer waits for
 * `polls` looks, and a second account of an address, in any case of letters, ends FAILED. A closed account keeps its address.
 */
export function handleCreateAccount(polls: number): Handlers {
  const requests = new Map<string, Request>();
  const emails = new Set([MANAGEMENT_EMAIL]);

  const begin = (result: Input): Input => {
    const { Id, AccountName, RequestedTimestamp } = result;
    requests.set(readString(result, "Id"), { polls, result });
    return { Id, AccountName, RequestedTimestamp, State: "IN_PROGRESS" };
  };
  const describe = ({ polls: left, result }: Request): Input => {
    if (left === 0) return result;
    const { Id, AccountName, RequestedTimestamp } = result;
    return { Id, AccountName, RequestedTimestamp, State: "IN_PROGRESS" };
  };

  return {
    CreateAccount: async (call, moto) => {
      const AccountName = readString(call.input, "AccountName");
      const email = readString(call.input, "Email").toLowerCase();
      if (emails.has(email)) {
        // Without an organization there is no request either.
        await moto.ask(call, "organizations", "DescribeOrganization", {});
        const Id = `car-${randomBytes(16).toString("hex")}`;
        const failed = { State: "FAILED", FailureReason: "EMAIL_ALREADY_EXISTS" };
        const status = { Id, AccountName, RequestedTimestamp: now(), CompletedTimestamp: now(), ...failed };
        return answerJson({ CreateAccountStatus: begin(status) });
      }
      // Taken before the answer: of two requests at once one fails.
      emails.add(email);
      try {
        const answer = await moto.forwardJson(call);
        return answerJson({ CreateAccountStatus: begin(readObject(answer, "CreateAccountStatus")) });
      } catch (error) {
        emails.delete(email);
        throw error;
      }
    },

    DescribeCreateAccountStatus: (call) => {
      const id = readString(call.input, "CreateAccountRequestId");
      const request = requests.get(id);
      if (request === undefined) {
        throw new ApiError("CreateAccountStatusNotFoundException", `There is no request ${id} to create an account`);
      }
      const answer = answerJson({ CreateAccountStatus: describe(request) });
      if (request.polls > 0) request.polls -= 1;
      return answer;
    },

    ListCreateAccountStatus: (call) => {
      const states = readStrings(call.input, "States");
      const all = [...requests.values()]
        .map(describe)
        .filter((status) => states.length === 0 || states.includes(String(status.State)));
      const { page, next } = paginate(all, call.input.NextToken, call.input.MaxResults);
      return answerJson({ CreateAccountStatuses: page, NextToken: next });
    },
  };
}
