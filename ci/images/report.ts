import { GenesisError } from "../lib/errors.js";
import { type Format, parseChoice, TABLE_OR_JSON } from "../lib/formats.js";
import { formatTable } from "../lib/table.js";
import type { Image } from "./catalog.js";
import type { PublishResult } from "./publish.js";
import { formatMarkdownReport, listReferences } from "./report-markdown.js";

/** Parses `--format` of a report, which a job's summary can take too. Throws `format-unknown`. */
export function parseReportFormat(text: string): Format | "markdown" {
  return parseChoice(text, [...TABLE_OR_JSON, "markdown"]);
}

/** Parses `--format` of the catalogue, which Bazel can take too, and which can say where it comes from. Throws `format-unknown`. */
export function parseCatalogFormat(text: string): Format | "bazel" | "sources" {
  return parseChoice(text, [...TABLE_OR_JSON, "bazel", "sources"]);
}

/** Renders the catalogue. */
export function formatCatalog(images: readonly Image[], format: Format): string {
  if (format === "table") {
    return formatTable(
      ["IMAGE", "PLATFORMS", "DESCRIPTION"],
      images.map((image) => [image.name, image.platforms.join(","), image.description]),
    );
  }
  const list = images.map(({ name, description, repository, platforms, args, smoke, context }) => {
    const files = context.map((entry) => entry.path);
    return { name, description, repository, platforms, args, smoke, files };
  });
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** Renders what publish did: a table, and below it each reference, by tag and by digest, on a line of its own. `target` is a sentence about where the images went. */
export function formatReport(results: readonly PublishResult[], target: string, format: Format | "markdown"): string {
  if (format === "markdown") return formatMarkdownReport(results, target);
  if (format === "json") return `${JSON.stringify({ target, images: results }, null, 2)}\n`;
  const table = formatTable(
    ["IMAGE", "STATUS", "SECONDS", "PLATFORMS"],
    results.map(({ image, status, seconds, platforms }) => [image, status, seconds.toFixed(1), platforms.join(", ")]),
  );
  const references = results.map((result) =>
    listReferences(result)
      .map((reference) => `${reference}\n`)
      .join(""),
  );
  const errors = results.flatMap(({ image, notes = [], error }) =>
    [...notes, ...(error === undefined ? [] : [error])].map((text) => `${image}: ${text}\n`),
  );
  return [
    `${target}\n\n`,
    table,
    ...references.filter(Boolean).map((each) => `\n${each}`),
    ...(errors.length > 0 ? ["\n", ...errors] : []),
  ].join("");
}

/** Returns the report, or throws it as `publish-failed` where an image failed: the caller's exit code is then not zero. */
export function concludeReport(results: readonly PublishResult[], report: string): string {
  const failed = results.filter((result) => result.status === "failed");
  if (failed.length === 0) return report;
  throw new GenesisError({
    code: "publish-failed",
    subject: failed.map((result) => result.image).join(", "),
    fact: `${failed.length} of ${results.length} images failed`,
    details: report,
  });
}
