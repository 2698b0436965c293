import { z } from "zod";
import { GenesisError } from "../../lib/errors.js";
import type { AwsCredentials } from "../credentials.js";
import type { SignInApi } from "./api.js";
import { type Account, chooseAccount, chooseRole, refuseRole } from "./choose.js";
import { callParsed, nameSubject, type SignInPlace } from "./failures.js";

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
  const list = () => api.listAccountRoles(token, account.id);
  const refuse = (end: string) => refuseRole(account, wanted, end);
  return chooseRole(account, await callParsed(place, "ListAccountRoles", list, rolesSchema, refuse), wanted);
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
  const get = () => api.getRoleCredentials(token, account.id, role);
  const refuse = (end: string) => refuseRole(account, role, end);
  const answer = await callParsed(place, "GetRoleCredentials", get, credentialsSchema, refuse);
  const { expiration, ...credentials } = answer;
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
