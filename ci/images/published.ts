import { GenesisError } from "../lib/errors.js";
import type { RepositoryName } from "../lib/names.js";
import type { RegistryClient, StoredManifest } from "../registry/client.js";
import { listIndexPlatforms } from "../registry/manifest.js";
import type { Image } from "./catalog.js";
import { formatInputsTag } from "./inputs.js";

/** More than anybody forces: a registry that has an answer for every tag must not be asked for ever. */
const GENERATIONS_MAX = 1000;

/** What a registry holds for some inputs. */
export interface Published {
  /** 1, or how many times `--force` built the same inputs since, plus 1. */
  generation: number;
  tag: string;
  manifest: StoredManifest;
}

/**
 * The newest image of these inputs, or undefined. Generations are numbered without gaps, so asking for each next tag
 * until one is missing finds the newest: two requests for an image that was never forced.
 */
export async function findPublished(
  registry: RegistryClient,
  repository: RepositoryName,
  inputs: string,
): Promise<Published | undefined> {
  let newest: Published | undefined;
  for (let generation = 1; generation <= GENERATIONS_MAX; generation++) {
    const tag = formatInputsTag(inputs, generation);
    const manifest = await registry.resolve(repository, tag);
    if (manifest === undefined) return newest;
    newest = { generation, tag, manifest };
  }
  throw new GenesisError({
    code: "registry-refused",
    subject: registry.formatRepository(repository),
    fact: `it says that every one of ${GENERATIONS_MAX} tags that were asked for exists`,
  });
}

/** What lock and report say of a published manifest: the platforms as its index spells them, or as the image declares them. */
export function describeManifest({ platforms }: Image, { digest, mediaType, bytes }: StoredManifest) {
  return { digest, mediaType, platforms: listIndexPlatforms(mediaType, bytes) ?? [...platforms] };
}
