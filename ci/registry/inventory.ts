import { z } from "zod";
import { type Digest, parseDigest, type RepositoryName } from "../lib/names.js";
import type { RegistryClient, StoredManifest } from "./client.js";
import { isIndex, parseBytes } from "./manifest.js";

/** A manifest that a registry keeps, and what decides whether it may go. */
export interface StoredImage {
  digest: Digest;
  tags: readonly string[];
  /** When it was pushed, or as near to that as the registry says; undefined where nothing says it. */
  pushedAt: Date | undefined;
  /** What it names, where it is an index. */
  children: readonly Digest[];
  /** What it is about, where it is a signature or an attestation. */
  subject: Digest | undefined;
}

/** What a registry holds. */
export interface Inventory {
  list(repository: RepositoryName): Promise<StoredImage[]>;
  /** The tags that name a manifest now; undefined where it is gone. */
  look(repository: RepositoryName, digest: Digest): Promise<readonly string[] | undefined>;
  /** Removes a manifest, with the tags that name it. */
  remove(repository: RepositoryName, digest: Digest): Promise<void>;
}

const digest = z.string().transform((text) => parseDigest(text, "manifest"));
/** The parts of an index or a manifest that tie it to others. */
const linksSchema = z.object({
  manifests: z.array(z.object({ digest })).optional(),
  subject: z.object({ digest }).optional(),
  config: z.object({ digest, mediaType: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const configSchema = z.object({ created: z.string().optional() });

/** What ties a manifest to others. */
export function readLinks({ bytes, mediaType }: StoredManifest): Pick<StoredImage, "children" | "subject"> {
  const { manifests, subject } = parseBytes(bytes, "manifest", linksSchema);
  return { children: isIndex(mediaType) ? (manifests ?? []).map((each) => each.digest) : [], subject: subject?.digest };
}

/**
 * The inventory of a registry that speaks the distribution API only, such as the embedded one. It lists what tags name, and what that names
 * in turn; of ages it knows what images say of themselves.
 */
export function openDistributionInventory(registry: RegistryClient): Inventory {
  return {
    list: async (repository) => {
      const images = new Map<Digest, StoredImage>();
      const read = async (digest: Digest, tags: readonly string[]) => {
        const manifest = await registry.resolve(repository, digest);
        // A part that is gone: what names it is broken already.
        if (manifest === undefined) return;
        const links = readLinks(manifest);
        images.set(digest, { digest, tags, pushedAt: await readCreated(registry, repository, manifest), ...links });
        for (const child of links.children) if (!images.has(child)) await read(child, []);
      };
      for (const [digest, tags] of await readTags(registry, repository)) await read(digest, tags);
      return [...images.values()];
    },
    look: async (repository, digest) => {
      if ((await registry.resolve(repository, digest)) === undefined) return undefined;
      return (await readTags(registry, repository)).get(digest) ?? [];
    },
    remove: (repository, digest) => registry.deleteManifest(repository, digest),
  };
}

async function readTags(registry: RegistryClient, repository: RepositoryName): Promise<Map<Digest, string[]>> {
  const named = new Map<Digest, string[]>();
  for (const tag of await registry.listTags(repository)) {
    const digest = (await registry.resolve(repository, tag))?.digest;
    if (digest !== undefined) named.set(digest, [...(named.get(digest) ?? []), tag]);
  }
  return named;
}

/** When an image was built, by its configuration or its annotation; of an index, its first image. */
async function readCreated(
  registry: RegistryClient,
  repository: RepositoryName,
  manifest: StoredManifest,
): Promise<Date | undefined> {
  const { manifests, config, annotations } = parseBytes(manifest.bytes, "manifest", linksSchema);
  const annotated = parseDate(annotations?.["org.opencontainers.image.created"]);
  if (annotated !== undefined) return annotated;
  const [first] = manifests ?? [];
  if (first !== undefined) {
    const child = await registry.resolve(repository, first.digest);
    return child === undefined ? undefined : readCreated(registry, repository, child);
  }
  if (!config?.mediaType.includes("image.")) return undefined;
  const bytes = await registry.readBlob(repository, config.digest);
  return parseDate(parseBytes(bytes, "image configuration", configSchema).created);
}

/** A reproducible build says 1970 or the like, which is no age. */
function parseDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.valueOf()) || date.getUTCFullYear() < 2000 ? undefined : date;
}
