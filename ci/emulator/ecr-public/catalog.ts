import { answerJson } from "../answer.js";
import type { Handlers } from "../handler.js";
import { type Input, readObject } from "../input.js";
import type { RegistryStore, Repository } from "./store.js";

/**
 * What the public gallery shows of a repository:
 * https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_PutRepositoryCatalogData.html, API_GetRepositoryCatalogData.html.
 * A repository that never got any has empty data: the provider takes no error there, so AWS cannot answer one.
 */
export function handleCatalog(store: RegistryStore): Handlers {
  return {
    PutRepositoryCatalogData: async (call, moto) => {
      const repository = await store.find(call, moto);
      repository.catalog = readObject(call.input, "catalogData");
      return answerJson({ catalogData: describeCatalog(repository) });
    },

    GetRepositoryCatalogData: async (call, moto) => {
      const repository = await store.find(call, moto);
      return answerJson({ catalogData: describeCatalog(repository) });
    },
  };
}

/** The logo goes in as bytes and comes out as an address. */
export function describeCatalog({ catalog, description }: Repository): Input {
  const { logoImageBlob, ...rest } = catalog;
  const logoUrl = `https://d3g9o9u8re44ak.cloudfront.net/logo/${description.registryId}/${description.repositoryName}`;
  return { ...rest, ...(logoImageBlob !== undefined && { logoUrl }) };
}
