import type { Step } from "../lib/step.js";
import { formatReference, makeLogin, type Subject, type ToolRegistry } from "./environment.js";
import { PREDICATES, type Predicate } from "./statements.js";
import type { Signer, Trust } from "./trust.js";

const PREDICATE_FILE = "predicate.json";
const KEY_FILE = "cosign.pub";

/** Signs a subject by digest: a bundle beside it in the registry. */
export async function makeSignStep(registry: ToolRegistry, subject: Subject, signer: Signer): Promise<Step> {
  return {
    argv: makeArgv(registry, subject, ["sign", "--yes", ...listSignerFlags(signer)]),
    secrets: await readSecrets(signer),
    ...(await makeLogin(registry)),
  };
}

/** Attests something of a subject: a signed in-toto statement with the predicate, beside it in the registry. */
export async function makeAttestStep(
  registry: ToolRegistry,
  subject: Subject,
  signer: Signer,
  { kind, text }: { kind: Predicate; text: string },
): Promise<Step> {
  const predicate = ["--type", PREDICATES[kind].type, "--predicate", PREDICATE_FILE];
  return {
    argv: makeArgv(registry, subject, ["attest", "--yes", ...predicate, ...listSignerFlags(signer)]),
    secrets: await readSecrets(signer),
    files: { [PREDICATE_FILE]: text },
    ...(await makeLogin(registry)),
  };
}

/** Verifies that who is trusted signed a subject; prints what was signed as JSON. */
export async function makeVerifyStep(registry: ToolRegistry, subject: Subject, trust: Trust): Promise<Step> {
  return {
    argv: makeArgv(registry, subject, ["verify", "--output", "json", ...listTrustFlags(trust)]),
    files: listTrustFiles(trust),
    ...(await makeLogin(registry)),
  };
}

/** Verifies the attestations of one kind, and prints them, one envelope a line. */
export async function makeVerifyAttestationStep(
  registry: ToolRegistry,
  subject: Subject,
  trust: Trust,
  kind: Predicate,
): Promise<Step> {
  const flags = ["--type", PREDICATES[kind].type, ...listTrustFlags(trust)];
  return {
    argv: makeArgv(registry, subject, ["verify-attestation", ...flags]),
    files: listTrustFiles(trust),
    ...(await makeLogin(registry)),
  };
}

/** Prints the public key of a signing key. */
export async function makePublicKeyStep(signer: Signer & { kind: "key" }): Promise<Step> {
  return { argv: ["cosign", "public-key", "--key", KEY_VARIABLE], secrets: await readSecrets(signer) };
}

const KEY_VARIABLE = "env://COSIGN_PRIVATE_KEY";

/** A key signs without the transparency log and the services around it: it works offline, and tells nobody. */
function listSignerFlags(signer: Signer): string[] {
  if (signer.kind === "keyless") return [];
  return ["--key", KEY_VARIABLE, "--use-signing-config=false", "--tlog-upload=false"];
}

async function readSecrets(signer: Signer): Promise<Record<string, string>> {
  if (signer.kind === "keyless") return { SIGSTORE_ID_TOKEN: await signer.getToken() };
  return { COSIGN_PRIVATE_KEY: signer.privateKey, COSIGN_PASSWORD: signer.password };
}

function listTrustFlags(trust: Trust): string[] {
  if (trust.kind === "key") return ["--key", KEY_FILE, "--insecure-ignore-tlog=true"];
  return ["--certificate-identity", trust.identity, "--certificate-oidc-issuer", trust.issuer];
}

function listTrustFiles(trust: Trust): Record<string, string> {
  return trust.kind === "key" ? { [KEY_FILE]: trust.publicKey } : {};
}

function makeArgv(registry: ToolRegistry, subject: Subject, command: readonly string[]): string[] {
  const http = registry.plainHttp ? ["--allow-http-registry"] : [];
  return ["cosign", ...command, ...http, formatReference(registry, subject)];
}
