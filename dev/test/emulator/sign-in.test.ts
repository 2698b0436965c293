import {
  CreateTokenCommand,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";

let emulator: Emulator;
let oidc: SSOOIDCClient;
beforeAll(async () => {
  emulator = await startEmulator();
  oidc = new SSOOIDCClient({ region: "us-east-1", endpoint: emulator.url, maxAttempts: 1 });
});
afterAll(async () => {
  oidc.destroy();
  await emulator.close();
});

async function startDevice() {
  const register = new RegisterClientCommand({ clientName: "test", clientType: "public" });
  const { clientId, clientSecret } = await oidc.send(register);
  const client = { clientId, clientSecret };
  const startUrl = "https://platform.awsapps.com/start";
  const device = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl }));
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  const poll = () => oidc.send(new CreateTokenCommand({ ...client, grantType, deviceCode: device.deviceCode }));
  return { device, poll };
}

// What a person may enter, and the credentials that they get, the tests of the sign-in itself prove.

it("waits for the person, gives one token for a device code, and shows where to go", async () => {
  await emulator.configureLogin({ interval: 0 });
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

it("refuses a setting that it does not have, and a user code that nobody shows", async () => {
  const wrong = { aproveAfterPolls: 2 } as object;
  await expect(emulator.configureLogin(wrong)).rejects.toThrow("the sign-in has no setting aproveAfterPolls");
  await expect(emulator.approveDevice("AAAA-AAAA")).rejects.toThrow("no device shows the user code AAAA-AAAA");
});
