import type { Format } from "../lib/formats.js";
import type { ScanPolicy } from "../lib/settings.js";
import { formatTable } from "../lib/table.js";
import { readTree } from "../registry/tree.js";
import type { LockedImage } from "./locked-images.js";
import { checkAllowances, formatFinding, type Judgement, judgeSbom, requireClean } from "./policy.js";
import { makeSbom } from "./sbom.js";
import { refuseUnpublished } from "./verify-image.js";

/** What was found in one platform's image. */
interface Scanned {
  image: string;
  /** The platform as the index spells it, or `-`. */
  platform: string;
  digest: string;
  /** Undefined where it was not scanned, as there was no database. */
  judgement: Judgement | undefined;
}

/**
 * Scans what the lock names for what has become known since, and renders it; builds and writes nothing. Throws `vulnerability-found` with the
 * report, `allowance-expired` before anything is scanned, and as `makeSbom` and `scanSbom` do. Without a database it is closed for a
 * public registry, and said for the embedded one.
 */
export async function scanLocked(
  images: readonly LockedImage[],
  policy: ScanPolicy,
  format: Format,
  now: Date,
): Promise<string> {
  checkAllowances(policy, now);
  const scanned: Scanned[] = [];
  for (const image of images) scanned.push(...(await scanImage(image, policy)));
  const report =
    format === "json" ? `${JSON.stringify({ policy, images: scanned }, null, 2)}\n` : formatScanned(scanned);
  const refused = scanned.flatMap(({ judgement }) => judgement?.refused ?? []);
  const names = [...new Set(scanned.filter(({ judgement }) => judgement?.refused.length).map(({ image }) => image))];
  requireClean({ refused }, names.join(", "), policy, report);
  return report;
}

async function scanImage(
  { name, subject, registry, tools, isPublic }: LockedImage,
  policy: ScanPolicy,
): Promise<Scanned[]> {
  const { repository, digest } = subject;
  const manifests = await readTree(registry, repository, digest, { blobs: false });
  if (manifests === undefined) throw refuseUnpublished(`${registry.formatRepository(repository)}@${digest}`);
  const scanned: Scanned[] = [];
  for (const manifest of manifests) {
    const place = `${registry.formatRepository(repository)}@${manifest.digest}`;
    const sbom = await makeSbom(tools, { repository, digest: manifest.digest });
    const judgement = await judgeSbom(tools, { sbom, place }, { policy, allowUnscanned: !isPublic });
    scanned.push({ image: name, platform: manifest.platform ?? "-", digest: manifest.digest, judgement });
  }
  return scanned;
}

function formatScanned(scanned: readonly Scanned[]): string {
  if (scanned.length === 0) return "The lock is empty: there is nothing to scan.\n";
  const rows = scanned.map(({ image, platform, judgement }) => [
    image,
    platform,
    judgement === undefined ? "not scanned" : judgement.refused.length > 0 ? "refused" : "passed",
    String(judgement?.found ?? "-"),
    String(judgement?.refused.length ?? "-"),
    String(judgement?.allowed.length ?? "-"),
  ]);
  const details = scanned.flatMap(({ image, platform, judgement }) => [
    ...(judgement === undefined
      ? [`${image} ${platform}: not scanned, as the vulnerability database is not available.`]
      : []),
    ...(judgement?.refused ?? []).map((finding) => `${image} ${platform}: ${formatFinding(finding)}`),
    ...(judgement?.allowed ?? []).map((finding) => `${image} ${platform}: allowed: ${formatFinding(finding)}`),
  ]);
  const table = formatTable(["IMAGE", "PLATFORM", "RESULT", "FOUND", "REFUSED", "ALLOWED"], rows);
  return [table, ...(details.length > 0 ? ["\n", ...details.map((line) => `${line}\n`)] : [])].join("");
}
