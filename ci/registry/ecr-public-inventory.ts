import type { ECRPUBLICClient, ImageDetail } from "@aws-sdk/client-ecr-public";
import type { AwsCredentials } from "../aws/credentials.js";
import { GenesisError } from "../lib/errors.js";
import { parseDigest, type RepositoryName } from "../lib/names.js";
import type { RegistryClient } from "./client.js";
import { TOKEN_REGION } from "./ecr-public.js";
import { type Inventory, readLinks, type StoredImage } from "./inventory.js";

/**
 * The inventory of public ECR, by its own API: it knows manifests without a tag, and when each was pushed.
 * `registry` reads the manifests; `endpoint` replaces AWS's own, for an emulator. Throws `prune-failed`.
 */
export function openEcrPublicInventory(
  registry: RegistryClient,
  credentials: AwsCredentials,
  endpoint?: string,
): Inventory {
  const open = async () => {
    const { ECRPUBLICClient } = await import("@aws-sdk/client-ecr-public");
    return new ECRPUBLICClient({ region: TOKEN_REGION, credentials, ...(endpoint && { endpoint }) });
  };
  let client: Promise<ECRPUBLICClient> | undefined;
  const call = async <T>(repository: RepositoryName, action: string, run: (client: ECRPUBLICClient) => Promise<T>) => {
    client ??= open();
    try {
      return await run(await client);
    } catch (error) {
      throw describeFailure(registry.formatRepository(repository), action, error);
    }
  };
  return {
    list: async (repository) => {
      const details = await call(repository, "DescribeImages", (opened) => describeAll(opened, repository));
      return Promise.all(details.map((detail) => readImage(registry, repository, detail)));
    },
    look: (repository, digest) =>
      call(repository, "DescribeImages", async (opened) => {
        const { DescribeImagesCommand } = await import("@aws-sdk/client-ecr-public");
        const input = { repositoryName: repository, imageIds: [{ imageDigest: digest }] };
        const answer = await opened.send(new DescribeImagesCommand(input)).catch(ignoreMissing);
        return answer?.imageDetails?.[0] && (answer.imageDetails[0].imageTags ?? []);
      }),
    remove: (repository, digest) =>
      call(repository, "BatchDeleteImage", async (opened) => {
        const { BatchDeleteImageCommand } = await import("@aws-sdk/client-ecr-public");
        const input = { repositoryName: repository, imageIds: [{ imageDigest: digest }] };
        const { failures = [] } = await opened.send(new BatchDeleteImageCommand(input));
        const [failure] = failures.filter(({ failureCode }) => failureCode !== "ImageNotFound");
        if (failure !== undefined) throw Object.assign(new Error(), { name: failure.failureCode ?? "a failure" });
      }),
  };
}

async function describeAll(client: ECRPUBLICClient, repositoryName: string): Promise<ImageDetail[]> {
  const { paginateDescribeImages } = await import("@aws-sdk/client-ecr-public");
  const details: ImageDetail[] = [];
  for await (const page of paginateDescribeImages({ client }, { repositoryName })) {
    details.push(...(page.imageDetails ?? []));
  }
  return details;
}

async function readImage(
  registry: RegistryClient,
  repository: RepositoryName,
  { imageDigest = "", imageTags, imagePushedAt }: ImageDetail,
): Promise<StoredImage> {
  const digest = parseDigest(imageDigest, "ecr-public");
  const links = readLinks(await registry.require(repository, digest));
  return { digest, tags: imageTags ?? [], pushedAt: imagePushedAt, ...links };
}

function ignoreMissing(error: unknown): undefined {
  if ((error as Error).name === "ImageNotFoundException") return undefined;
  throw error;
}

function describeFailure(subject: string, action: string, error: unknown): GenesisError {
  if (error instanceof GenesisError) return error;
  // Only a code or name: an AWS message can repeat the ids of keys and roles.
  const { code, name } = error as NodeJS.ErrnoException;
  return new GenesisError({
    code: "prune-failed",
    subject,
    fact: `ecr-public:${action} ended with ${code ?? name}`,
    effect: "What was removed until then is in the report; nothing else was",
    next: "the same command with credentials of a person who administers the registry's account: the publish role may not remove anything",
  });
}
