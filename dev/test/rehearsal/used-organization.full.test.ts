import { afterAll, beforeAll, expect, it } from "vitest";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { listLosses, readBack } from "../../../ci/rehearsal/read-back.js";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { makeByHand } from "../fixtures/make-by-hand.js";

let emulator: Emulator;
let made: UsedOrganization;
beforeAll(async () => {
  emulator = await startEmulator();
  made = await makeUsedOrganization(emulator.url);
});
afterAll(() => emulator.close());

it("has what people use for years, each thing read back by its name", async () => {
  const lines = await readBack(emulator.url);
  const { accounts, ous, policies } = made;
  expect(lines).toMatchObject({
    "OU Production/Payments": ous["Production/Payments"],
    "access of group engineers as AdministratorAccess in attic": true,
    "access of user josalvatorre as AdministratorAccess in master": true,
    "account ECR": { id: accounts.ECR, place: "Sandbox" },
    "account ECR: repository base page": { description: "The base image of our builds" },
    "account attic": { state: "CLOSED" },
    "account legacy": { id: accounts.legacy, place: "root" },
    "account ledger tags": { CostCenter: "4711" },
    "account master SECURITY contact": { Name: "Our CISO" },
    "account master: OIDC provider token.actions.githubusercontent.com audience https://github.com/platform-test": true,
    "account master: role genesis-plan trust": { Statement: [{ Principal: { Service: "ec2.amazonaws.com" } }] },
    "account shop BILLING contact": { Name: "Books" },
    "bucket genesis-state-123456789012 versioning": "off",
    "delegated securityhub.amazonaws.com to ledger": true,
    "group finance has user Bo@Platform.test": expect.any(String),
    "permission set Billing": { SessionDuration: "PT8H" },
    "permission set Payments boundary": { CustomerManagedPolicyReference: { Name: "payments-boundary" } },
    "policy cost-tags": { id: policies["cost-tags"], type: "TAG_POLICY" },
    "policy cost-tags at root": true,
    "policy eu-only at Production": true,
    "policy type BACKUP_POLICY ENABLED": true,
    "trusted service member.org.stacksets.cloudformation.amazonaws.com": true,
    "user badges": { DisplayName: "Badge reader" },
  });
  expect(Object.keys(lines).filter((line) => line.includes(" statement "))).toHaveLength(2);
  // Nobody enters an account that was invited, or one that was closed.
  expect(Object.keys(lines).filter((line) => /^account (?:legacy|attic): /.test(line))).toEqual([]);
});

it("is told apart from what became of it: what is gone or changed is a loss, what came new is none", async () => {
  const copy = await emulator.fork();
  const before = await readBack(copy.url);
  expect(listLosses(before, await readBack(copy.url))).toEqual([]);
  await useClients(copy.url, async ({ organizations, account, identityStore }) => {
    await organizations.disablePolicyType({ RootId: made.root, PolicyType: "TAG_POLICY" });
    await organizations.moveAccount({
      AccountId: made.accounts.shop,
      SourceParentId: made.ous.Production,
      DestinationParentId: made.ous.Sandbox,
    });
    await account.deleteAlternateContact({ AccountId: made.accounts.shop, AlternateContactType: "BILLING" });
    await identityStore.createGroup({ IdentityStoreId: made.identityCenter.storeId, DisplayName: "new" });
  });
  const shop = { id: made.accounts.shop, email: "aws+shop@platform.test", state: "ACTIVE" };
  expect(listLosses(before, await readBack(copy.url))).toEqual([
    `account shop: ${JSON.stringify({ ...shop, place: "Production" })} → ${JSON.stringify({ ...shop, place: "Sandbox" })}`,
    expect.stringMatching(/^account shop BILLING contact: .* → gone$/),
    "policy cost-tags at root: true → gone",
    "policy type TAG_POLICY ENABLED: true → gone",
  ]);
  await copy.close();
});

it("reads back an organization that is nearly empty, too", async () => {
  const empty = await startEmulator();
  const { ou } = await makeByHand(empty.url);
  expect(await readBack(empty.url)).toMatchObject({ "OU infrastructure": ou, "account master": { place: "root" } });
  await empty.close();
});
