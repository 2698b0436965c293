import { expect, it } from "vitest";
import type { SignInApi } from "../../../ci/aws/sign-in/api.js";
import { formatIdentity, recordIdentity } from "../../../ci/aws/sign-in/identity.js";
import { signIn } from "../../../ci/aws/sign-in/sign-in.js";
import { makeClock, SETTINGS } from "../aws/sign-in/place.js";
import { expectNoSecret } from "../fixtures/canary.js";

/** One for each thing that a sign-in is told and must not tell. */
const SECRETS = ["client", "device", "access", "key", "session"].map((name) => `canary/${name}+0123456789abcdef==`);
const [CLIENT = "", DEVICE = "", ACCESS = "", KEY = "", SESSION = ""] = SECRETS;

const ANSWERS = {
  registerClient: { clientId: "id", clientSecret: CLIENT },
  startDeviceAuthorization: {
    deviceCode: DEVICE,
    userCode: "BCDF-GHJK",
    verificationUri: "https://device.example.com/",
    expiresIn: 600,
    interval: 1,
  },
  createToken: { accessToken: ACCESS },
  listAccounts: [{ accountId: "111111111111", accountName: "shop" }],
  listAccountRoles: [{ roleName: "administrator" }],
  getRoleCredentials: {
    roleCredentials: {
      accessKeyId: "ASIAIOSFODNN7EXAMPLE",
      secretAccessKey: KEY,
      sessionToken: SESSION,
      expiration: 3_600_000,
    },
  },
};
type Call = keyof typeof ANSWERS;
const CALLS = Object.keys(ANSWERS) as Call[];

/** Signs in, with one answer replaced, and gives everything that is shown or thrown. */
async function signInAndTell(replaced: Partial<Record<Call, () => Promise<unknown>>>): Promise<string[]> {
  const answers = CALLS.map((call) => [call, async () => ANSWERS[call]]);
  const api = { ...Object.fromEntries(answers), ...replaced, close: () => {} } as SignInApi;
  const outputs: string[] = [];
  const show = (line: string) => void outputs.push(line);
  try {
    const record = recordIdentity(await signIn(SETTINGS, { api, show, clock: makeClock(), time: () => 0 }));
    outputs.push(record, formatIdentity(record, "table"));
  } catch (error) {
    const { message, stack, cause } = error as Error;
    outputs.push(message, String(stack), String(cause), JSON.stringify(error));
  }
  return outputs;
}

it("of a sign-in is not shown where it works", async () => {
  const outputs = await signInAndTell({});
  expect(outputs.join("\n")).toContain("account  111111111111");
  expectNoSecret(outputs, SECRETS);
});

const all = SECRETS.join(" ");
const makeError = (name: string, more: object) =>
  Object.assign(new Error(all, { cause: new Error(all) }), { name, ...more });

it.each(CALLS)(
  "of a sign-in is not shown where %s fails, or answers with all of them in the wrong place",
  async (call) => {
    for (const answer of [
      async () => Promise.reject(makeError("InternalServerException", { $metadata: { httpStatusCode: 500 } })),
      async () => Promise.reject(makeError("AccessDeniedException", { $metadata: { httpStatusCode: 403 } })),
      async () => Promise.reject(makeError(all, { code: all })),
      async () => ({ [all]: all, error: all }),
      async () => [{ accountId: all, accountName: 7, roleName: 7 }],
      async () => all,
      async () => null,
    ]) {
      const outputs = await signInAndTell({ [call]: answer });
      expect(outputs.join("\n")).toMatch(/\[[a-z-]+\] /);
      expectNoSecret(outputs, SECRETS);
    }
  },
);
