import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import type { Digest, Platform } from "../lib/names.js";
import { digestBytes, type StoredManifest } from "./client.js";
import {
  formatPlatform,
  imageConfigSchema,
  imageManifestSchema,
  indexSchema,
  isIndex,
  listBlobs,
  parseBytes,
  refuseLayout,
} from "./manifest.js";

/** One platform's image in a layout. */
export interface Variant {
  /** The platform of the image's own configuration. */
  platform: Platform;
  /** The platform as the index spells it; the configuration's where there is no index. */
  spelled: Platform;
  manifest: StoredManifest;
  blobs: readonly Digest[];
}

/** An image in an OCI image layout (image-spec 1.1, "OCI Image Layout"), read and checked against its digests. */
export interface Layout {
  /** Where the layout's `blobs/` stand. */
  path: string;
  /** What a tag will name: the index, or the only manifest. */
  top: StoredManifest;
  variants: readonly Variant[];
}

/** The file that holds a blob of a layout. */
export function locateBlob(path: string, digest: Digest): string {
  const [algorithm = "", hex = ""] = digest.split(":");
  return join(path, "blobs", algorithm, hex);
}

/** Reads a layout that holds one image. Throws `layout-invalid`; no blob but manifests and configurations is read. */
export async function readLayout(path: string): Promise<Layout> {
  const subject = "OCI layout";
  const outer = await parseFile(join(path, "index.json"), subject, indexSchema);
  const [descriptor] = outer.manifests;
  if (descriptor === undefined || outer.manifests.length !== 1) {
    throw refuseLayout(subject, `index.json names ${outer.manifests.length} images, and one was expected`);
  }
  const top = await readManifest(path, descriptor.digest, descriptor.mediaType);
  if (!isIndex(top.mediaType)) return { path, top, variants: [await readVariant(path, top, undefined)] };
  const { manifests } = parseBytes(top.bytes, subject, indexSchema);
  const variants = await Promise.all(
    manifests.map(async (entry) => {
      if (entry.platform === undefined) throw refuseLayout(subject, `the index names no platform for ${entry.digest}`);
      const manifest = await readManifest(path, entry.digest, entry.mediaType);
      return readVariant(path, manifest, formatPlatform(entry.platform));
    }),
  );
  return { path, top, variants };
}

async function readVariant(path: string, manifest: StoredManifest, spelled: Platform | undefined): Promise<Variant> {
  const parsed = parseBytes(manifest.bytes, "image manifest", imageManifestSchema);
  const config = await parseFile(locateBlob(path, parsed.config.digest), "image configuration", imageConfigSchema);
  const platform = formatPlatform(config);
  await Promise.all([parsed.config, ...parsed.layers].map((descriptor) => checkSize(path, descriptor)));
  return { platform, spelled: spelled ?? platform, manifest, blobs: listBlobs(parsed) };
}

async function readManifest(path: string, digest: Digest, mediaType: string): Promise<StoredManifest> {
  const bytes = await readFile(locateBlob(path, digest)).catch(refuseMissing(digest));
  const actual = digestBytes(bytes);
  if (actual !== digest) throw refuseLayout("OCI layout", `the bytes of ${digest} have the digest ${actual}`);
  return { digest, mediaType, bytes };
}

/** A disk that was full leaves a blob that is cut off, or none. */
async function checkSize(path: string, { digest, size }: { digest: Digest; size: number }): Promise<void> {
  const { size: actual } = await stat(locateBlob(path, digest)).catch(refuseMissing(digest));
  if (actual !== size) throw refuseLayout("OCI layout", `${digest} has ${actual} bytes of ${size}`);
}

/** Makes what turns an error of the file system into `layout-invalid`. */
function refuseMissing(name: string) {
  return (error: unknown): never => {
    const { code = "error" } = error as NodeJS.ErrnoException;
    throw refuseLayout("OCI layout", `${name} cannot be read (${code})`);
  };
}

async function parseFile<Schema extends z.ZodType>(path: string, subject: string, schema: Schema) {
  return parseBytes(await readFile(path).catch(refuseMissing(subject)), subject, schema);
}

/**
 * Compares a layout with the platforms that were asked for: each exactly once, in the index and in the image's own
 * configuration. Throws `platform-mismatch`. A `FROM scratch` build is one way to get here: it keeps the builder's platform.
 */
export function checkPlatforms(layout: Layout, asked: readonly Platform[], subject: string): void {
  const list = (platforms: readonly Platform[]) => [...platforms].sort().join(", ");
  const built = list(layout.variants.map((variant) => variant.platform));
  const spelled = list(layout.variants.map((variant) => variant.spelled));
  const wanted = list(asked);
  if (built === wanted && spelled === wanted) return;
  const found = built === wanted ? `and the index says ${spelled}` : `built ${built}`;
  throw new GenesisError({ code: "platform-mismatch", subject, fact: `asked for ${wanted}, ${found}` });
}
