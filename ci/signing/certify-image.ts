import { GenesisError } from "../lib/errors.js";
import type { RepositoryName } from "../lib/names.js";
import type { Layout } from "../registry/layout.js";
import { describeJudgement, type JudgeOptions, judgeSbom, requireClean } from "./policy.js";
import { makeSbom } from "./sbom.js";
import { type Evidence, signImage } from "./sign-image.js";
import type { Signer } from "./trust.js";
import { type VerifyOptions, verifyImage } from "./verify-image.js";

export interface ScanOptions extends JudgeOptions, Pick<VerifyOptions, "environment" | "registry"> {}

export interface CertifyOptions extends ScanOptions, Omit<VerifyOptions, "blobs"> {
  signer: Signer;
}

/** An image that is in the registry by digest, and has no tag yet. */
export interface CertifyRequest {
  repository: RepositoryName;
  layout: Layout;
}

/** What is in each platform's image, and sentences on what is not as it could be. */
interface Scanned {
  sboms: Evidence["sboms"];
  notes: string[];
}

/**
 * Lists what is in each platform's image and scans it. Throws `sbom-failed`, `scan-failed`, `scan-database-unavailable`,
 * `vulnerability-found`, `tool-unavailable`.
 */
export async function scanLayout({ repository, layout }: CertifyRequest, options: ScanOptions): Promise<Scanned> {
  const { environment, registry, policy } = options;
  const notes: string[] = [];
  const sboms = [];
  for (const { manifest, platform } of layout.variants) {
    const subject = { repository, digest: manifest.digest };
    const text = await makeSbom(environment, subject);
    const place = `${registry.formatRepository(repository)}@${manifest.digest} ${platform}`;
    const judgement = await judgeSbom(environment, { sbom: text, place }, options);
    if (judgement !== undefined) requireClean(judgement, place, policy);
    notes.push(...describeJudgement(judgement, place));
    sboms.push({ subject, text });
  }
  return { sboms, notes };
}

/**
 * Scans an image, signs it and attests what is in it and how it was built, and verifies that as a user would. Only then a publish writes a
 * tag: so no tag ever names an image that the policy refuses or that does not verify. Returns sentences on what is not as it could be.
 * Throws as `scanLayout` does, `sbom-too-large`, `signing-failed`, and everything of `verifyImage`.
 */
export async function certifyImage(
  request: CertifyRequest & { provenance: string },
  options: CertifyOptions,
): Promise<string[]> {
  const { repository, layout, provenance } = request;
  const { environment, registry, signer } = options;
  const { sboms, notes } = await scanLayout(request, options);
  if (signer.kind === "keyless") checkSizes(sboms, registry.formatRepository(repository));
  const subject = { repository, digest: layout.top.digest };
  await signImage(environment, signer, { subject, provenance, sboms });
  await verifyImage(subject, { ...options, environment, registry, blobs: false });
  return notes;
}

/**
 * Most that the public transparency log takes of an SBOM, in bytes. It takes requests of 4 MiB
 * (https://github.com/sigstore/rekor-tiles/blob/main/cmd/rekor-server/app/serve.go, max-request-body-size), in which the attestation stands in base64;
 * what is larger ends in a connection that breaks (https://github.com/sigstore/rekor/issues/2808).
 */
const SBOM_MAX_BYTES = 3_000_000;

/** Throws `sbom-too-large`, before anything of the image stands in a log that forgets nothing. */
function checkSizes(sboms: Evidence["sboms"], repository: string): void {
  const large = sboms.filter(({ text }) => Buffer.byteLength(text) > SBOM_MAX_BYTES);
  if (large.length === 0) return;
  throw new GenesisError({
    code: "sbom-too-large",
    subject: repository,
    fact: `Sigstore's log takes ${SBOM_MAX_BYTES} bytes of an SBOM`,
    details: large.map(({ subject, text }) => `${subject.digest}: ${Buffer.byteLength(text)} bytes`),
  });
}
