/** Kinds of attestations. */
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
