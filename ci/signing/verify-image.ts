import { type ErrorCode, GenesisError } from "../lib/errors.js";
import type { Digest } from "../lib/names.js";
import type { StepResult } from "../lib/step.js";
import type { RegistryClient } from "../registry/client.js";
import { readTree } from "../registry/tree.js";
import { makeVerifyAttestationStep, makeVerifyStep } from "./cosign.js";
import type { Subject, ToolEnvironment } from "./environment.js";
import { classifyVerification, summarize } from "./failures.js";
import { type Provenance, provenanceSchema } from "./provenance.js";
import { PREDICATES, parseClaims, parseStatements, SIGNATURE_URI } from "./statements.js";
import { describeTrust, type Trust } from "./trust.js";

export interface VerifyOptions {
  environment: ToolEnvironment;
  registry: RegistryClient;
  trust: Trust;
  /** URL of the repository that the provenance must name. */
  source: string;
  /** Reads every layer too and compares it with its digest; else manifests only, and who pulls compares the rest. */
  blobs: boolean;
}

/** A subject that verified. */
export interface Verified {
  subject: Subject;
  /** Manifests with an SBOM: one for each platform. */
  sboms: readonly Digest[];
  provenance: Provenance;
}

/**
 * Verifies an image as its users can with plain cosign: the registry's bytes are those that the digests name; who is trusted signed
 * the top one, and attested its provenance, and an SBOM of each platform's manifest. Throws `image-unpublished`, `digest-mismatch`,
 * `signature-missing`, `signature-untrusted`, `attestation-missing`, `attestation-mismatch` or `verify-failed`. Writes nothing.
 */
export async function verifyImage(subject: Subject, options: VerifyOptions): Promise<Verified> {
  const { registry, blobs } = options;
  const place = `${registry.formatRepository(subject.repository)}@${subject.digest}`;
  const read = await readTree(registry, subject.repository, subject.digest, { blobs });
  if (read === undefined) throw refuseUnpublished(place);
  await verifyClaim(subject, options, { type: SIGNATURE_URI, place });
  const provenance = await verifyProvenance(subject, options, place);
  const manifests = read.map(({ digest }) => digest);
  for (const digest of manifests) {
    const of = `${registry.formatRepository(subject.repository)}@${digest}`;
    await verifyClaim({ ...subject, digest }, options, { type: PREDICATES.sbom.uri, place: of });
  }
  return { subject, sboms: manifests, provenance };
}

/** What says that an image is not signed as it should be. Anything else says that nobody knows. */
const FLAWS: readonly ErrorCode[] = [
  "signature-missing",
  "signature-untrusted",
  "attestation-missing",
  "attestation-mismatch",
];

/** Why an image does not verify; undefined where it does. Throws what `verifyImage` throws where that could not be found out. */
export async function findFlaw(subject: Subject, options: VerifyOptions): Promise<GenesisError | undefined> {
  try {
    await verifyImage(subject, options);
    return undefined;
  } catch (error) {
    if (error instanceof GenesisError && FLAWS.includes(error.code)) return error;
    throw error;
  }
}

/** Throws unless cosign verifies something of this type for the subject's own digest. */
async function verifyClaim(
  subject: Subject,
  { environment, trust }: VerifyOptions,
  { type, place }: { type: string; place: string },
): Promise<void> {
  const result = await environment.run(await makeVerifyStep(environment.registry, subject, trust));
  if (result.exitCode !== 0) throw refuseResult(result, place, trust, type);
  const claims = parseOutput(result, place, parseClaims);
  // cosign takes any attestation for a signature, so what was verified is looked at.
  const found = claims.filter((claim) => claim.type === type);
  if (found.length === 0) throw refuseMissing(place, trust, type);
  if (!found.some(({ digest }) => digest === subject.digest))
    throw refuseMismatch(place, `it is of ${found[0]?.digest}`);
}

async function verifyProvenance(subject: Subject, options: VerifyOptions, place: string): Promise<Provenance> {
  const { environment, trust, source } = options;
  const type = PREDICATES.provenance.uri;
  const step = await makeVerifyAttestationStep(environment.registry, subject, trust, "provenance");
  const result = await environment.run(step);
  if (result.stderr.includes("none of the attestations matched the predicate type"))
    throw refuseMissing(place, trust, type);
  if (result.exitCode !== 0) throw refuseResult(result, place, trust, type);
  const statements = parseOutput(result, place, parseStatements).filter((statement) => statement.type === type);
  const own = statements.filter(({ digests }) => digests.includes(subject.digest));
  if (own.length === 0) throw refuseMismatch(place, "the provenance is of another digest");
  const provenances = parseOutput(result, place, () => own.map(({ predicate }) => provenanceSchema.parse(predicate)));
  const found = provenances.find(({ buildDefinition }) => buildDefinition.externalParameters.source === source);
  if (found !== undefined) return found;
  const other = provenances[0]?.buildDefinition.externalParameters.source;
  throw refuseMismatch(place, `the provenance names the source ${other}, and genesis.json ${source}`);
}

function parseOutput<T>(result: StepResult, place: string, parse: (stdout: string) => T): T {
  try {
    return parse(result.stdout);
  } catch (cause) {
    throw refuseFailed(place, "cosign printed what is not in its documented format", { cause });
  }
}

function refuseResult(result: StepResult, place: string, trust: Trust, type: string): GenesisError {
  const kind = classifyVerification(result);
  if (kind === "missing") return refuseMissing(place, trust, type);
  if (kind === "mismatch") return refuseMismatch(place, "what stands beside it was signed for another digest");
  if (kind === "untrusted") {
    const fact = `what is signed there was not signed by ${describeTrust(trust)}`;
    return new GenesisError({ code: "signature-untrusted", subject: place, fact });
  }
  return refuseFailed(place, `cosign ended with ${result.exitCode}: ${summarize(result)}`);
}

function refuseMissing(place: string, trust: Trust, type: string): GenesisError {
  const signature = type === SIGNATURE_URI;
  return new GenesisError({
    code: signature ? "signature-missing" : "attestation-missing",
    subject: place,
    fact: `the registry holds no ${signature ? "signature" : `attestation of type ${type}`} by ${describeTrust(trust)}`,
  });
}

function refuseMismatch(place: string, fact: string): GenesisError {
  return new GenesisError({ code: "attestation-mismatch", subject: place, fact });
}

function refuseFailed(place: string, fact: string, options?: ErrorOptions): GenesisError {
  return new GenesisError({ code: "verify-failed", subject: place, fact }, options);
}

/** `image-unpublished`: a digest that the registry does not have. */
export function refuseUnpublished(place: string): GenesisError {
  return new GenesisError({
    code: "image-unpublished",
    subject: place,
    fact: "the registry has nothing of this digest",
  });
}
