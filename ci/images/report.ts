import { GenesisError } from "../lib/errors.js";
import { type Format, parseChoice, TABLE_OR_JSON } from "../lib/formats.js";
import { formatTable } from "../lib/table.js";
import { ECR_PUBLIC_HOST } from "../registry/ecr-public.js";
import type { Image } from "./catalog.js";
import type { PublishResult } from "./publish.js";
import { formatMarkdownReport } from "./report-markdown.js";

/** Parses `--format` of a report, which a job's summary can take too. Throws `format-unknown`. */
export function parseReportFormat(text: string): Format | "markdown" {
  return parseChoice(text, [...TABLE_OR_JSON, "markdown"]);
}

/** Parses `--format` of the catalogue, which Bazel can take too. Throws `format-unknown`. */
export function parseCatalogFormat(text: string): Format | "bazel" {
  return parseChoice(text, [...TABLE_OR_JSON, "bazel"]);
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

/** `sha256:` and 12 digits: enough to compare by eye. JSON has the whole digest. */
const DIGEST_SHOWN = 19;

/** The reference below its registry, which the report's first line names. */
function shortenReference(reference: string): string {
  const [host, alias, ...rest] = reference.split("/");
  return host === ECR_PUBLIC_HOST ? rest.join("/") : [alias, ...rest].join("/");
}

/** Renders what publish did. `target` is a sentence about where the images went. */
export function formatReport(results: readonly PublishResult[], target: string, format: Format | "markdown"): string {
  if (format === "markdown") return formatMarkdownReport(results, target);
  if (format === "json") return `${JSON.stringify({ target, images: results }, null, 2)}\n`;
  const table = formatTable(
    ["IMAGE", "STATUS", "SECONDS", "REFERENCE", "DIGEST", "PLATFORMS"],
    results.map((result) => [
      result.image,
      result.status,
      result.seconds.toFixed(1),
      shortenReference(result.reference),
      result.digest?.slice(0, DIGEST_SHOWN) ?? "-",
      result.platforms.join("\n"),
    ]),
  );
  const errors = results.flatMap(({ image, notes = [], error }) =>
    [...notes, ...(error === undefined ? [] : [error])].map((text) => `${image}: ${text}\n`),
  );
  return [`${target}\n\n`, table, ...(errors.length > 0 ? ["\n", ...errors] : [])].join("");
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
