import { GenesisError } from "../lib/errors.js";
import { SETTINGS_PATH, type Settings } from "../lib/settings.js";
import { type IdentityRequest, requestIdentityToken } from "./identity-token.js";

const SUBJECT = `${SETTINGS_PATH} signing`;

/** Whose signatures count: a key pair's, or those of an identity that an issuer vouches for (keyless). */
export type Trust = NonNullable<Settings["signing"]>;

/** What signs: a key of cosign's format with its password, or a source of tokens that name the identity. */
export type Signer =
  | { kind: "key"; privateKey: string; password: string }
  | { kind: "keyless"; getToken: () => Promise<string> };

/** Who is trusted, in words. */
export function describeTrust(trust: Trust): string {
  return trust.kind === "key" ? "the key of genesis.json" : trust.identity;
}

/** What a caller gave to sign with. */
export interface SigningInput {
  privateKey: string | undefined;
  password: string | undefined;
  identity: IdentityRequest | undefined;
}

/**
 * What signs, or undefined where nothing is signed. Closed for a public registry, whose users expect signatures once genesis.json
 * names who signs; the embedded registry takes images without. Throws `signing-unconfigured`, `signing-key-differs` or `signing-key-missing`.
 */
export function chooseSigner(trust: Trust | null, input: SigningInput, isPublic: boolean): Signer | undefined {
  const { password, identity } = input;
  // A workflow without the secret gives an empty one.
  const privateKey = input.privateKey || undefined;
  if (privateKey !== undefined && trust === null) throw refuseUnconfigured();
  if (privateKey !== undefined && trust?.kind === "keyless") {
    throw new GenesisError({
      code: "signing-key-differs",
      subject: SUBJECT,
      fact: `it trusts ${describeTrust(trust)}, and a key was given`,
      next: "publish without a key, in the workflow",
    });
  }
  if (trust === null) return undefined;
  if (trust.kind === "key" && privateKey !== undefined) return { kind: "key", privateKey, password: password ?? "" };
  if (trust.kind === "keyless" && identity !== undefined) {
    return { kind: "keyless", getToken: () => requestIdentityToken(identity) };
  }
  if (!isPublic) return undefined;
  throw new GenesisError({
    code: "signing-key-missing",
    subject: SUBJECT,
    fact: `it trusts ${describeTrust(trust)}, and nothing was given that signs`,
    next:
      trust.kind === "key"
        ? "run the same command with --signing-key and --signing-password; in a workflow, set the repository's secrets COSIGN_PRIVATE_KEY and COSIGN_PASSWORD"
        : "publish in the workflow, whose jobs have an identity",
  });
}

/** `signing-unconfigured`: a function needs to know whose signatures count. */
export function refuseUnconfigured(): GenesisError {
  return new GenesisError({
    code: "signing-unconfigured",
    subject: SUBJECT,
    fact: "it does not say whose signatures count",
  });
}
