import { z } from "zod";
import { collectErrors, GenesisError, throwErrors } from "../lib/errors.js";
import type { Format } from "../lib/formats.js";
import { parseJsonWith } from "../lib/json.js";
import {
  type Digest,
  type ImageName,
  parseDigest,
  parseImageName,
  parsePlatform,
  parseRepositoryName,
  type RepositoryName,
} from "../lib/names.js";
import type { RegistryClient } from "../registry/client.js";
import { ECR_PUBLIC_HOST } from "../registry/ecr-public.js";
import { isMissingRepository } from "../registry/failures.js";
import type { Image } from "./catalog.js";
import { hashInputs } from "./inputs.js";
import { describeManifest, listPublished } from "./published.js";

/** Where the lock stands in the repository. */
export const LOCK_PATH = "images/lock.json";

const entrySchema = z.strictObject({
  /** Host and path, without tag or digest. */
  repository: z.string().min(1),
  digest: z.string().transform((text) => parseDigest(text, `${LOCK_PATH} digest`)),
  mediaType: z.string().min(1),
  /** As the registry's index spells them; what the image declares where there is no index. */
  platforms: z.array(z.string().transform((text) => parsePlatform(text, `${LOCK_PATH} platforms`))).min(1),
  inputs: z.string().regex(/^[0-9a-f]{64}$/, "expected an input hash of 64 hexadecimal digits"),
});

/** One published image. */
export type LockEntry = z.output<typeof entrySchema>;
/** What Bazel pulls: image → entry, sorted by name. Empty before the first publish. */
export type Lock = ReadonlyMap<ImageName, LockEntry>;

/** Parses images/lock.json. Throws `json-invalid`, `field-invalid`, `image-invalid-name`, `digest-invalid` or `platform-invalid`. */
export function parseLock(text: string): Lock {
  const entries = Object.entries(parseJsonWith(text, LOCK_PATH, z.record(z.string(), entrySchema)));
  return sortLock(new Map(entries.map(([name, entry]) => [parseImageName(name), entry])));
}

/** Writes a lock as images/lock.json holds it. */
export function formatLock(lock: Lock): string {
  return `${JSON.stringify(Object.fromEntries(sortLock(lock)), null, 2)}\n`;
}

