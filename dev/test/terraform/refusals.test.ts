import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { DATA_PATH } from "../../../ci/terraform/code.js";
import { expectError } from "../fixtures/errors.js";
import { forkOrganization } from "./fork-organization.js";
import { startOrganization, type TestOrganization } from "./start-organization.js";

it("an organization starts from no placeholder but the account that is to come, and that one only where somebody says bootstrap", async () => {
  const organization = await startOrganization();
  onTestFinished(() => organization.close());
  const undo = await organization.edit(DATA_PATH, (text) => text.replace("aws@platform.test", "aws@example.com"));
  for (const bootstrap of [false, true]) {
    const failure = await organization.plan({ bootstrap }).catch((error: Error) => error);
    expect(String(failure)).toContain("[placeholder-left]");
    expect(String(failure)).toMatch(new RegExp(`${DATA_PATH}:\\d+: "example.com"`));
    expect(String(failure).includes('"000000000001"')).toBe(!bootstrap);
  }
  await undo();
  expect(organization.steps).toEqual([]);
  expect(await organization.listWrites()).toEqual(["s3 CreateBucket"]);
});

/** Nothing of it reaches AWS. */
describe("a deployment", () => {
  let organization: TestOrganization;
  beforeAll(async () => {
    organization = await forkOrganization();
  });
  afterAll(() => organization?.close());
  beforeEach(() => organization.emulator.clearRequests());

  it("refuses a managed policy that AWS does not have, by its name, before anything is planned", async () => {
    const undo = await organization.edit(DATA_PATH, (text) => text.replace('["ReadOnlyAccess"]', '["ReadonlyAccess"]'));
    const error = await expectError("data-invalid", () => organization.plan());
    expect(error.message).toContain("policy/ReadonlyAccess");
    expect(error.message).toContain("Nothing was applied");
    expect(await organization.listWrites()).toEqual([]);
    await undo();
  });

  it("refuses settings that do not fit together, or name no place of the state", async () => {
    const undo = await organization.edit("genesis.json", (text) =>
      text.replace("organization.tfstate", "other.tfstate"),
    );
    await expectError("state-empty", () => organization.plan());
    await undo();
    const undoBucket = await organization.edit("genesis.json", (text) => text.replace('"us-east-1"', '"us-east-2"'));
    await expectError("settings-disagree", () => organization.plan());
    await undoBucket();
    const undoState = await organization.edit("genesis.json", (text) =>
      JSON.stringify({ ...JSON.parse(text), state: null }),
    );
    const unset = await expectError("state-unset", () => organization.plan());
    expect(unset.message).toContain("Terraform was not started");
    await undoState();
    expect(await organization.listWrites()).toEqual([]);
  });
});
