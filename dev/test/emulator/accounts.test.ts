import { afterAll, beforeAll, expect, it } from "vitest";
import { type Clients, useClients } from "../../../ci/rehearsal/open-clients.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { assumeRole, createAccount } from "./raw-calls.js";

const ROLE = "OrganizationAccountAccessRole";
let emulator: Emulator;
let accounts: string[];
const use = <T>(run: (clients: Clients) => Promise<T>) => useClients(emulator.url, run);
/** The name of the error, or undefined. */
const fail = (run: (clients: Clients) => Promise<unknown>) =>
  use(run).then(
    () => undefined,
    (error: Error) => error.name,
  );
beforeAll(async () => {
  emulator = await startEmulator();
  await use(({ organizations }) => organizations.createOrganization({ FeatureSet: "ALL" }));
  accounts = [];
  for (let index = 0; index < 20; index += 1) {
    accounts.push(await createAccount(emulator.url, `a${index}`, `a${index}@platform.test`));
  }
});
afterAll(() => emulator.close());

it("lets nobody into an account that was invited, until somebody creates the role there", async () => {
  const [id = ""] = accounts;
  await emulator.configureAccount(id, { invited: true });
  expect(await assumeRole(emulator.url, id, ROLE)).toBe("");
  const { Account } = await use(({ organizations }) => organizations.describeAccount({ AccountId: id }));
  expect(Account).toMatchObject({ JoinedMethod: "INVITED", State: "ACTIVE" });
  // Another role of it, through which somebody there makes the missing one.
  expect(await assumeRole(emulator.url, id, "admin")).not.toBe("");
  await emulator.configureAccount(id, { state: "ACTIVE" });
  expect(await assumeRole(emulator.url, id, ROLE)).toBe("");
});

it("closes an account for good, and suspends one as AWS does: no role can be taken there", async () => {
  const [, closed = "", suspended = ""] = accounts;
  await use(({ organizations }) => organizations.closeAccount({ AccountId: closed }));
  await emulator.configureAccount(suspended, { state: "SUSPENDED" });
  for (const [id, State] of [
    [closed, "CLOSED"],
    [suspended, "SUSPENDED"],
  ] as const) {
    const { Account } = await use(({ organizations }) => organizations.describeAccount({ AccountId: id }));
    expect(Account).toMatchObject({ State, Status: "SUSPENDED" });
    expect(await assumeRole(emulator.url, id, ROLE)).toBe("");
  }
  await emulator.configureAccount(suspended, { state: "ACTIVE" });
  expect(await fail(({ enter }) => enter(suspended))).toBeUndefined();
  expect(await fail(({ organizations }) => organizations.closeAccount({ AccountId: closed }))).toBe(
    "AccountAlreadyClosedException",
  );
});

it("lists accounts on pages of 20, each once", async () => {
  const seen = await use(async ({ organizations }) => {
    const first = await organizations.listAccounts({});
    const second = await organizations.listAccounts({ NextToken: first.NextToken });
    return [first, second].map(({ Accounts = [] }) => Accounts.map(({ Id = "" }) => Id));
  });
  expect(seen.map(({ length }) => length)).toEqual([20, 1]);
  expect(new Set(seen.flat()).size).toBe(21);
});

it("has contacts of others only with trust in the service, one's own without an id, and says 404 where there is none", async () => {
  const [, , , id = ""] = accounts;
  const security = { AlternateContactType: "SECURITY" } as const;
  const contact = { ...security, Name: "n", Title: "t", EmailAddress: "e@platform.test", PhoneNumber: "1" };
  expect(await fail(({ account }) => account.getAlternateContact({ ...security, AccountId: id }))).toBe(
    "AccessDeniedException",
  );
  await use(({ organizations }) => organizations.enableAWSServiceAccess({ ServicePrincipal: "account.amazonaws.com" }));
  for (const AccountId of [id, undefined]) {
    const target = { ...security, AccountId };
    const missing = await use(({ account }) => account.getAlternateContact(target).catch((error) => error));
    expect([missing.name, missing.$metadata.httpStatusCode]).toEqual(["ResourceNotFoundException", 404]);
    expect(await fail(({ account }) => account.deleteAlternateContact(target))).toBe("ResourceNotFoundException");
    await use(({ account }) => account.putAlternateContact({ ...contact, AccountId }));
    const found = await use(({ account }) => account.getAlternateContact(target));
    expect(found.AlternateContact).toEqual(contact);
    expect(await fail(({ account }) => account.deleteAlternateContact(target))).toBeUndefined();
  }
  const own = { ...security, AccountId: "123456789012" };
  expect(await fail(({ account }) => account.getAlternateContact(own))).toBe("ValidationException");
  const foreign = { ...security, AccountId: "000000000009" };
  expect(await fail(({ account }) => account.getAlternateContact(foreign))).toBe("AccessDeniedException");
});
