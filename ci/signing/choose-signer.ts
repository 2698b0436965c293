import { GenesisError } from "../lib/errors.js";
import { SETTINGS_PATH } from "../lib/settings.js";
import { type IdentityRequest, requestIdentityToken } from "./identity-token.js";
import { describeTrust, type Signer, type Trust } from "./trust.js";

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
  const { privateKey, password, identity } = input;
  if (privateKey !== undefined && trust === null) throw requireTrust();
  if (privateKey !== undefined && trust?.kind === "keyless") throw refuseKey(trust);
  if (trust === null) return undefined;
  if (trust.kind === "key" && privateKey !== undefined) return { kind: "key", privateKey, password: password ?? "" };
  if (trust.kind === "keyless" && identity !== undefined) {
    return { kind: "keyless", getToken: () => requestIdentityToken(identity) };
  }
  if (isPublic) throw requireSigner(trust);
  return undefined;
}

const SUBJECT = `${SETTINGS_PATH} signing`;

/** `signing-unconfigured`: a function needs to know whose signatures count. */
export function requireTrust(): GenesisError {
  return new GenesisError({
    code: "signing-unconfigured",
    subject: SUBJECT,
    fact: "it does not say whose signatures count",
  });
}

function refuseKey(trust: Trust): GenesisError {
  return new GenesisError({
    code: "signing-key-differs",
    subject: SUBJECT,
    fact: `it trusts ${describeTrust(trust)}, and a key was given`,
    next: "publish without a key, in the workflow",
  });
}

function requireSigner(trust: Trust): GenesisError {
  return new GenesisError({
    code: "signing-key-missing",
    subject: SUBJECT,
    fact: `it trusts ${describeTrust(trust)}, and nothing was given that signs`,
    next:
      trust.kind === "key"
        ? "run the same command with --signing-key and --signing-password"
        : "publish in the workflow, whose jobs have an identity",
  });
}
