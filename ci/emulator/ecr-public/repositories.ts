import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { now, paginate, readObject, readString, readStrings, readTags } from "../input.js";
import { describeCatalog } from "./catalog.js";
import { checkRegistryId, findByName, type RegistryStore, type Repository } from "./store.js";

/** Names that public ECR takes. */
const NAME = /^(?=.{2,205}$)[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;

/**
 * Repositories: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_CreateRepository.html,
 * API_DescribeRepositories.html, API_DeleteRepository.html.
 */
export function handleRepositories(store: RegistryStore): Handlers {
  return {
    CreateRepository: async (call, moto) => {
      const registry = await store.open(call, moto);
      const name = readString(call.input, "repositoryName");
      if (!NAME.test(name)) {
        throw new ApiError("InvalidParameterException", `Invalid parameter at 'repositoryName': ${name}`);
      }
      if (registry.repositories.has(name)) {
        throw new ApiError(
          "RepositoryAlreadyExistsException",
          `The repository with name '${name}' already exists in the registry with id '${registry.account}'`,
        );
      }
      const repository: Repository = {
        description: {
          repositoryArn: `arn:aws:ecr-public::${registry.account}:repository/${name}`,
          registryId: registry.account,
          repositoryName: name,
          repositoryUri: `public.ecr.aws/${registry.alias}/${name}`,
          createdAt: now(),
        },
        catalog: call.input.catalogData === undefined ? {} : readObject(call.input, "catalogData"),
        tags: readTags(call.input, "tags"),
      };
      registry.repositories.set(name, repository);
      return answerJson({ repository: repository.description, catalogData: describeCatalog(repository) });
    },

    DescribeRepositories: async (call, moto) => {
      const registry = await store.open(call, moto);
      checkRegistryId(call.input, registry);
      const names = readStrings(call.input, "repositoryNames");
      const chosen =
        names.length > 0 ? names.map((name) => findByName(registry, name)) : [...registry.repositories.values()];
      const { page, next } = paginate(chosen, call.input.nextToken, call.input.maxResults);
      return answerJson({ repositories: page.map(({ description }) => description), nextToken: next });
    },

    DeleteRepository: async (call, moto) => {
      const repository = await store.find(call, moto);
      const registry = await store.open(call, moto);
      registry.repositories.delete(repository.description.repositoryName);
      return answerJson({ repository: repository.description });
    },
  };
}
