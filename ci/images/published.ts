import { GenesisError } from "../lib/errors.js";
import type { RepositoryName } from "../lib/names.js";
import type { RegistryClient, StoredManifest } from "../registry/client.js";
import { listIndexPlatforms } from "../registry/manifest.js";
import type { Image } from "./catalog.js";
import { formatInputsTag } from "./inputs.js";

/** More than anybody builds: a registry that has an answer for every tag must not be asked for ever. */
const GENERATIONS_MAX = 1000;

/** What a registry holds for some inputs. */
export interface Published {
  /** 1, or how many times the same inputs were built anew since, plus 1. */
  generation: number;
  tag: string;
  manifest: StoredManifest;
}

/**
 * All images of these inputs, the oldest first. Generations are numbered without gaps, so asking for each next tag
 * until one is missing finds the newest: two requests for an image that was built once.
 */
export async function listPublished(
  registry: RegistryClient,
  repository: RepositoryName,
  inputs: string,
): Promise<Published[]> {
  const published: Published[] = [];
  for (let generation = 1; generation <= GENERATIONS_MAX; generation++) {
    const tag = formatInputsTag(inputs, generation);
    const manifest = await registry.resolve(repository, tag);
    if (manifest === undefined) return published;
    published.push({ generation, tag, manifest });
  }
  throw new GenesisError({
    code: "registry-refused",
    subject: registry.formatRepository(repository),
    fact: `it says that every one of ${GENERATIONS_MAX} tags that were asked for exists`,
  });
}

/**
 * What lock and report say of a published manifest. Throws `platform-mismatch` where its index is not of the image's platforms:
 * somebody else pushed it.
 */
export function describeManifest({ name, platforms }: Image, { digest, mediaType, bytes }: StoredManifest) {
  const found = listIndexPlatforms(mediaType, bytes) ?? [...platforms];
  const [has, wants] = [found, platforms].map((list) => [...list].sort().join(", "));
  if (has === wants) return { digest, mediaType, platforms: found };
  throw new GenesisError({
    code: "platform-mismatch",
    subject: `image ${name}`,
    fact: `image.json says ${wants}, and the index in the registry, ${digest}, has ${has || "no platform"}`,
    effect: "Nothing was locked, and no tag was written",
    next: "publish the image with --force, which builds it under a new tag; then find out who pushed the other one",
  });
}
