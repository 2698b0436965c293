import { GenesisError } from "../lib/errors.js";
import type { Step } from "../lib/step.js";
import { makeAttestStep, makePublicKeyStep, makeSignStep } from "./cosign.js";
import { formatReference, type Subject, type ToolEnvironment } from "./environment.js";
import { summarize } from "./failures.js";
import type { Signer, Trust } from "./trust.js";

/** What is put beside an image: the provenance beside what its tag names, an SBOM beside each platform's manifest. */
export interface Evidence {
  subject: Subject;
  provenance: string;
  sboms: readonly { subject: Subject; text: string }[];
}

/**
 * Signs an image and attests what is known of it, in the registry. One after the other: where the registry has no referrers API
 * (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#unavailable-referrers-api) each of them rewrites one index,
 * and two at a time would lose one. Throws `signing-failed`, `tool-unavailable` or `pin-missing`.
 */
export async function signImage(environment: ToolEnvironment, signer: Signer, evidence: Evidence): Promise<void> {
  const { subject, provenance, sboms } = evidence;
  const { registry } = environment;
  await runSigning(environment, await makeSignStep(registry, subject, signer), subject);
  const attested = [{ subject, kind: "provenance" as const, text: provenance }];
  const listed = sboms.map((sbom) => ({ ...sbom, kind: "sbom" as const }));
  for (const { subject: of, ...predicate } of [...attested, ...listed]) {
    await runSigning(environment, await makeAttestStep(registry, of, signer, predicate), of);
  }
}

async function runSigning({ registry, run }: ToolEnvironment, step: Step, subject: Subject): Promise<void> {
  const result = await run(step);
  if (result.exitCode === 0) return;
  throw new GenesisError({
    code: "signing-failed",
    subject: formatReference(registry, subject),
    fact: `${step.argv.slice(0, 2).join(" ")} ended with ${result.exitCode}: ${summarize(result)}`,
  });
}

/**
 * Throws `signing-key-differs` unless what signs is what is trusted: compared before anything is built, since nobody could verify
 * what is signed otherwise.
 */
export async function checkSigner(environment: ToolEnvironment, signer: Signer, trust: Trust): Promise<void> {
  if (signer.kind === "keyless") return;
  if (trust.kind !== "key") throw refuseSigner(`it trusts ${trust.identity}, and a key was given`);
  const result = await environment.run(await makePublicKeyStep(signer));
  if (result.exitCode !== 0) throw refuseSigner(`cosign could not read the key that was given: ${summarize(result)}`);
  if (result.stdout.trim() !== trust.publicKey.trim()) {
    throw refuseSigner("it trusts another public key than that of the key that was given");
  }
}

function refuseSigner(fact: string): GenesisError {
  return new GenesisError({ code: "signing-key-differs", subject: "genesis.json signing", fact });
}
