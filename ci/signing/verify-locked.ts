import { collectErrors, type GenesisError, throwErrors } from "../lib/errors.js";
import type { Format } from "../lib/formats.js";
import { formatTable } from "../lib/table.js";
import type { LockedImage } from "./locked-images.js";
import { describeTrust, type Trust } from "./trust.js";
import { type Verified, verifyImage } from "./verify-image.js";

/** An image that verified: its name, and its reference by digest. */
type Named = Verified & { name: string; place: string };

/** Verifies images to the last byte, and renders what was seen. Throws everything that does not verify, at once. */
export async function verifyLocked(
  images: readonly LockedImage[],
  { trust, source }: { trust: Trust; source: string },
  format: Format,
): Promise<string> {
  const errors: GenesisError[] = [];
  const verified: Named[] = [];
  for (const { name, subject, registry, tools } of images) {
    const options = { environment: tools, registry, trust, source, blobs: true };
    const result = await collectErrors(errors, () => verifyImage(subject, options));
    const place = `${registry.formatRepository(subject.repository)}@${subject.digest}`;
    if (result !== undefined) verified.push({ name, place, ...result });
  }
  throwErrors(errors);
  return format === "json" ? formatJson(verified, trust) : formatVerified(verified, trust);
}

function formatJson(verified: readonly Named[], trust: Trust): string {
  const images = verified.map(({ name, subject, sboms, provenance }) => ({
    image: name,
    ...subject,
    sboms,
    provenance,
  }));
  return `${JSON.stringify({ trust, images }, null, 2)}\n`;
}

function formatVerified(verified: readonly Named[], trust: Trust): string {
  if (verified.length === 0) return "The lock is empty: there is nothing to verify.\n";
  const rows = verified.map(({ name, sboms, provenance: { buildDefinition } }) => [
    name,
    String(sboms.length),
    buildDefinition.externalParameters.revision?.slice(0, 12) ?? "-",
  ]);
  const table = formatTable(["IMAGE", "SBOMS", "REVISION"], rows);
  const references = verified.map(({ place }) => `${place}\n`).join("");
  return `Signed by ${describeTrust(trust)}; every byte is the one its digest names.\n\n${table}\n${references}`;
}