function sortLock(lock: Lock): Lock {
  return new Map([...lock].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The part of an entry's repository that names the registry: host, and for public ECR the alias. */
export function readPrefix({ repository }: LockEntry): string {
  const [host = "", alias = ""] = repository.split("/");
  return host === ECR_PUBLIC_HOST ? `${host}/${alias}` : host;
}

/** The rest of it: the repository's name in that registry. Throws `repository-invalid`. */
export function readRepository(entry: LockEntry): RepositoryName {
  return parseRepositoryName(entry.repository.slice(readPrefix(entry).length + 1), `${LOCK_PATH} repository`);
}

/** The entry of an image where it is of the image's present inputs and has the platform. */
export function findCurrent(lock: Lock, name: ImageName, inputs: string, platform: string): LockEntry | undefined {
  const entry = lock.get(name);
  return entry?.inputs === inputs && entry.platforms.some((each) => each === platform) ? entry : undefined;
}

/** The images that the lock names in a registry and that the registry does not have. */
export async function listLost(lock: Lock, registry: RegistryClient): Promise<ImageName[]> {
  const entries = [...lock].filter(([, entry]) => readPrefix(entry) === registry.prefix);
  const held = await Promise.all(entries.map(([, entry]) => registry.resolve(readRepository(entry), entry.digest)));
  return entries.filter((_, index) => held[index] === undefined).map(([name]) => name);
}

/** A new lock, and a sentence for each image whose present inputs are not published. */
export interface LockUpdate {
  lock: Lock;
  behind: readonly string[];
}

/** Throws unless an image that would be locked verifies. */
export type CheckImage = (image: Image, digest: Digest) => Promise<void>;

/**
 * Reads what the registry holds for the present inputs of each image. An image that is not published keeps its entry; one
 * that left the catalogue loses it. Throws everything that `check` throws, at once: then there is no new lock at all.
 */
export async function updateLock(
  images: readonly Image[],
  registry: RegistryClient,
  previous: Lock,
  check: CheckImage = async () => {},
): Promise<LockUpdate> {
  const lock = new Map<ImageName, LockEntry>();
  const behind: string[] = [];
  const errors: GenesisError[] = [];
  for (const image of images) {
    const inputs = await hashInputs(image);
    const published = (await listOrNone(registry, image, inputs)).at(-1);
    const kept = previous.get(image.name);
    if (published !== undefined) {
      const { manifest } = published;
      await collectErrors(errors, () => check(image, manifest.digest));
      const repository = registry.formatRepository(image.repository);
      lock.set(image.name, { repository, ...describeManifest(image, manifest), inputs });
    } else {
      if (kept !== undefined) lock.set(image.name, kept);
      const state = kept === undefined ? "it has no entry" : `its entry stays at inputs ${kept.inputs.slice(0, 16)}`;
      behind.push(`${image.name}: inputs ${inputs.slice(0, 16)} are not published; ${state}.`);
    }
  }
  throwErrors(errors);
  return { lock: sortLock(lock), behind };
}

/** A repository that is still to come holds nothing. */
async function listOrNone(registry: RegistryClient, image: Image, inputs: string) {
  try {
    return await listPublished(registry, image.repository, inputs);
  } catch (error) {
    if (isMissingRepository(error)) return [];
    throw error;
  }
}

/** An image whose entry was made from other inputs than the present ones, or that has none, or is an older build of them. */
export interface Behind {
  image: ImageName;
  /** Input hash of the entry. */
  locked: string | undefined;
  /** Input hash of the sources. */
  sources: string;
  /** Where the inputs are the same: which build of them is locked, and which is the newest, counted from 1. */
  generation?: { locked: number; newest: number };
}

/** What a check of the lock prints where everything agrees; what is behind is no failure. */
export function formatLockCheck(behind: readonly Behind[], format: Format): string {
  if (format === "json") return `${JSON.stringify({ agree: true, behind }, null, 2)}\n`;
  const sentences = behind.map(({ image, locked, sources, generation }) =>
    generation === undefined
      ? `${image}: locked at ${locked?.slice(0, 16) ?? "nothing"}, sources are at ${sources.slice(0, 16)}.`
      : `${image}: locked at build ${generation.locked} of ${sources.slice(0, 16)}, and publish --force made build ${generation.newest}. Next: dagger call lock --auto-apply`,
  );
  return ["The lock, MODULE.bazel and the registry agree.", ...sentences].join("\n");
}

/**
 * Compares each entry with the registry it names, and returns the images that the lock is behind. Throws
 * `lock-registry-differs` where the registry has no image of the entry's inputs with this digest. `open` gives the client of
 * an entry's registry.
 */
export async function checkLockedDigests(
  images: readonly Image[],
  lock: Lock,
  open: (entry: LockEntry) => Promise<RegistryClient>,
): Promise<Behind[]> {
  const errors: GenesisError[] = [];
  const behind: Behind[] = [];
  for (const image of images) {
    const sources = await hashInputs(image);
    const entry = lock.get(image.name);
    const published = entry === undefined ? [] : await listOrNone(await open(entry), image, entry.inputs);
    const newest = published.at(-1);
    const locked = published.findLast(({ manifest }) => manifest.digest === entry?.digest);
    if (entry !== undefined && locked === undefined) {
      const held = `${entry.repository} holds ${newest?.manifest.digest ?? "nothing"} for these inputs`;
      errors.push(
        new GenesisError({
          code: "lock-registry-differs",
          subject: `${LOCK_PATH} ${image.name}`,
          fact: `the lock says ${entry.digest}, and ${held}`,
        }),
      );
    } else if (entry?.inputs !== sources) {
      behind.push({ image: image.name, locked: entry?.inputs, sources });
    } else if (locked && newest && locked !== newest) {
      const generation = { locked: locked.generation, newest: newest.generation };
      behind.push({ image: image.name, locked: sources, sources, generation });
    }
  }
  throwErrors(errors);
  return behind;
}
