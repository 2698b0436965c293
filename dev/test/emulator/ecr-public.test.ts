import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  GetRepositoryCatalogDataCommand,
  ListTagsForResourceCommand,
  PutRepositoryCatalogDataCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr-public";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { getEcrPublicToken } from "../../../ci/registry/ecr-public.js";
import { type Emulator, startEmulator } from "../../native/start-emulator.js";
import { assumeRole, callJson, createAccount } from "./raw-calls.js";

let emulator: Emulator;
let client: ECRPUBLICClient;
beforeAll(async () => {
  emulator = await startEmulator();
  client = openClient("management");
});
afterAll(async () => {
  client.destroy();
  await emulator.close();
});

function openClient(accessKeyId: string): ECRPUBLICClient {
  const credentials = { accessKeyId, secretAccessKey: "test" };
  return new ECRPUBLICClient({ region: "us-east-1", endpoint: emulator.url, credentials, maxAttempts: 1 });
}

it("creates, describes, tags and deletes a repository, with its catalog data", async () => {
  const repositoryName = "team/base";
  const create = new CreateRepositoryCommand({
    repositoryName,
    tags: [{ Key: "a", Value: "1" }],
    catalogData: { description: "x" },
  });
  const { repository } = await client.send(create);
  expect(repository).toMatchObject({ repositoryName, registryId: "123456789012", createdAt: expect.any(Date) });
  const resourceArn = repository?.repositoryArn;
  expect(resourceArn).toBe("arn:aws:ecr-public::123456789012:repository/team/base");
  await expect(client.send(create)).rejects.toMatchObject({ name: "RepositoryAlreadyExistsException" });
  const describe = new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] });
  expect((await client.send(describe)).repositories).toEqual([repository]);

  await client.send(new TagResourceCommand({ resourceArn, tags: [{ Key: "b", Value: "2" }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([{ Key: "b", Value: "2" }]);

  const getCatalog = new GetRepositoryCatalogDataCommand({ repositoryName });
  expect((await client.send(getCatalog)).catalogData).toEqual({ description: "x" });
  const catalogData = { description: "tools", architectures: ["ARM"] };
  await client.send(new PutRepositoryCatalogDataCommand({ repositoryName, catalogData }));
  expect((await client.send(getCatalog)).catalogData).toEqual(catalogData);

  await client.send(new DeleteRepositoryCommand({ repositoryName }));
  await expect(client.send(describe)).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
});

it("gives each account a registry of its own, by the role that signed", async () => {
  await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
  const accountId = await createAccount(emulator.url, "public-ecr", "public@platform.test");
  const member = openClient(await assumeRole(emulator.url, accountId, "OrganizationAccountAccessRole"));
  onTestFinished(() => member.destroy());
  await member.send(new CreateRepositoryCommand({ repositoryName: "mine" }));
  const { repositories: theirs } = await member.send(new DescribeRepositoriesCommand({}));
  expect(theirs).toMatchObject([{ repositoryArn: `arn:aws:ecr-public::${accountId}:repository/mine` }]);
  expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
});

it("gives tokens, and refuses bad names", async () => {
  const token = await getEcrPublicToken({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" }, emulator.url);
  expect(token).toMatchObject({ username: "AWS", password: expect.stringMatching(/./) });
  await expect(client.send(new CreateRepositoryCommand({ repositoryName: "Base" }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
});
