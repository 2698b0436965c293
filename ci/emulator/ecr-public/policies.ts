import { ApiError, answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { readString } from "../input.js";
import type { RegistryStore, Repository } from "./store.js";

/**
 * Repository policies: https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_SetRepositoryPolicy.html,
 * API_GetRepositoryPolicy.html, API_DeleteRepositoryPolicy.html. They are kept, not enforced.
 */
export function handlePolicies(store: RegistryStore): Handlers {
  return {
    SetRepositoryPolicy: async (call, moto) => {
      const repository = await store.find(call, moto);
      const text = readString(call.input, "policyText");
      if (!isJson(text)) throw new ApiError("InvalidParameterException", "Invalid repository policy provided");
      repository.policy = text;
      return answerJson(describe(repository));
    },

    GetRepositoryPolicy: async (call, moto) => answerJson(describe(await store.find(call, moto))),

    DeleteRepositoryPolicy: async (call, moto) => {
      const repository = await store.find(call, moto);
      const answer = answerJson(describe(repository));
      delete repository.policy;
      return answer;
    },
  };
}

function describe({ policy, description: { registryId, repositoryName } }: Repository) {
  if (policy === undefined) {
    throw new ApiError("RepositoryPolicyNotFoundException", `Repository policy does not exist for '${repositoryName}'`);
  }
  return { registryId, repositoryName, policyText: policy };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
