import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from "@aws-sdk/client-sso";
import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { callJson, callQuery, createAccount } from "./raw-calls.js";

let emulator: Emulator;
let oidc: SSOOIDCClient;
let portal: SSOClient;
let accountId: string;
beforeAll(async () => {
  emulator = await startEmulator();
  const options = { region: "us-east-1", endpoint: emulator.url, maxAttempts: 1 };
  oidc = new SSOOIDCClient(options);
  portal = new SSOClient(options);
  accountId = await assignRoles();
});
afterAll(async () => {
  oidc.destroy();
  portal.destroy();
  await emulator.close();
});
// No interval: a test waits for nothing.
beforeEach(() => emulator.configureLogin({ interval: 0 }));

/** An account where jo's group has the role administrator, and someone else read-only; its id. */
async function assignRoles(): Promise<string> {
  const { url } = emulator;
  await callJson(url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
  const TargetId = await createAccount(url, "shop", "shop@platform.test");
  const { InstanceArn, IdentityStoreId } = (await callJson(url, "sso-admin", "ListInstances")).json.Instances[0];
  const store = async (operation: string, input: object) =>
    (await callJson(url, "identitystore", operation, { IdentityStoreId, ...input })).json;
  const Name = { GivenName: "x", FamilyName: "x" };
  const jo = await store("CreateUser", { UserName: "jo", DisplayName: "Jo", Name });
  const other = await store("CreateUser", { UserName: "other", DisplayName: "Other", Name });
  const { GroupId } = await store("CreateGroup", { DisplayName: "engineers" });
  await store("CreateGroupMembership", { GroupId, MemberId: { UserId: jo.UserId } });
  const assignments = [
    { name: "administrator", PrincipalType: "GROUP", PrincipalId: GroupId },
    { name: "read-only", PrincipalType: "USER", PrincipalId: other.UserId },
  ];
  for (const { name, ...principal } of assignments) {
    const created = await callJson(url, "sso-admin", "CreatePermissionSet", { InstanceArn, Name: name });
    const { PermissionSetArn } = created.json.PermissionSet;
    const target = { InstanceArn, PermissionSetArn, TargetId, TargetType: "AWS_ACCOUNT" };
    await callJson(url, "sso-admin", "CreateAccountAssignment", { ...target, ...principal });
  }
  return TargetId;
}

async function startDevice() {
  const { clientId, clientSecret } = await oidc.send(
    new RegisterClientCommand({ clientName: "test", clientType: "public" }),
  );
  const client = { clientId, clientSecret };
  const startUrl = "https://platform.awsapps.com/start";
  const device = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl }));
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  const poll = () => oidc.send(new CreateTokenCommand({ ...client, grantType, deviceCode: device.deviceCode }));
  return { device, client, poll };
}

async function signIn(userName?: string): Promise<string> {
  const { device, poll } = await startDevice();
  await emulator.approveDevice(device.userCode ?? "", userName);
  return (await poll()).accessToken ?? "";
}

