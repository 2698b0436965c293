import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeRegistriesCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  GetRegistryCatalogDataCommand,
  GetRepositoryCatalogDataCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  PutRegistryCatalogDataCommand,
  PutRepositoryCatalogDataCommand,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr-public";
import { afterAll, beforeAll, expect, it } from "vitest";
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

it("creates, describes, tags and deletes a repository", async () => {
  const repositoryName = "base";
  const created = await client.send(
    new CreateRepositoryCommand({
      repositoryName,
      tags: [{ Key: "a", Value: "1" }],
      catalogData: { description: "x" },
    }),
  );
  expect(created.repository).toMatchObject({ repositoryName, registryId: "123456789012" });
  expect(created.repository?.createdAt).toBeInstanceOf(Date);
  const resourceArn = created.repository?.repositoryArn;
  expect(resourceArn).toBe("arn:aws:ecr-public::123456789012:repository/base");

  await expect(client.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
    name: "RepositoryAlreadyExistsException",
  });
  const described = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  expect(described.repositories).toEqual([created.repository]);

  await client.send(new TagResourceCommand({ resourceArn, tags: [{ Key: "b", Value: "2" }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual([{ Key: "b", Value: "2" }]);

  await client.send(new DeleteRepositoryCommand({ repositoryName }));
  await expect(
    client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] })),
  ).rejects.toMatchObject({ name: "RepositoryNotFoundException" });
});

it("keeps catalog data and policies", async () => {
  const repositoryName = "team/tools";
  await client.send(new CreateRepositoryCommand({ repositoryName }));
  const before = await client.send(new GetRepositoryCatalogDataCommand({ repositoryName }));
  expect(before.catalogData).toEqual({});
  await client.send(
    new PutRepositoryCatalogDataCommand({
      repositoryName,
      catalogData: { description: "tools", architectures: ["ARM"] },
    }),
  );
  const after = await client.send(new GetRepositoryCatalogDataCommand({ repositoryName }));
  expect(after.catalogData).toEqual({ description: "tools", architectures: ["ARM"] });

  const missing = { name: "RepositoryPolicyNotFoundException" };
  await expect(client.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject(missing);
  const policyText = '{"Version":"2012-10-17","Statement":[]}';
  await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  expect((await client.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(policyText);
  await client.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
  await expect(client.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject(missing);
});

it("gives each account a registry of its own, by the role that signed", async () => {
  await callJson(emulator.url, "organizations", "CreateOrganization", { FeatureSet: "ALL" });
  const accountId = await createAccount(emulator.url, "public-ecr", "public@platform.test");
  const member = openClient(await assumeRole(emulator.url, accountId, "OrganizationAccountAccessRole"));
  await member.send(new CreateRepositoryCommand({ repositoryName: "mine" }));
  const theirs = await member.send(new DescribeRepositoriesCommand({}));
  expect(theirs.repositories?.map(({ repositoryArn }) => repositoryArn)).toEqual([
    `arn:aws:ecr-public::${accountId}:repository/mine`,
  ]);
  const ours = await client.send(new DescribeRepositoriesCommand({}));
  expect(ours.repositories?.map(({ repositoryName }) => repositoryName)).not.toContain("mine");
  const registries = await member.send(new DescribeRegistriesCommand({}));
  expect(registries.registries).toMatchObject([{ registryId: accountId }]);
  member.destroy();
});

it("pages through repositories", async () => {
  for (const name of ["page-a", "page-b", "page-c"]) {
    await client.send(new CreateRepositoryCommand({ repositoryName: name }));
  }
  const first = await client.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
  expect(first.repositories).toHaveLength(2);
  const second = await client.send(new DescribeRepositoriesCommand({ nextToken: first.nextToken, maxResults: 100 }));
  const names = [...(first.repositories ?? []), ...(second.repositories ?? [])].map((each) => each.repositoryName);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(["page-a", "page-b", "page-c"]));
});

it("gives tokens, names a registry, refuses bad names and what needs images", async () => {
  const token = await getEcrPublicToken({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" }, emulator.url);
  expect(token.username).toBe("AWS");
  expect(token.password).not.toBe("");
  await client.send(new PutRegistryCatalogDataCommand({ displayName: "Platform" }));
  const { registryCatalogData } = await client.send(new GetRegistryCatalogDataCommand({}));
  expect(registryCatalogData).toEqual({ displayName: "Platform" });
  await expect(client.send(new CreateRepositoryCommand({ repositoryName: "Base" }))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  await expect(client.send(new DescribeImagesCommand({ repositoryName: "base" }))).rejects.toMatchObject({
    name: "UnsupportedCommandException",
  });
});
