import { collectPages } from "../../lib/pages.js";

/** How long one call may take with its retries, in milliseconds: a server that never answers must not hold a sign-in for ever. */
const CALL_MS = 30_000;
/** https://www.rfc-editor.org/rfc/rfc8628#section-3.4 */
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
/** What the person sees as the name of the application that asks. */
const CLIENT_NAME = "genesis";

/** A client as the Identity Center registered it. */
export interface Registration {
  clientId: string;
  clientSecret: string;
}

/**
 * The calls of a sign-in, as AWS's own clients make them; answers are parsed by whoever asked.
 * https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference, https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference
 */
export interface SignInApi {
  registerClient(): Promise<unknown>;
  startDeviceAuthorization(registration: Registration, startUrl: string): Promise<unknown>;
  createToken(registration: Registration, deviceCode: string): Promise<unknown>;
  listAccounts(accessToken: string): Promise<unknown[]>;
  listAccountRoles(accessToken: string, accountId: string): Promise<unknown[]>;
  getRoleCredentials(accessToken: string, accountId: string, roleName: string): Promise<unknown>;
  close(): void;
}

/**
 * Ends each connection with its call. Bun 1.3.0 sends a request again by itself where a connection breaks that it had kept, whatever the
 * client's agent says: a poll would then come sooner than the interval allows.
 */
function closeConnection<Input extends object, Output>(next: (args: Input) => Promise<Output>) {
  return (args: Input): Promise<Output> => {
    const { request } = args as { request?: { headers: Record<string, string> } };
    if (request !== undefined) request.headers.connection = "close";
    return next(args);
  };
}

/** Opens the Identity Center's API in its home region. `endpoint` replaces AWS's own, for an emulator. */
export async function openSignInApi(region: string, endpoint?: string): Promise<SignInApi> {
  const [oidc, sso] = await Promise.all([import("@aws-sdk/client-sso-oidc"), import("@aws-sdk/client-sso")]);
  const options = { region, ...(endpoint && { endpoint }) };
  const starter = new oidc.SSOOIDC(options);
  // No retries of its own: they would poll faster than the interval allows.
  const poller = new oidc.SSOOIDC({ ...options, maxAttempts: 1 });
  const client = new sso.SSO(options);
  starter.middlewareStack.add(closeConnection, { step: "build" });
  poller.middlewareStack.add(closeConnection, { step: "build" });
  client.middlewareStack.add(closeConnection, { step: "build" });
  const limit = () => ({ abortSignal: AbortSignal.timeout(CALL_MS) });
  const pages = { client, stopOnSameToken: true };
  return {
    registerClient: () => starter.registerClient({ clientName: CLIENT_NAME, clientType: "public" }, limit()),
    startDeviceAuthorization: (registration, startUrl) =>
      starter.startDeviceAuthorization({ ...registration, startUrl }, limit()),
    createToken: (registration, deviceCode) =>
      poller.createToken({ ...registration, grantType: GRANT_TYPE, deviceCode }, limit()),
    listAccounts: (accessToken) =>
      collectPages(sso.paginateListAccounts(pages, { accessToken }, limit()), "accountList"),
    listAccountRoles: (accessToken, accountId) =>
      collectPages(sso.paginateListAccountRoles(pages, { accessToken, accountId }, limit()), "roleList"),
    getRoleCredentials: (accessToken, accountId, roleName) =>
      client.getRoleCredentials({ accessToken, accountId, roleName }, limit()),
    close: () => {
      for (const each of [starter, poller, client]) each.destroy();
    },
  };
}
