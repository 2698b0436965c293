import { findPublished } from "../images/published.js";
import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import type { Digest, RepositoryName } from "../lib/names.js";
import type { RegistryClient } from "../registry/client.js";
import type { Inventory, StoredImage } from "../registry/inventory.js";
import { type Decision, decidePrune } from "./decide.js";

/** A repository to prune, with what keeps its images. */
export interface PruneTarget {
  repository: RepositoryName;
  locked: ReadonlySet<Digest>;
  /** The present inputs; undefined for an image that left the catalogue. */
  inputs: string | undefined;
}

/** How to prune. */
export interface PruneOptions {
  registry: RegistryClient;
  inventory: Inventory;
  olderThanDays: number;
  /** Whether to remove anything: else only what would be removed is said. */
  remove: boolean;
  now: Date;
}

/** What became of an image. */
export interface Pruned extends Decision {
  repository: RepositoryName;
  outcome: "kept" | "would be removed" | "removed" | "skipped" | "gone";
}

/**
 * Finds what nothing keeps and, where asked, removes it, each after a second look: a tag that came since, or a publish that took the
 * image for its present inputs, keeps it. Never throws for what it could not remove after it removed something: the errors come with the
 * results. Throws where it cannot even list.
 */
export async function pruneRepositories(
  targets: readonly PruneTarget[],
  options: PruneOptions,
): Promise<{ pruned: Pruned[]; errors: GenesisError[] }> {
  const pruned: Pruned[] = [];
  const errors: GenesisError[] = [];
  for (const target of targets) {
    const { repository } = target;
    // Before the list: what is published in between is young, or has a tag that the second look sees.
    const current = await findCurrent(target, options);
    const images = await options.inventory.list(repository);
    const { olderThanDays, now } = options;
    const decisions = decidePrune(images, { locked: target.locked, current, olderThanDays, now });
    const stays = new Set<Digest>();
    for (const decision of decisions) {
      if (!decision.remove) pruned.push({ ...decision, repository, outcome: "kept" });
      else if (!options.remove) pruned.push({ ...decision, repository, outcome: "would be removed" });
      else {
        const outcome = await collectErrors(errors, () => removeImage(decision.image, target, options, stays));
        if (outcome === undefined) return { pruned, errors };
        if (outcome !== "removed" && outcome !== "gone") keepWith(decision.image, images, stays);
        pruned.push({ ...decision, repository, outcome });
      }
    }
  }
  return { pruned, errors };
}

/** Throws the errors of a prune below its report. */
export function concludePrune(report: string, errors: readonly GenesisError[]): string {
  const [first] = errors;
  if (first !== undefined) first.message = `${report}\n${first.message}`;
  throwErrors(errors);
  return report;
}

async function removeImage(
  image: StoredImage,
  target: PruneTarget,
  options: PruneOptions,
  stays: ReadonlySet<Digest>,
): Promise<Pruned["outcome"]> {
  const { inventory } = options;
  const { repository } = target;
  if (stays.has(image.digest)) return "skipped";
  const tags = await inventory.look(repository, image.digest);
  if (tags === undefined) return "gone";
  if (tags.some((tag) => !image.tags.includes(tag))) return "skipped";
  if ((await findCurrent(target, options)).has(image.digest)) return "skipped";
  await inventory.remove(repository, image.digest);
  return "removed";
}

/** What an image names, and what is about it, stays with it. */
function keepWith(image: StoredImage, images: readonly StoredImage[], stays: Set<Digest>): void {
  stays.add(image.digest);
  for (const child of image.children) stays.add(child);
  const fallback = image.digest.replace(":", "-");
  for (const other of images) {
    if (other.subject !== image.digest && !other.tags.includes(fallback)) continue;
    stays.add(other.digest);
    for (const child of other.children) stays.add(child);
  }
}

async function findCurrent(
  { repository, inputs }: PruneTarget,
  { registry }: PruneOptions,
): Promise<ReadonlySet<Digest>> {
  if (inputs === undefined) return new Set();
  const published = await findPublished(registry, repository, inputs);
  return new Set(published === undefined ? [] : [published.manifest.digest]);
}
