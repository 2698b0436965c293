import type { Identitystore } from "@aws-sdk/client-identitystore";
import type { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { type AccountApi, type BootstrapApi, openBootstrapApi } from "../bootstrap/api.js";
import { assumeRole } from "../bootstrap/dedicated.js";
import { EMULATOR_CREDENTIALS } from "../terraform/emulator.js";

/** AWS's clients for an emulator, as a person in the console has them. */
export interface Clients extends BootstrapApi {
  identityStore: Identitystore;
  ssoAdmin: SSOAdmin;
  /** Another account, through the role that AWS creates in it. Throws where it cannot be taken. */
  enter(accountId: string): Promise<AccountApi>;
}

/** Opens the clients for the time of `use`. */
export function useClients<T>(endpoint: string, use: (clients: Clients) => Promise<T>): Promise<T> {
  const region = "us-east-1";
  const api = openBootstrapApi({ credentials: EMULATOR_CREDENTIALS, region, endpoint });
  const enter = (accountId: string) => assumeRole(api, accountId);
  const center = { identityStore: api.openIdentityStore(region), ssoAdmin: api.openSsoAdmin(region) };
  return use({ ...api, ...center, enter }).finally(() => api.close());
}
