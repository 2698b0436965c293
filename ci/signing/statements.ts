import { z } from "zod";
import { type Digest, parseDigest } from "../lib/names.js";

export type Predicate = "provenance" | "sbom";

/** How cosign calls each predicate type, and its URI in the statement. */
export const PREDICATES = {
  /** https://slsa.dev/spec/v1.0/provenance */
  provenance: { type: "slsaprovenance1", uri: "https://slsa.dev/provenance/v1" },
  /** https://cyclonedx.org/specification/overview/ */
  sbom: { type: "cyclonedx", uri: "https://cyclonedx.org/bom" },
} as const satisfies Record<Predicate, { type: string; uri: string }>;

/** The predicate type of a plain signature: https://docs.sigstore.dev/cosign/signing/signing_with_containers/ */
export const SIGNATURE_URI = "https://sigstore.dev/cosign/sign/v1";

const digestSchema = z.string().transform((text) => parseDigest(text, "cosign"));

const claimsSchema = z.array(
  z.object({
    critical: z.object({ image: z.object({ "docker-manifest-digest": digestSchema }), type: z.string() }),
  }),
);

/** Something that cosign verified: of which digest, and the type of its predicate. */
export interface Claim {
  digest: Digest;
  type: string;
}

/** Parses what `cosign verify --output json` prints: everything that was verified, signatures and attestations alike. Throws a ZodError or SyntaxError. */
export function parseClaims(stdout: string): Claim[] {
  return claimsSchema
    .parse(JSON.parse(stdout))
    .map(({ critical: { image, type } }) => ({ digest: image["docker-manifest-digest"], type }));
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const statementSchema = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })).min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/** A verified in-toto statement. */
export interface Statement {
  digests: readonly Digest[];
  type: string;
  predicate: unknown;
}

/** Parses what `cosign verify-attestation` prints: an envelope a line. Throws a ZodError or SyntaxError. */
export function parseStatements(stdout: string): Statement[] {
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const { payload } = z.object({ payload: z.base64() }).parse(JSON.parse(line));
    const statement = statementSchema.parse(JSON.parse(Buffer.from(payload, "base64").toString("utf8")));
    return {
      digests: statement.subject.map(({ digest }) => parseDigest(`sha256:${digest.sha256}`, "cosign")),
      type: statement.predicateType,
      predicate: statement.predicate,
    };
  });
}
