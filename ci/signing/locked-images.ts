import { type Lock, type LockEntry, readRepository } from "../images/lock.js";
import { GenesisError, throwErrors } from "../lib/errors.js";
import { parseImageName } from "../lib/names.js";
import { findNearest } from "../lib/nearest.js";
import type { RegistryClient } from "../registry/client.js";
import type { Subject, ToolEnvironment } from "./environment.js";

/** An image that the lock names, in the registry that it names. */
export interface LockedImage {
  name: string;
  subject: Subject;
  registry: RegistryClient;
  tools: ToolEnvironment;
  /** Whether others use the registry. */
  isPublic: boolean;
}

/** Opens the registry of an entry of the lock. */
export type OpenEntry = (entry: LockEntry) => Promise<Pick<LockedImage, "registry" | "tools" | "isPublic">>;

/** The images of the lock that a caller named, all when none is named. Throws `image-invalid-name` or `image-unknown`. */
export async function openLockedImages(lock: Lock, names: readonly string[], open: OpenEntry): Promise<LockedImage[]> {
  const wanted = names.map(parseImageName);
  const errors = await Promise.all(wanted.filter((name) => !lock.has(name)).map((name) => refuseUnlocked(name, lock)));
  throwErrors(errors);
  const entries = [...lock].filter(([name]) => wanted.length === 0 || wanted.includes(name));
  return Promise.all(
    entries.map(async ([name, entry]) => {
      const subject = { repository: readRepository(entry), digest: entry.digest };
      return { name, subject, ...(await open(entry)) };
    }),
  );
}

async function refuseUnlocked(name: string, lock: Lock): Promise<GenesisError> {
  const nearest = await findNearest(name, [...lock.keys()]);
  return new GenesisError({
    code: "image-unknown",
    subject: `image ${name}`,
    fact: `the lock has no such image${nearest === undefined ? "" : `; did you mean ${nearest}?`}`,
    effect: "Nothing was verified or scanned",
    next: "publish the image, then run dagger call lock --auto-apply",
  });
}
