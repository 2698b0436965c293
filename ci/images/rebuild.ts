import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { GenesisError } from "../lib/errors.js";
import type { Digest } from "../lib/names.js";
import type { RegistryClient, StoredManifest } from "../registry/client.js";
import { type Layout, locateBlob, type Variant } from "../registry/layout.js";
import { type Descriptor, imageManifestSchema, indexSchema, isIndex, parseBytes } from "../registry/manifest.js";
import { readTar } from "../registry/tar.js";
import type { Image } from "./catalog.js";
import { hashInputs } from "./inputs.js";
import type { LockEntry } from "./lock.js";
import type { BuildImage } from "./publish.js";
import { listPublished } from "./published.js";

/**
 * Builds a locked image again and compares; returns the digest, where it is the same. Throws `rebuild-differs` with the first path that is another, and where the lock is of other inputs;
 * `image-unpublished`, or what the build throws.
 */
export async function rebuildImage(
  image: Image,
  entry: LockEntry,
  registry: RegistryClient,
  build: BuildImage,
): Promise<Digest> {
  const inputs = await hashInputs(image);
  const refuse = (fact: string, next?: string) =>
    new GenesisError({ code: "rebuild-differs", subject: `image ${image.name}`, fact, ...(next && { next }) });
  if (inputs !== entry.inputs) {
    const fact = `the lock is of inputs ${entry.inputs.slice(0, 16)}, and these are ${inputs.slice(0, 16)}`;
    throw refuse(fact, "check out the commit whose images were locked: git log images/lock.json");
  }
  const published = await listPublished(registry, image.repository, inputs);
  const locked = published.find(({ manifest }) => manifest.digest === entry.digest);
  if (locked === undefined) {
    const subject = `${entry.repository}@${entry.digest}`;
    throw new GenesisError({ code: "image-unpublished", subject, fact: "no tag of these inputs names it" });
  }
  const fact = await build({ image, inputs, generation: locked.generation }, async (layout) => {
    if (layout.top.digest === entry.digest) return undefined;
    const place = await findDifference(registry, image, locked.manifest, layout);
    return `${place}; the lock says ${entry.digest}, and this build is ${layout.top.digest}`;
  });
  if (fact !== undefined) throw refuse(fact);
  return entry.digest;
}

/** Where a build differs first from what is published. */
async function findDifference(registry: RegistryClient, image: Image, top: StoredManifest, layout: Layout) {
  const { repository } = image;
  const digests = isIndex(top.mediaType)
    ? parseBytes(top.bytes, "image index", indexSchema).manifests.map(({ digest }) => digest)
    : [top.digest];
  for (const [index, variant] of layout.variants.entries()) {
    const digest = digests[index];
    if (digest === variant.manifest.digest || digest === undefined) continue;
    const published = await registry.require(repository, digest);
    const open = ({ digest, size }: Descriptor) => registry.openBlob(repository, digest, size);
    return `${variant.platform} ${await compareManifests(published, open, variant, layout.path)}`;
  }
  return "the index differs";
}

async function compareManifests(
  published: StoredManifest,
  open: (layer: Descriptor) => Promise<AsyncIterable<Uint8Array>>,
  { manifest }: Variant,
  path: string,
): Promise<string> {
  const [was, is] = [published, manifest].map(
    ({ bytes }) => parseBytes(bytes, "image manifest", imageManifestSchema).layers,
  );
  if (was === undefined || is === undefined || was.length !== is.length)
    return `has ${is?.length} layers, not ${was?.length}`;
  for (const [index, layer] of is.entries()) {
    const other = was[index];
    if (other === undefined || other.digest === layer.digest) continue;
    const before = await hashEntries(await open(other), other);
    const after = await hashEntries(createReadStream(locateBlob(path, layer.digest)), layer);
    const differs = [...after, ...before].find(([name]) => before.get(name) !== after.get(name));
    return `differs in layer ${index + 1}, ${differs === undefined ? "by times or compression alone" : `first at ${differs[0]}`}`;
  }
  return "differs in its configuration";
}

/** Path → hash of what a layer has there, but for its time. */
function hashEntries(blob: AsyncIterable<Uint8Array>, { mediaType }: Descriptor): Promise<Map<string, string>> {
  const unpack = mediaType.endsWith("gzip") ? createGunzip() : new PassThrough();
  return pipeline(blob, unpack, async (tar: AsyncIterable<Uint8Array>) => {
    const hashes: [string, Hash][] = [];
    for await (const { path, bytes } of readTar(tar, 0)) {
      if (path !== undefined) hashes.push([path, createHash("sha256")]);
      hashes.at(-1)?.[1].update(bytes);
    }
    return new Map(hashes.map(([path, hash]) => [path, hash.digest("hex")]));
  });
}
