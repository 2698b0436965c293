import type { Format } from "../lib/formats.js";
import { formatTable } from "../lib/table.js";
import type { Pruned } from "./prune.js";

/** Renders what a prune did, or would do. `target` is a sentence about the registry. */
export function formatPruned(pruned: readonly Pruned[], target: string, format: Format): string {
  const rows = pruned.map(({ repository, image, outcome, reason }) => ({
    repository,
    outcome,
    reason,
    digest: image.digest,
    tags: image.tags,
    pushedAt: image.pushedAt?.toISOString() ?? null,
  }));
  if (format === "json") return `${JSON.stringify({ target, images: rows }, null, 2)}\n`;
  const table = formatTable(
    ["REPOSITORY", "OUTCOME", "WHY", "TAG", "DIGEST"],
    rows.map(({ repository, outcome, reason, tags, digest }) => [
      repository,
      outcome,
      reason,
      tags.find((tag) => tag.startsWith("in-")) ?? tags[0]?.slice(0, 20) ?? "-",
      digest.slice(7, 19),
    ]),
  );
  const removed = rows.filter(({ outcome }) => outcome === "removed" || outcome === "would be removed").length;
  const dry = rows.some(({ outcome }) => outcome === "would be removed") ? " Nothing was removed; --remove does." : "";
  return `${target}\n\n${table}\n${removed} of ${rows.length} go.${dry}\n`;
}
