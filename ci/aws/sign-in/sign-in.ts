import { z } from "zod";
import type { SignInSettings } from "../../lib/settings.js";
import type { AwsCredentials } from "../credentials.js";
import type { SignInApi } from "./api.js";
import type { Account } from "./choose.js";
import { type Device, startDevice } from "./device.js";
import { parseAnswer } from "./failures.js";
import { type Clock, pollToken } from "./poll.js";
import { findAccount, findRole, getCredentials } from "./portal.js";

/** What a sign-in takes from outside. */
export interface SignInOptions {
  api: SignInApi;
  /** Shows a line to the person, at once. */
  show(line: string): void;
  clock: Clock;
  /** The time of day, milliseconds since 1970. */
  time(): number;
}

/** Who signed in, and with what. */
export interface SignedIn {
  account: Account;
  role: string;
  credentials: AwsCredentials & { expiration: Date };
}

const tokenSchema = z.object({ accessToken: z.string().min(1) });

/**
 * Signs a person in through the Identity Center by the device grant (RFC 8628), and takes credentials of one role in one account.
 * Shows an address and a code, and waits until the person has confirmed them. Nothing is kept: the token, which opens everything that
 * the person may do, is gone when this returns.
 */
export async function signIn(settings: SignInSettings, { api, show, clock, time }: SignInOptions): Promise<SignedIn> {
  const startedAt = clock.now();
  const device = await startDevice(api, settings);
  for (const line of describeDevice(device)) show(line);
  const ask = async (): Promise<string> => {
    const answer = await api.createToken(device.registration, device.deviceCode);
    return parseAnswer(settings, "CreateToken", answer, tokenSchema).accessToken;
  };
  const token = await pollToken(settings, ask, { ...device, startedAt }, clock);
  const account = await findAccount(api, settings, token, settings.account);
  const role = await findRole(api, settings, token, { account, wanted: settings.role });
  const credentials = await getCredentials(api, settings, token, { account, role, now: time() });
  return { account, role, credentials };
}

/**
 * What the person needs, in short lines and the address alone on one: the engine's view in a terminal loses characters where it has to
 * break a line (seen with 0.21.8).
 */
function describeDevice({ address, userCode, expiresIn }: Device): string[] {
  return [
    "Sign in at this address:",
    address,
    `Code: ${userCode}`,
    "Confirm only if the page shows this code.",
    `It expires in ${Math.ceil(expiresIn / 60)} minutes.`,
  ];
}
