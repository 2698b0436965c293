import type { Digest } from "../lib/names.js";
import type { StoredImage } from "../registry/inventory.js";

/** Younger images are never removed, whatever the caller asks for: a publish, and the lock after it, may still be under way. */
export const MIN_AGE_DAYS = 1;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What keeps images. */
export interface Rules {
  /** Digests that the lock names. */
  locked: ReadonlySet<Digest>;
  /** The newest image of the present inputs: what the next lock would name. */
  current: ReadonlySet<Digest>;
  olderThanDays: number;
  now: Date;
}

/** What becomes of an image, and why. */
export interface Decision {
  image: StoredImage;
  remove: boolean;
  reason: string;
}

/**
 * Decides for everything that a repository holds. A locked or current image, a young one, and one whose age nobody knows stay; with an image that
 * stays, what it names stays, and what is about it (signatures, attestations). What is about an image that goes, goes with it, after it.
 */
export function decidePrune(images: readonly StoredImage[], rules: Rules): Decision[] {
  const known = new Map(images.map((image) => [image.digest, image]));
  const kept = new Map<Digest, string>();
  for (const image of images) {
    if (findSubject(image, known) !== undefined) continue;
    const reason = findReason(image, rules);
    if (reason !== undefined) keepAll(image.digest, reason, images, kept);
  }
  const decisions = images.map((image) => {
    const reason = kept.get(image.digest);
    return { image, remove: reason === undefined, reason: reason ?? `over ${formatDays(readLimit(rules))}` };
  });
  // An index before what it names: a registry may refuse the other order, and a half-removed index would still be pulled.
  return decisions.sort((a, b) => rank(a.image, known) - rank(b.image, known));
}

function findReason({ digest, pushedAt }: StoredImage, { locked, current, olderThanDays, now }: Rules) {
  if (locked.has(digest)) return "locked";
  if (current.has(digest)) return "current";
  if (pushedAt === undefined) return "age unknown";
  const limit = readLimit({ olderThanDays });
  return now.valueOf() - pushedAt.valueOf() < limit * DAY_MS ? `under ${formatDays(limit)}` : undefined;
}

function readLimit({ olderThanDays }: Pick<Rules, "olderThanDays">): number {
  return Math.max(olderThanDays, MIN_AGE_DAYS);
}

const formatDays = (days: number) => (days === 1 ? "1 day" : `${days} days`);

function keepAll(digest: Digest, reason: string, images: readonly StoredImage[], kept: Map<Digest, string>): void {
  if (kept.has(digest)) return;
  kept.set(digest, reason);
  const image = images.find((each) => each.digest === digest);
  for (const child of image?.children ?? []) keepAll(child, addWord("part", reason), images, kept);
  for (const other of images) {
    if (isAbout(other, digest)) keepAll(other.digest, addWord("about", reason), images, kept);
  }
}

/** `part: locked`; what is about a part stays for the same reason. */
function addWord(word: "part" | "about", reason: string): string {
  return `${word}: ${reason.replace(/^(?:part|about): /, "")}`;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema */
function isAbout(image: StoredImage, digest: Digest): boolean {
  return image.subject === digest || image.tags.includes(digest.replace(":", "-"));
}

const FALLBACK_TAG = /^sha256-[0-9a-f]{64}$/;

/** What an image is about, where the registry still has it. */
function findSubject(image: StoredImage, known: ReadonlyMap<Digest, StoredImage>): StoredImage | undefined {
  const named = image.tags.filter((tag) => FALLBACK_TAG.test(tag)).map((tag) => tag.replace("-", ":") as Digest);
  return [image.subject, ...named].flatMap((digest) => (digest && known.get(digest)) ?? [])[0];
}

/** Images with a tag first, then what they name, then what is about them. */
function rank(image: StoredImage, known: ReadonlyMap<Digest, StoredImage>): number {
  const about = image.subject !== undefined || image.tags.some((tag) => FALLBACK_TAG.test(tag));
  const part = [...known.values()].some(({ children }) => children.includes(image.digest));
  return (about ? 2 : 0) + (part ? 1 : 0);
}
