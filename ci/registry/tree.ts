import type { Digest, Platform, RepositoryName } from "../lib/names.js";
import type { RegistryClient } from "./client.js";
import { formatPlatform, imageManifestSchema, indexSchema, isIndex, parseBytes } from "./manifest.js";

/** A platform's manifest in a registry. */
export interface TreeManifest {
  digest: Digest;
  /** As the index spells it; undefined where there is no index. */
  platform: Platform | undefined;
}

/**
 * The manifests that a digest names, of an index or by itself, all of them read, and with `blobs` their configurations and layers too:
 * all bytes are compared with their digests. Undefined where the registry does not have the digest. Throws `digest-mismatch`,
 * `layout-invalid`, `registry-refused` where a part is missing.
 */
export async function readTree(
  registry: RegistryClient,
  repository: RepositoryName,
  digest: Digest,
  { blobs }: { blobs: boolean },
): Promise<TreeManifest[] | undefined> {
  const top = await registry.resolve(repository, digest);
  if (top === undefined) return undefined;
  const manifests = isIndex(top.mediaType)
    ? parseBytes(top.bytes, "image index", indexSchema).manifests.map((entry) => ({
        digest: entry.digest,
        platform: entry.platform && formatPlatform(entry.platform),
      }))
    : [{ digest, platform: undefined }];
  for (const entry of manifests) {
    const manifest = entry.digest === digest ? top : await registry.require(repository, entry.digest);
    if (!blobs) continue;
    const { config, layers } = parseBytes(manifest.bytes, "image manifest", imageManifestSchema);
    for (const blob of [config, ...layers]) await registry.checkBlob(repository, blob.digest, blob.size);
  }
  return manifests;
}
