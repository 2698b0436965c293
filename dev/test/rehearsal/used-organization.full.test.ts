import { expect, it, onTestFinished } from "vitest";
import { useClients } from "../../../ci/rehearsal/open-clients.js";
import { listLosses, readBack } from "../../../ci/rehearsal/read-back.js";
import { makeUsedOrganization } from "../../../ci/rehearsal/used-organization.js";
import { startEmulator } from "../../native/start-emulator.js";

it("is told apart from what became of it: what is gone or changed is a loss, what came new is none", async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const { root, accounts, ous, provider, identityCenter } = await makeUsedOrganization(emulator.url);
  const before = await readBack(emulator.url);
  expect(listLosses(before, await readBack(emulator.url))).toEqual([]);
  const tag = { Key: "CostCenter", Value: "4712" };
  await useClients(emulator.url, async ({ organizations, account, identityStore, iam, s3, enter }) => {
    await organizations.disablePolicyType({ RootId: root, PolicyType: "TAG_POLICY" });
    const move = { SourceParentId: ous.Production, DestinationParentId: ous.Sandbox };
    await organizations.moveAccount({ AccountId: accounts.shop, ...move });
    await organizations.tagResource({ ResourceId: ous.Sandbox, Tags: [tag] });
    await account.deleteAlternateContact({ AccountId: accounts.shop, AlternateContactType: "BILLING" });
    const { storeId: IdentityStoreId } = identityCenter;
    await identityStore.createGroup({ IdentityStoreId, DisplayName: "new" });
    const ThumbprintList = ["0".repeat(40)];
    await iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn: provider, ThumbprintList });
    await s3.putBucketTagging({ Bucket: "genesis-state-123456789012", Tagging: { TagSet: [tag] } });
    const { ecr } = await enter(accounts.ECR);
    await ecr.putRepositoryCatalogData({ repositoryName: "base", catalogData: { description: "Ours" } });
    await ecr.deleteRepository({ repositoryName: "toolbox" });
  });
  const tags = '{"Key":"CostCenter","Value":"4711"}: true → gone';
  const contact = "organization accounts shop contacts billing";
  const policy = "organization policies cost-tags";
  const page = "repository base page";
  expect(listLosses(before, await readBack(emulator.url))).toEqual([
    'organization policyTypes "TAG_POLICY": true → gone',
    `organization accounts shop parentId: "${ous.Production}" → "${ous.Sandbox}"`,
    ...["name", "title", "email", "phone"].map((field) => expect.stringContaining(`${contact} ${field}: `)),
    ...["id", "name", "description", "type", "content"].map((field) => expect.stringContaining(`${policy} ${field}: `)),
    `${policy} targets "${root}": true → gone`,
    'dedicated repositories "toolbox": true → gone',
    `OU Sandbox ${tags}`,
    'provider ThumbprintList "6938fd4d98bab03faadb97b34396831e3780aea1": true → gone',
    `bucket ${tags}`,
    `${page} description: "The base image of our builds" → "Ours"`,
    `${page} architectures "x86-64": true → gone`,
    `${page} architectures "ARM 64": true → gone`,
    `${page} operatingSystems "Linux": true → gone`,
    expect.stringContaining(`${page} aboutText: `),
    expect.stringContaining(`${page} usageText: `),
    `repository toolbox tags ${tags}`,
  ]);
});
