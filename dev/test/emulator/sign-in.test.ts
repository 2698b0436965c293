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

/** Starts a sign-in, and polls for its token. */
async function startDevice() {
  const register = new RegisterClientCommand({ clientName: "test", clientType: "public" });
  const { clientId, clientSecret } = await oidc.send(register);
  const client = { clientId, clientSecret };
  const startUrl = "https://platform.awsapps.com/start";
  const device = await oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl }));
  const grantType = "urn:ietf:params:oauth:grant-type:device_code";
  return () => oidc.send(new CreateTokenCommand({ ...client, grantType, deviceCode: device.deviceCode }));
}

it("tells a client that polls too often to slow down", async () => {
  await emulator.configureLogin({ interval: 60 });
  const poll = await startDevice();
  await expect(poll()).rejects.toMatchObject({ name: "AuthorizationPendingException" });
  await expect(poll()).rejects.toMatchObject({ name: "SlowDownException", error: "slow_down" });
});

it("refuses a setting that it does not have, and a user code that nobody shows", async () => {
  const wrong = { aproveAfterPolls: 2 } as object;
  await expect(emulator.configureLogin(wrong)).rejects.toThrow("the sign-in has no setting aproveAfterPolls");
  await expect(emulator.approveDevice("AAAA-AAAA")).rejects.toThrow("no device shows the user code AAAA-AAAA");
});
