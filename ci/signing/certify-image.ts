import type { RepositoryName } from "../lib/names.js";
import type { Layout } from "../registry/layout.js";
import { describeJudgement, type JudgeOptions, judgeSbom, requireClean } from "./policy.js";
import { makeSbom } from "./sbom.js";
import { signImage } from "./sign-image.js";
import type { Signer } from "./trust.js";
import { type VerifyOptions, verifyImage } from "./verify-image.js";

export interface CertifyOptions extends Omit<VerifyOptions, "blobs">, JudgeOptions {
  signer: Signer;
}

/** An image that is in the registry by digest, and has no tag yet. */
export interface CertifyRequest {
  repository: RepositoryName;
  layout: Layout;
  provenance: string;
}

/**
 * Lists what is in each platform's image, scans it, signs the image and attests all of it, and verifies that as a user would. Only
 * then a publish writes a tag: so no tag ever names an image that the policy refuses or that does not verify. Returns sentences on what is
 * not as it could be. Throws what the steps throw: `sbom-failed`, `scan-failed`, `scan-database-unavailable`, `vulnerability-found`,
 * `signing-failed`, `tool-unavailable`, and everything of `verifyImage`.
 */
export async function certifyImage(request: CertifyRequest, options: CertifyOptions): Promise<string[]> {
  const { repository, layout, provenance } = request;
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
  const subject = { repository, digest: layout.top.digest };
  await signImage(environment, options.signer, { subject, provenance, sboms });
  await verifyImage(subject, { ...options, environment, registry, blobs: false });
  return notes;
}
