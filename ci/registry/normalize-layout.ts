import { createHash, type Hash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { type Digest, parseDigest } from "../lib/names.js";
import { digestBytes } from "./client.js";
import { type Layout, locateBlob, readLayout } from "./layout.js";
import { type Descriptor, imageManifestSchema, indexSchema, isIndex, parseBytes, refuseLayout } from "./manifest.js";
import { joinParts, readTar } from "./tar.js";

/** When everything was made, as rules_pkg has it: zip archives, which programs make of files, know no time before 1980. */
export const TIME = new Date("2000-01-01T00:00:00Z");
const PIECE = { chunkSize: 256 * 1024, highWaterMark: 256 * 1024 };

const configSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z
    .array(z.looseObject({ created_by: z.string().optional(), empty_layer: z.boolean().optional() }))
    .default([]),
});

/** A layer, and the digest of its tar where it is another than it was. */
interface Layer {
  descriptor: Descriptor;
  diffId?: Digest;
}

/**
 * Takes out of a layout what differs between two builds of the same: the times of its files, and in its configurations the dates. Layers of the
 * base image stay as they are, byte for byte, so that they are the base image's wherever that was pulled. Files are streamed. The order of
 * entries is the engine's, which is sorted. Throws `layout-invalid`.
 */
export async function normalizeLayout({ path, top, variants }: Layout): Promise<Layout> {
  const layers = new Map<Digest, Layer>();
  const manifests = new Map<Digest, Pick<Descriptor, "digest" | "size">>();
  for (const { manifest } of variants) {
    manifests.set(manifest.digest, await normalizeManifest(path, manifest.bytes, layers));
  }
  let written = manifests.get(top.digest);
  if (isIndex(top.mediaType)) {
    const index = parseBytes(top.bytes, "image index", indexSchema);
    const entries = index.manifests.map((entry) => ({ ...entry, ...manifests.get(entry.digest) }));
    written = await writeBlob(path, { ...index, manifests: entries });
  }
  const entry = { mediaType: top.mediaType, ...written };
  await writeFile(join(path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return readLayout(path);
}

async function normalizeManifest(path: string, bytes: Uint8Array, layers: Map<Digest, Layer>) {
  const manifest = parseBytes(bytes, "image manifest", imageManifestSchema);
  const text = await readFile(locateBlob(path, manifest.config.digest));
  const config = parseBytes(text, "image configuration", configSchema);
  const made = config.history.filter((step) => step.empty_layer !== true);
  const normalized: Layer[] = [];
  for (const [index, descriptor] of manifest.layers.entries()) {
    // How the engine calls what it pulled (engine/snapshots/pull.go); another digest there means that it compressed the layer anew.
    const isBase = made[index]?.created_by === `import image layer ${descriptor.digest}`;
    const layer = isBase ? { descriptor } : (layers.get(descriptor.digest) ?? (await normalizeLayer(path, descriptor)));
    if (!isBase) layers.set(descriptor.digest, layer);
    normalized.push(layer);
  }
  const created = TIME.toISOString();
  const written = await writeBlob(path, {
    ...config,
    created,
    history: config.history.map((step) => ({ ...step, created })),
    rootfs: { ...config.rootfs, diff_ids: config.rootfs.diff_ids.map((id, index) => normalized[index]?.diffId ?? id) },
  });
  const descriptors = normalized.map(({ descriptor }) => descriptor);
  return writeBlob(path, { ...manifest, config: { ...manifest.config, ...written }, layers: descriptors });
}

/** Writes a layer anew, compressed as every other. What is compressed in another way than the engine's is not of its making, and stays. */
async function normalizeLayer(path: string, descriptor: Descriptor): Promise<Layer> {
  const { mediaType, digest } = descriptor;
  const isGzip = mediaType.endsWith(".tar+gzip");
  if (!isGzip && !mediaType.endsWith(".tar")) return { descriptor };
  const [unpacked, packed] = [createHash("sha256"), createHash("sha256")];
  const file = join(path, randomUUID());
  await pipeline(
    createReadStream(locateBlob(path, digest), PIECE),
    isGzip ? createGunzip(PIECE) : new PassThrough(),
    (tar: AsyncIterable<Buffer>) => passThrough(joinParts(readTar(tar, TIME.getTime() / 1000)), unpacked),
    createGzip(PIECE),
    (chunks: AsyncIterable<Buffer>) => passThrough(chunks, packed),
    createWriteStream(file),
  ).catch((error: NodeJS.ErrnoException) => {
    throw error instanceof GenesisError ? error : refuseLayout(`layer ${digest}`, `it cannot be read (${error.code})`);
  });
  const written = { digest: readHash(packed), size: (await stat(file)).size };
  await rename(file, locateBlob(path, written.digest));
  const type = isGzip ? mediaType : `${mediaType}+gzip`;
  return { descriptor: { ...descriptor, mediaType: type, ...written }, diffId: readHash(unpacked) };
}

async function* passThrough(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function readHash(hash: Hash): Digest {
  return parseDigest(`sha256:${hash.digest("hex")}`, "sha256");
}

async function writeBlob(path: string, value: unknown): Promise<Pick<Descriptor, "digest" | "size">> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = digestBytes(bytes);
  await writeFile(locateBlob(path, digest), bytes);
  return { digest, size: bytes.length };
}