it("waits for the person, gives one token for a device code, and shows where to go", async () => {
  const { device, poll } = await startDevice();
  expect(device.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
  expect(device.verificationUriComplete).toBe(`${device.verificationUri}?user_code=${device.userCode}`);
  expect(device).toMatchObject({ expiresIn: 600, interval: 0 });
  const pending = { name: "AuthorizationPendingException", error: "authorization_pending" };
  await expect(poll()).rejects.toMatchObject(pending);
  await emulator.approveDevice(device.userCode ?? "", "jo");
  expect(await poll()).toMatchObject({ tokenType: "Bearer", accessToken: expect.any(String) });
  await expect(poll()).rejects.toMatchObject({ name: "InvalidGrantException" });
});

it("tells a client that polls too often to slow down", async () => {
  await emulator.configureLogin({ interval: 60 });
  const { poll } = await startDevice();
  await expect(poll()).rejects.toMatchObject({ name: "AuthorizationPendingException" });
  await expect(poll()).rejects.toMatchObject({ name: "SlowDownException", error: "slow_down" });
});

it("ends a sign-in that was denied or has expired", async () => {
  const denied = await startDevice();
  await emulator.denyDevice(denied.device.userCode ?? "");
  await expect(denied.poll()).rejects.toMatchObject({ name: "AccessDeniedException", error: "access_denied" });
  await emulator.configureLogin({ interval: 0, expiresIn: 0 });
  const expired = await startDevice();
  await expect(expired.poll()).rejects.toMatchObject({ name: "ExpiredTokenException", error: "expired_token" });
});

it("approves itself after a number of polls when told so", async () => {
  const settings = { interval: 0, approveAfterPolls: 2, userName: "jo" };
  await emulator.configureLogin(settings);
  const { poll } = await startDevice();
  await expect(poll()).rejects.toMatchObject({ name: "AuthorizationPendingException" });
  await expect(poll()).rejects.toMatchObject({ name: "AuthorizationPendingException" });
  expect((await poll()).accessToken).toEqual(expect.any(String));
  const wrong = { aproveAfterPolls: 2 } as object;
  await expect(emulator.configureLogin(wrong)).rejects.toThrow("the sign-in has no setting aproveAfterPolls");
});

it("refuses another client's secret, another grant and a user code that nobody shows", async () => {
  const { client } = await startDevice();
  const startUrl = "https://platform.awsapps.com/start";
  await expect(
    oidc.send(new StartDeviceAuthorizationCommand({ ...client, clientSecret: "x", startUrl })),
  ).rejects.toMatchObject({ name: "InvalidClientException" });
  await expect(
    oidc.send(new CreateTokenCommand({ ...client, grantType: "refresh_token", deviceCode: "x" })),
  ).rejects.toMatchObject({ name: "UnsupportedGrantTypeException" });
  await expect(emulator.approveDevice("AAAA-AAAA")).rejects.toThrow("no device shows the user code AAAA-AAAA");
});

it("shows the person the accounts and roles of their groups, and gives credentials of that account", async () => {
  const accessToken = await signIn("jo");
  const { accountList } = await portal.send(new ListAccountsCommand({ accessToken }));
  expect(accountList).toEqual([{ accountId, accountName: "shop", emailAddress: "shop@platform.test" }]);
  const { roleList } = await portal.send(new ListAccountRolesCommand({ accessToken, accountId }));
  expect(roleList).toEqual([{ roleName: "administrator", accountId }]);

  const role = { accessToken, accountId, roleName: "administrator" };
  const { roleCredentials } = await portal.send(new GetRoleCredentialsCommand(role));
  expect(roleCredentials?.expiration).toBeGreaterThan(Date.now());
  expect(roleCredentials?.sessionToken).toEqual(expect.any(String));
  const caller = { accessKey: roleCredentials?.accessKeyId ?? "" };
  const identity = await callQuery(emulator.url, "sts", { Action: "GetCallerIdentity" }, caller);
  expect(identity.text).toContain(`<Account>${accountId}</Account>`);
  expect(identity.text).toMatch(/assumed-role\/AWSReservedSSO_administrator_[0-9a-f]{16}\/jo</);

  const refused = new GetRoleCredentialsCommand({ ...role, roleName: "read-only" });
  await expect(portal.send(refused)).rejects.toMatchObject({ name: "ForbiddenException" });
});

it("gives someone without a name every role, and nothing after they sign out", async () => {
  const accessToken = await signIn();
  const first = await portal.send(new ListAccountRolesCommand({ accessToken, accountId, maxResults: 1 }));
  const { nextToken } = first;
  const second = await portal.send(new ListAccountRolesCommand({ accessToken, accountId, maxResults: 1, nextToken }));
  const names = [...(first.roleList ?? []), ...(second.roleList ?? [])].map(({ roleName }) => roleName);
  expect([names, second.nextToken]).toEqual([["administrator", "read-only"], undefined]);
  await portal.send(new LogoutCommand({ accessToken }));
  await expect(portal.send(new ListAccountsCommand({ accessToken }))).rejects.toMatchObject({
    name: "UnauthorizedException",
  });
});
