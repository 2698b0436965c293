import type { Settings } from "../lib/settings.js";

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
