import { z } from "zod";
import { GenesisError } from "../lib/errors.js";

/** What a GitHub job with `id-token: write` has in its environment: https://docs.github.com/en/actions/reference/security/oidc */
export interface IdentityRequest {
  /** ACTIONS_ID_TOKEN_REQUEST_URL. */
  url: string;
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN; secret. */
  token: string;
}

/** Whom Sigstore's certificate authority wants a token to be for. */
const AUDIENCE = "sigstore";
const TIMEOUT_MS = 30_000;

const answerSchema = z.object({ value: z.string().min(1) });

/**
 * Asks GitHub for a token that names the running workflow, for Sigstore alone. cosign is given this token and not what it is asked
 * for with, which would get one for AWS too. It is good for minutes, so each signature asks for its own. Throws `signing-failed`.
 */
export async function requestIdentityToken({ url, token }: IdentityRequest): Promise<string> {
  let fact: string;
  try {
    const target = new URL(url);
    target.searchParams.set("audience", AUDIENCE);
    const response = await fetch(target, {
      headers: { authorization: `bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return answerSchema.parse(await response.json()).value;
    fact = `it answered ${response.status}`;
  } catch (error) {
    // Only a name: a message can repeat the URL.
    fact = `the request ended with ${(error as Error).name}`;
  }
  throw new GenesisError({
    code: "signing-failed",
    subject: "GitHub's identity token",
    fact,
    next: "run it again in a GitHub job that has id-token: write",
  });
}
