import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestBytes } from "../../ci/registry/client.js";
import { locateBlob } from "../../ci/registry/layout.js";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** What a written layout looks like. */
export interface LayoutSpec {
  /** Platform of each variant's configuration. */
  platforms: readonly string[];
  /** Platforms as the index spells them, where they differ from the configurations'. */
  spelled?: readonly string[];
  /** Size of each variant's only layer in random bytes. */
  layerBytes?: number;
  /** The layer itself, in place of random bytes; compressed or not. */
  layer?: Buffer;
  /** When the configurations say that the image was made. */
  created?: Date;
  /** What the configurations say made the layer, whose digest it is given. */
  history?: (digest: string) => string;
}

/** Writes an OCI layout with random layers, as the engine writes one: an index for several platforms, else a manifest. */
export async function writeLayout(path: string, spec: LayoutSpec): Promise<void> {
  await mkdir(join(path, "blobs", "sha256"), { recursive: true });
  const manifests = await Promise.all(
    spec.platforms.map(async (platform, index) => ({
      ...(await writeVariant(path, platform, spec)),
      platform: splitPlatform(spec.spelled?.[index] ?? platform),
    })),
  );
  const [first] = manifests;
  if (first === undefined) throw new Error("a layout needs a platform");
  const { platform: _, ...single } = first;
  const top =
    manifests.length === 1 ? single : await writeJson(path, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
  await writeFile(join(path, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [top] }));
  await writeFile(join(path, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

async function writeVariant(path: string, platform: string, spec: LayoutSpec) {
  const { layer: given, layerBytes = 1000, created, history } = spec;
  const bytes = given ?? randomBytes(layerBytes);
  const suffix = bytes.readUInt16BE() === 0x1f8b ? "+gzip" : "";
  const layer = await writeBlob(path, `application/vnd.oci.image.layer.v1.tar${suffix}`, bytes);
  const config = await writeJson(path, "application/vnd.oci.image.config.v1+json", {
    ...splitPlatform(platform),
    ...(created && { created }),
    ...(history && {
      history: [
        { created, empty_layer: true },
        { created, created_by: history(layer.digest) },
      ],
    }),
    config: {},
    rootfs: { type: "layers", diff_ids: [layer.digest] },
  });
  return writeJson(path, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] });
}

function splitPlatform(platform: string) {
  const [os, architecture, variant] = platform.split("/");
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

function writeJson(path: string, mediaType: string, value: unknown) {
  return writeBlob(path, mediaType, Buffer.from(JSON.stringify(value)));
}

async function writeBlob(path: string, mediaType: string, bytes: Buffer) {
  const digest = digestBytes(bytes);
  await writeFile(locateBlob(path, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}
