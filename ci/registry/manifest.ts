import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { type Digest, type Platform, parseDigest, parsePlatform } from "../lib/names.js";
import { readJson } from "../lib/read-json.js";

/** Media types of OCI image-spec 1.1 and of Docker's schema 2, which older tools still write. */
const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
export const MANIFEST_TYPES = [
  ...INDEX_TYPES,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

const digest = z.string().transform((text) => parseDigest(text, "manifest"));

/** A platform, as an index names it and as an image's configuration says where it runs. */
export const imageConfigSchema = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

/** A reference to content: media type, digest, size in bytes, and in an index the platform. */
const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.number().int().nonnegative(),
  platform: imageConfigSchema.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Descriptor = z.output<typeof descriptorSchema>;

/** An OCI index, or the index.json of a layout. */
export const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });

export const imageManifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });

/** Spells a platform as an index does: `os/arch`, with the variant only where one is given. */
export function formatPlatform({ os, architecture, variant }: z.output<typeof imageConfigSchema>): Platform {
  return parsePlatform(variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`, "manifest");
}

/** Whether a media type is that of an index. */
export function isIndex(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType);
}

/** Everything that a manifest names as blobs: its config and layers, each once. */
export function listBlobs(manifest: z.output<typeof imageManifestSchema>): Digest[] {
  return [...new Set([manifest.config.digest, ...manifest.layers.map((layer) => layer.digest)])];
}

/** What BuildKit marks provenance and SBOMs with that it puts beside images: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
const ATTESTATION = "vnd.docker.reference.type";

/** The platforms of the images in an index, in its own spelling; undefined for a manifest, which names none. */
export function listIndexPlatforms(mediaType: string, bytes: Uint8Array): Platform[] | undefined {
  if (!isIndex(mediaType)) return undefined;
  const { manifests } = parseBytes(bytes, "image index", indexSchema);
  return manifests.flatMap(({ platform, annotations }) =>
    platform === undefined || annotations?.[ATTESTATION] !== undefined ? [] : [formatPlatform(platform)],
  );
}

/** Parses JSON from a registry or an engine; throws `layout-invalid`. */
export function parseBytes<Schema extends z.ZodType>(
  bytes: Uint8Array,
  subject: string,
  schema: Schema,
): z.output<Schema> {
  const read = readJson(Buffer.from(bytes).toString("utf8"));
  if (read.problem !== undefined) throw refuseLayout(subject, read.problem);
  try {
    return schema.parse(read.value);
  } catch (error) {
    throw refuseLayout(subject, "it is not what the OCI image specification describes", { cause: error });
  }
}

/** `layout-invalid`: what an engine or a registry gave is not an image. */
export function refuseLayout(subject: string, fact: string, options?: ErrorOptions): GenesisError {
  return new GenesisError({ code: "layout-invalid", subject, fact }, options);
}
