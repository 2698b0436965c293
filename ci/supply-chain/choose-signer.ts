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
  if (privateKey !== undefined && trust?.kind === "keyless") {
    throw refuse(
      "signing-key-differs",
      `it trusts ${trust.identity}, and a key was given`,
      "the same command without a key, in the workflow",
    );
  }
  if (trust === null) return undefined;
  if (trust.kind === "key" && privateKey !== undefined) return { kind: "key", privateKey, password: password ?? "" };
  if (trust.kind === "keyless" && identity !== undefined) {
    return { kind: "keyless", getToken: () => requestIdentityToken(identity) };
  }
  if (!isPublic) return undefined;
  const next =
    trust.kind === "key"
      ? "the same command with --signing-key and --signing-password"
      : "publish by the workflow, whose jobs have an identity";
  throw refuse("signing-key-missing", `it trusts ${describeTrust(trust)}, and nothing was given that signs`, next);
}

/** `signing-unconfigured`: a function needs to know whose signatures count. */
export function requireTrust(): GenesisError {
  return refuse("signing-unconfigured", "it does not say whose signatures count", "docs/runbooks/verify-an-image.md");
}

function refuse(
  code: "signing-unconfigured" | "signing-key-differs" | "signing-key-missing",
  fact: string,
  next: string,
): GenesisError {
  const subject = `${SETTINGS_PATH} signing`;
  return new GenesisError({ code, subject, fact, effect: "Nothing was built, published or locked", next });
}
