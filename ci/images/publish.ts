import type { GenesisError } from "../lib/errors.js";
import type { Digest, Platform, Revision } from "../lib/names.js";
import type { RegistryClient, StoredManifest } from "../registry/client.js";
import { isMissingRepository } from "../registry/failures.js";
import { checkPlatforms, type Layout } from "../registry/layout.js";
import { pushLayout } from "../registry/push.js";
import type { Image } from "./catalog.js";
import { formatInputsTag, hashInputs } from "./inputs.js";
import { describeManifest, listPublished } from "./published.js";

/** Images that are looked up, built or pushed at the same time. */
const PARALLEL_IMAGES = 4;

export type PublishStatus = "built" | "unchanged" | "awaiting" | "failed";

/** One line of the report. */
export interface PublishResult {
  image: string;
  status: PublishStatus;
  /** Repository and tag; the repository alone where no tag was written. */
  reference: string;
  digest?: Digest;
  /** Of what the digest names: an index or a manifest. */
  mediaType?: string;
  /** As the registry's index spells them. */
  platforms: readonly Platform[];
  /** The input hash; absent where it could not be computed. */
  inputs?: string;
  seconds: number;
  /** Notes for the report: nothing failed. */
  notes?: readonly string[];
  /** The message of a failure. */
  error?: string;
}

/** What a build receives beside the image. */
export interface BuildRequest {
  image: Image;
  inputs: string;
  revision?: Revision;
  /** Above 1 where the same inputs are built anew. */
  generation: number;
}

/** Builds an image of all its platforms and passes the layout to `use`, which must be done with it when it returns. */
export type BuildImage = <T>(request: BuildRequest, use: (layout: Layout) => Promise<T>) => Promise<T>;

/** Scans and signs an image that the registry holds by digest, before a tag names it. Returns sentences for the report. */
export type CertifyImage = (request: BuildRequest, layout: Layout) => Promise<string[]>;

/** Why a published image does not verify; undefined where it does. Throws where that could not be found out. */
export type FindFlaw = (image: Image, digest: Digest) => Promise<GenesisError | undefined>;

export interface PublishOptions {
  registry: RegistryClient;
  build: BuildImage;
  /** Without it, images are neither scanned nor signed. */
  certify?: CertifyImage;
  /** Where it finds a flaw, what is published is not taken for the image: it is built, certified and published as the next generation. */
  findFlaw?: FindFlaw;
  /** Adds the tag `git-<12>`. */
  revision?: Revision;
  /** A missing repository is a status, not a failure. */
  awaitRepositories?: boolean;
  /** Builds also what is published already, under a new tag. */
  force?: boolean;
  /** Told of each image as it is done. */
  onResult?: (result: PublishResult) => void;
}

/** Publishes images; one that fails does not stop the others. Never throws for an image: its result says what happened. */
export async function publishImages(images: readonly Image[], options: PublishOptions): Promise<PublishResult[]> {
  const { default: pMap } = await import("p-map");
  const publishOne = async (image: Image): Promise<PublishResult> => {
    const started = performance.now();
    const hashed = hashInputs(image);
    const outcome = await publishImage(image, options, hashed).catch((error: unknown) =>
      describeFailure(image, options, hashed, error),
    );
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const result = { image: image.name, ...outcome, seconds };
    options.onResult?.(result);
    return result;
  };
  return pMap(images, publishOne, { concurrency: PARALLEL_IMAGES });
}

type Outcome = Omit<PublishResult, "image" | "seconds">;

async function publishImage(image: Image, options: PublishOptions, hashed: Promise<string>): Promise<Outcome> {
  const { registry, revision, force } = options;
  const inputs = await hashed;
  const describe = (status: PublishStatus, tag: string, manifest: StoredManifest): Outcome => {
    const reference = `${registry.formatRepository(image.repository)}:${tag}`;
    return { status, reference, ...describeManifest(image, manifest), inputs };
  };
  const published = (await listPublished(registry, image.repository, inputs)).at(-1);
  let flaw: GenesisError | undefined;
  if (published !== undefined && !force) {
    flaw = await options.findFlaw?.(image, published.manifest.digest);
    if (flaw === undefined) return describe("unchanged", published.tag, published.manifest);
  }
  const generation = (published?.generation ?? 0) + 1;
  const tag = formatInputsTag(inputs, generation);
  const tags = revision === undefined ? [tag] : [tag, formatRevisionTag(revision)];
  const request: BuildRequest = { image, inputs, generation, ...(revision && { revision }) };
  const { top, notes } = await options.build(request, async (layout) => {
    checkPlatforms(layout, image.platforms, `image ${image.name}`);
    let notes: readonly string[] = [];
    const reason = flaw && `${published?.tag} does not verify [${flaw.code}]: built and certified anew.`;
    await pushLayout(registry, image.repository, layout, tags, async () => {
      notes = [...(reason ? [reason] : []), ...((await options.certify?.(request, layout)) ?? [])];
    });
    return { top: layout.top, notes };
  });
  return { ...describe("built", tag, top), ...(notes.length > 0 && { notes }) };
}

/** The tag that says which commit an image was first built from. */
export function formatRevisionTag(revision: Revision): string {
  return `git-${revision.slice(0, 12)}`;
}

async function describeFailure(
  image: Image,
  options: PublishOptions,
  hashed: Promise<string>,
  error: unknown,
): Promise<Outcome> {
  const awaiting = options.awaitRepositories === true && isMissingRepository(error);
  // What kept the image from being published may keep its files from being read.
  const inputs = await hashed.catch(() => undefined);
  return {
    status: awaiting ? "awaiting" : "failed",
    reference: options.registry.formatRepository(image.repository),
    platforms: image.platforms,
    ...(inputs !== undefined && { inputs }),
    ...(!awaiting && { error: error instanceof Error ? error.message : String(error) }),
  };
}
