import { afterAll, beforeAll, expect, it } from "vitest";
import { type Clients, useClients } from "../../../ci/rehearsal/open-clients.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { createAccount } from "./raw-calls.js";

let emulator: Emulator;
let root: string;
const use = <T>(run: (clients: Clients["organizations"]) => Promise<T>) =>
  useClients(emulator.url, ({ organizations }) => run(organizations));
/** The name of the error, or undefined. */
const fail = (run: (client: Clients["organizations"]) => Promise<unknown>) =>
  use(run).then(
    () => undefined,
    (error: Error) => error.name,
  );
const make = (Name: string, Type: "BACKUP_POLICY" | "SERVICE_CONTROL_POLICY" | "TAG_POLICY") =>
  use(async (client) => {
    const { Policy } = await client.createPolicy({ Name, Type, Description: "", Content: "{}" });
    return Policy?.PolicySummary;
  });
beforeAll(async () => {
  emulator = await startEmulator();
  root = await use(async (client) => {
    await client.createOrganization({ FeatureSet: "ALL" });
    return (await client.listRoots({})).Roots?.[0]?.Id ?? "";
  });
});
afterAll(() => emulator.close());

it.each(["SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY"] as const)(
  "attaches a %s only while the type is enabled, and detaches it for good when that ends",
  async (type) => {
    const policy = await make(`one ${type}`, type);
    expect(policy).toMatchObject({ Type: type });
    expect(policy?.Arn).toContain(`/${type.toLowerCase()}/${policy?.Id}`);
    const attachment = { PolicyId: policy?.Id, TargetId: root };
    const list = async () => {
      const { Targets = [] } = await use((client) => client.listTargetsForPolicy({ PolicyId: policy?.Id }));
      return Targets.map(({ TargetId }) => TargetId);
    };
    expect(await fail((client) => client.attachPolicy(attachment))).toBe("PolicyTypeNotEnabledException");
    await use((client) => client.enablePolicyType({ RootId: root, PolicyType: type }));
    await use((client) => client.attachPolicy(attachment));
    expect(await list()).toEqual([root]);
    await use((client) => client.disablePolicyType({ RootId: root, PolicyType: type }));
    await use((client) => client.enablePolicyType({ RootId: root, PolicyType: type }));
    expect(await list()).toEqual([]);
  },
);

it("keeps trust in a service while an account is its delegated administrator", async () => {
  const AccountId = await createAccount(emulator.url, "security", "security@platform.test");
  const service = { ServicePrincipal: "securityhub.amazonaws.com" };
  await use((client) => client.enableAWSServiceAccess(service));
  await use((client) => client.registerDelegatedAdministrator({ ...service, AccountId }));
  expect(await fail((client) => client.disableAWSServiceAccess(service))).toBe("ConstraintViolationException");
  await use((client) => client.deregisterDelegatedAdministrator({ ...service, AccountId }));
  expect(await fail((client) => client.disableAWSServiceAccess(service))).toBeUndefined();
});

it("lists targets on pages of 20, and takes a name of an OU once below one parent", async () => {
  const { Id: PolicyId } = (await make("wide", "SERVICE_CONTROL_POLICY")) ?? {};
  for (let index = 0; index < 22; index += 1) {
    await use(async (client) => {
      const made = await client.createOrganizationalUnit({ ParentId: root, Name: `ou ${index}` });
      await client.attachPolicy({ PolicyId, TargetId: made.OrganizationalUnit?.Id });
    });
  }
  const first = await use((client) => client.listTargetsForPolicy({ PolicyId }));
  const second = await use((client) => client.listTargetsForPolicy({ PolicyId, NextToken: first.NextToken }));
  expect([first.Targets?.length, second.Targets?.length, second.NextToken]).toEqual([20, 2, undefined]);
  const again = { ParentId: root, Name: "ou 1" };
  expect(await fail((client) => client.createOrganizationalUnit(again))).toBe("DuplicateOrganizationalUnitException");
  const [OrganizationalUnits] = [
    (await use((client) => client.listOrganizationalUnitsForParent({ ParentId: root }))).OrganizationalUnits,
  ];
  const ParentId = OrganizationalUnits?.[0]?.Id;
  expect(await fail((client) => client.createOrganizationalUnit({ ...again, ParentId }))).toBeUndefined();
});
