import { z } from "zod";
import { GenesisError } from "../../lib/errors.js";
import type { AwsCredentials } from "../credentials.js";
import type { SignInApi } from "./api.js";
import { type Account, chooseAccount, chooseRole, refuseRole } from "./choose.js";
import {
  callParsed,
  classifyFailure,
  describeFailure,
  nameSubject,
  parseAnswer,
  type SignInPlace,
} from "./failures.js";

const accountsSchema = z.array(
  z
    .object({ accountId: z.string().regex(/^\d{12}$/), accountName: z.string().default("") })
    .transform(({ accountId, accountName }): Account => ({ id: accountId, name: accountName })),
);
const rolesSchema = z.array(z.object({ roleName: z.string().min(1) }).transform(({ roleName }) => roleName));
const credentialsSchema = z
  .object({
    roleCredentials: z.object({
      accessKeyId: z.string().min(16),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1),
      /** Milliseconds since 1970, as far as a date goes: https://tc39.es/ecma262/#sec-time-values-and-time-range */
      expiration: z.number().positive().max(8.64e15),
    }),
  })
  .transform(({ roleCredentials }) => roleCredentials);

/** The account that was asked for, of those that the person may enter. Throws `account-unknown`. */
export async function findAccount(api: SignInApi, place: SignInPlace, token: string, wanted: string): Promise<Account> {
  const accounts = await callParsed(place, "ListAccounts", () => api.listAccounts(token), accountsSchema);
  return chooseAccount(accounts, wanted);
}

/** The role that was asked for, of those that the person has. Throws `role-not-assigned`. */
export async function findRole(
  api: SignInApi,
  place: SignInPlace,
  token: string,
  { account, wanted }: { account: Account; wanted: string },
): Promise<string> {
  const operation = "ListAccountRoles";
  const answer = await api
    .listAccountRoles(token, account.id)
    .catch(refuseForbidden(place, operation, account, wanted));
  return chooseRole(account, parseAnswer(place, operation, answer, rolesSchema), wanted);
}

/**
 * The role's credentials. Throws `role-not-assigned` where AWS refuses them after all, and `clock-skewed` where they look expired by
 * `now` (milliseconds since 1970): AWS would refuse every request signed at such a time.
 */
export async function getCredentials(
  api: SignInApi,
  place: SignInPlace,
  token: string,
  { account, role, now }: { account: Account; role: string; now: number },
): Promise<AwsCredentials & { expiration: Date }> {
  const operation = "GetRoleCredentials";
  const refuse = refuseForbidden(place, operation, account, role);
  const answer = await api.getRoleCredentials(token, account.id, role).catch(refuse);
  const { expiration, ...credentials } = parseAnswer(place, operation, answer, credentialsSchema);
  if (expiration <= now) {
    const [end, time] = [expiration, now].map((each) => new Date(each).toISOString());
    throw new GenesisError({
      code: "clock-skewed",
      subject: nameSubject(place),
      fact: `fresh credentials end at ${end}, and the clock here says ${time}`,
    });
  }
  return { ...credentials, expiration: new Date(expiration) };
}

/** Makes what throws a failed call's error: one that AWS forbids is about the role, whatever it listed before. */
function refuseForbidden(place: SignInPlace, operation: string, account: Account, role: string) {
  return (error: unknown): never => {
    const failure = classifyFailure(error);
    if (failure.kind === "forbidden") throw refuseRole(account, role, `${operation} ended with ${failure.name}`);
    throw describeFailure(place, operation, failure);
  };
}
