import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { makeUsedOrganization, type UsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { callQuery } from "../emulator/raw-calls.js";
import { expectError } from "../fixtures/errors.js";
import { type BootstrapSetup, setUpBootstrap } from "./set-up-bootstrap.js";

/** Each test goes on where the one before it ended. */
let setup: BootstrapSetup;
let made: UsedOrganization;
beforeAll(async () => {
  setup = await setUpBootstrap();
  made = await makeUsedOrganization(setup.emulator.url);
  const { ECR, legacy } = made.accounts;
  for (const rootKey of ["AKIAONE", "AKIATWO"]) await setup.emulator.configureAccount(ECR, { rootKey });
  await setup.emulator.configureAccount(legacy, { rootKey: "AKIAOLD" });
}, 120_000);
afterAll(() => setup?.close());
beforeEach(() => setup.emulator.clearRequests());

const switchRootSessions = (verb: "Enable" | "Disable") =>
  callQuery(setup.emulator.url, "iam", { Action: `${verb}OrganizationsRootSessions` });
const countSessions = async () => {
  const requests = await setup.emulator.requests();
  return requests.flatMap(({ operation, resource, count }) => (operation === "AssumeRoot" ? [[resource, count]] : []));
};

it("is refused where the organization has no sessions as root: nothing is looked at", async () => {
  const error = await expectError("root-access-off", () => setup.rootCredentials());
  expect(error.message).toContain("IAM's RootSessions is switched off. Nothing was looked at or removed. Next: apply");
  expect(await countSessions()).toEqual([]);
  await switchRootSessions("Enable");
});

it("without names lists who has what, invited accounts too, and changes nothing", async () => {
  const { shop, ledger, legacy } = made.accounts;
  expect((await setup.rootCredentials()).split("\n")).toEqual([
    "4 of 5 member accounts have root credentials",
    `! ${shop} ("shop"): a password`,
    `! ${ledger} ("ledger"): a password`,
    `! ${legacy} ("legacy"): a password, access keys AKIAOLD`,
    `! public-ecr (${made.accounts.ECR}): access keys AKIAONE, AKIATWO`,
    "",
    `Next: dagger call root-credentials --remove=${[shop, ledger, legacy].join(",")},public-ecr`,
    "",
  ]);
  expect(await countSessions()).toHaveLength(5);
  expect(await setup.listWrites()).toEqual([]);
});

it("says whose root it was not let look at", async () => {
  const { shop } = made.accounts;
  await setup.emulator.setFault({ service: "sts", resource: shop, code: "AccessDenied" });
  const report = await setup.rootCredentials();
  await setup.emulator.clearFaults();
  expect(report).toContain("3 of 4 member accounts");
  expect(report).toContain(`! ${shop} ("shop"): not looked at, for AWS denies it`);
  await setup.emulator.setFault({ service: "sts", operation: "AssumeRoot", code: "AccessDenied" });
  await expectError("aws-forbidden", () => setup.rootCredentials());
  await setup.emulator.clearFaults();
});

it.each([
  ["unknown", () => "shopp", '"shopp": no member account'],
  ["closed", () => made.accounts.attic, "it is CLOSED"],
  ["the management account", () => "123456789012", "no member account"],
  ["the management account by its key", () => "management", "no member account"],
])("removes nothing where one of the names is %s", async (_, name, said) => {
  const error = await expectError("root-account-refused", () => setup.rootCredentials(made.accounts.shop, name()));
  expect(error.message).toContain("1 of 2 names");
  expect(error.message).toContain(said);
  expect(await countSessions()).toEqual([]);
  expect(await setup.listWrites()).toEqual([]);
});

it("stops half-way where AWS does, and says what was done before", async () => {
  const { shop, legacy, ledger } = made.accounts;
  await setup.emulator.setFault({ operation: "DeleteAccessKey", code: "AccessDenied" });
  const error = await expectError("aws-forbidden", () => setup.rootCredentials(shop, legacy, ledger));
  await setup.emulator.clearFaults();
  expect(error.parts.details).toEqual([
    `${shop} ("shop"): its password is removed`,
    `${legacy} ("legacy"): its password is removed`,
    `not done, or not to the end: ${legacy} ("legacy"), ${ledger} ("ledger")`,
  ]);
  expect(await setup.listWrites()).toEqual(["iam DeleteLoginProfile 2"]);
});

it("removes what is left of exactly those that are named, and nothing a second time", async () => {
  const { shop, legacy, ledger, ECR } = made.accounts;
  const removed = await setup.withEdit(
    (text) =>
      text.replace(
        "accounts = {\n",
        `accounts = {\n  books = { email = "aws+ledger@platform.test", ou = "workloads" }\n`,
      ),
    () => setup.rootCredentials(shop, legacy, "books"),
  );
  expect(removed.split("\n")).toEqual([
    `${shop} ("shop"): there was nothing to remove`,
    `${legacy} ("legacy"): its access key AKIAOLD is removed`,
    `books (${ledger}): its password is removed`,
    "",
  ]);
  expect(await setup.listWrites()).toEqual(["iam DeleteAccessKey 1", "iam DeleteLoginProfile 1"]);
  expect(await countSessions()).toEqual([shop, legacy, ledger].map((id) => [id, 1]));
  await setup.emulator.clearRequests();
  expect(await setup.rootCredentials(legacy)).toBe(`${legacy} ("legacy"): there was nothing to remove\n`);
  expect(await setup.listWrites()).toEqual([]);
  const left = await setup.rootCredentials();
  expect(left).toContain("1 of 5 member accounts");
  expect(left).toContain(`public-ecr (${ECR}): access keys AKIAONE, AKIATWO`);
});
