import { GenesisError } from "../lib/errors.js";
import type { RepositoryName } from "../lib/names.js";
import type { RegistryClient } from "./client.js";
import { type Layout, locateBlob } from "./layout.js";

/** Blobs of one image that travel at the same time. */
const PARALLEL_BLOBS = 3;

/**
 * Pushes a layout and gives it tags. The order makes a half-pushed image invisible: blobs, then the manifests by digest,
 * then, after a second look, the tags. A tag that names the same digest is left alone; one that names another is never
 * moved. `beforeTags` runs when all of it is there by digest; where it throws, no tag is written. Throws `tag-exists` and the registry's
 * errors; whatever it throws, no tag names anything incomplete.
 */
export async function pushLayout(
  registry: RegistryClient,
  repository: RepositoryName,
  layout: Layout,
  tags: readonly string[],
  beforeTags: () => Promise<void> = async () => {},
): Promise<void> {
  const refuse = (tag: string, fact: string) => {
    const subject = `${registry.formatRepository(repository)}:${tag}`;
    return new GenesisError({ code: "tag-exists", subject, fact });
  };
  const listFreeTags = async (): Promise<string[]> => {
    const free: string[] = [];
    for (const tag of tags) {
      const stored = await registry.resolve(repository, tag);
      if (stored === undefined) free.push(tag);
      else if (stored.digest !== layout.top.digest) {
        throw refuse(tag, `it names ${stored.digest}, and this build is ${layout.top.digest}`);
      }
    }
    return free;
  };
  // Before anything is sent: a push that cannot end should not begin.
  await listFreeTags();
  const { default: pMap } = await import("p-map");
  const blobs = [...new Set(layout.variants.flatMap((variant) => variant.blobs))];
  await pMap(
    blobs,
    async (digest) => {
      if (await registry.hasBlob(repository, digest)) return;
      await registry.putBlob(repository, digest, locateBlob(layout.path, digest));
    },
    { concurrency: PARALLEL_BLOBS },
  );
  for (const { manifest } of layout.variants) await registry.putManifest(repository, manifest.digest, manifest);
  if (layout.variants.every(({ manifest }) => manifest.digest !== layout.top.digest)) {
    await registry.putManifest(repository, layout.top.digest, layout.top);
  }
  await beforeTags();
  // The registry has no "create only" for tags, so look again right before, and once more after, each.
  for (const tag of await listFreeTags()) await registry.putManifest(repository, tag, layout.top);
  for (const tag of tags) {
    const stored = await registry.resolve(repository, tag);
    if (stored?.digest === layout.top.digest) continue;
    const found = stored?.digest ?? "nothing";
    throw refuse(tag, `another publish won: it now names ${found}, not ${layout.top.digest}`);
  }
}
