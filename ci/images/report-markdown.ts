import { formatCode, formatFence } from "../lib/markdown.js";
import { parseImageName } from "../lib/names.js";
import type { LockEntry } from "./lock.js";
import { renderModule } from "./module-bazel.js";
import type { PublishResult } from "./publish.js";

/**
 * GitHub drops a step's summary beyond 1 MiB; some room is left for what else a job writes:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
 */
export const REPORT_MAX_BYTES = 1_000_000;

/**
 * Markdown for a job's summary: what publish did with each image, and for each that is published what another repository puts into its
 * MODULE.bazel. At most REPORT_MAX_BYTES; the sections that do not fit are left out whole, and that is said.
 */
export function formatMarkdownReport(results: readonly PublishResult[], target: string): string {
  const head = `## Images: ${formatStatuses(results)}\n\n${target}\n\n${formatRows(results)}`;
  const sections = results.flatMap((result) => {
    const { image, notes, error } = result;
    return [
      ...formatConsumption(result),
      ...(notes === undefined ? [] : [`\n${formatFence(notes.join("\n"), "text")}`]),
      ...(error === undefined ? [] : [`\n### ${formatCode(image)} failed\n\n${formatFence(error, "text")}`]),
    ];
  });
  const shown: string[] = [];
  let room = REPORT_MAX_BYTES - Buffer.byteLength(head);
  for (const section of sections) {
    room -= Buffer.byteLength(section);
    // Room for the sentence about what is left out.
    if (room < 200) break;
    shown.push(section);
  }
  const left = sections.length - shown.length;
  const rest = left > 0 ? `\n${left} more do not fit here. Next: dagger call images --format bazel\n` : "";
  return [head, ...shown, rest].join("");
}

function formatStatuses(results: readonly PublishResult[]): string {
  const counts = new Map<string, number>();
  for (const { status } of results) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(", ") || "none";
}

/** How a published image is named: by its tag, and by its digest. None where nothing is published. */
export function listReferences({ reference, digest }: PublishResult): string[] {
  return digest === undefined ? [] : [reference, `${reference.slice(0, reference.lastIndexOf(":"))}@${digest}`];
}

function formatRows(results: readonly PublishResult[]): string {
  const rows = results.map(({ image, status, platforms }) =>
    [formatCode(image), status, platforms.join(", ")].join(" | "),
  );
  const head = "| image | status | platforms |\n| --- | --- | --- |\n";
  return head + rows.map((row) => `| ${row} |\n`).join("");
}

function formatConsumption(result: PublishResult): string[] {
  const { image, reference, digest, mediaType, platforms, inputs } = result;
  if (digest === undefined || mediaType === undefined || inputs === undefined) return [];
  const name = parseImageName(image);
  const repository = reference.slice(0, reference.lastIndexOf(":"));
  const entry: LockEntry = { repository, digest, mediaType, platforms: [...platforms], inputs };
  const module = formatFence(renderModule([name], new Map([[name, entry]])), "starlark");
  return [`\n### ${formatCode(image)}\n\n${formatFence(listReferences(result).join("\n"), "text")}\n${module}`];
}
