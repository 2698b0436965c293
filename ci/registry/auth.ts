import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { quoteText } from "../lib/names.js";

export interface RegistryCredentials {
  username: string;
  password: string;
}

/** Gets credentials: once when the registry asks for them, once more when it refuses them. */
export type CredentialSource = () => Promise<RegistryCredentials>;

export interface Challenge {
  scheme: "basic" | "bearer";
  realm?: string;
  service?: string;
  scope?: string;
}

/** Parses a Basic or Bearer challenge (RFC 9110, 11.6.1); undefined for any other. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const match = /^\s*(basic|bearer)\b(.*)$/is.exec(header ?? "");
  if (match === null) return undefined;
  const challenge: Challenge = { scheme: match[1]?.toLowerCase() as Challenge["scheme"] };
  for (const [, key, quoted, bare] of (match[2] ?? "").matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    if (key === "realm" || key === "service" || key === "scope") challenge[key] = quoted ?? bare ?? "";
  }
  return challenge;
}

/** The scope to ask for: the registry's own, unless it names one repository; then the one at hand. */
export function chooseScope(challenge: Challenge, repository: string, push: boolean): string | undefined {
  if (!challenge.scope?.startsWith("repository:")) return challenge.scope;
  return `repository:${repository}:${push ? "pull,push" : "pull"}`;
}

const tokenSchema = z.union([
  z.object({ token: z.string().min(1) }).transform(({ token }) => token),
  z.object({ access_token: z.string().min(1) }).transform(({ access_token }) => access_token),
]);

/** Fetches JSON from a token server; the client's own transport, with its retries. */
export type TokenFetch = (url: URL, headers: Record<string, string>) => Promise<unknown>;

/**
 * The Authorization headers of one registry, by the Basic scheme or by the token flow of the distribution
 * specification (https://distribution.github.io/distribution/spec/auth/token/). A token is kept for its scope.
 */
export class RegistryAuth {
  #credentials: Promise<RegistryCredentials> | undefined;
  #challenge: Challenge | undefined;
  readonly #headers = new Map<string, Promise<string>>();

  constructor(
    private readonly source: CredentialSource | undefined,
    private readonly fetchToken: TokenFetch,
    private readonly registry: string,
  ) {}

  /** The header to send before any challenge to this request: none until the registry asked once. */
  async header(repository: string): Promise<string | undefined> {
    return this.#challenge === undefined ? undefined : this.#login(this.#challenge, repository);
  }

  /**
   * Answers a 401: the header to try next, or undefined when there is nothing to answer with.
   * `refused` is the header that the registry turned down; it is forgotten, with the credentials behind it.
   */
  async answer(challenge: Challenge | undefined, repository: string, refused?: string): Promise<string | undefined> {
    const answered = challenge ?? this.#challenge;
    if (answered === undefined) return undefined;
    this.#challenge = answered;
    if (answered.scheme === "basic" && this.source === undefined) return undefined;
    if (refused !== undefined) await this.#forget(answered, repository, refused);
    return this.#login(answered, repository);
  }

  /** Drops a refused header, unless a concurrent request has replaced it already. */
  async #forget(challenge: Challenge, repository: string, refused: string): Promise<void> {
    const key = this.#key(challenge, repository);
    const kept = await this.#headers.get(key)?.catch(() => undefined);
    if (kept !== undefined && kept !== refused) return;
    this.#headers.delete(key);
    this.#credentials = undefined;
  }

  #key(challenge: Challenge, repository: string): string {
    return challenge.scheme === "basic" ? "" : (chooseScope(challenge, repository, this.source !== undefined) ?? "");
  }

  #login(challenge: Challenge, repository: string): Promise<string> {
    const key = this.#key(challenge, repository);
    const kept = this.#headers.get(key);
    if (kept !== undefined) return kept;
    const made = this.#makeHeader(challenge, key);
    this.#headers.set(key, made);
    made.catch(() => this.#headers.delete(key));
    return made;
  }

  async #makeHeader(challenge: Challenge, scope: string): Promise<string> {
    if (this.source !== undefined) this.#credentials ??= this.source();
    const credentials = await this.#credentials;
    const basic =
      credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
    if (challenge.scheme === "basic") return basic ?? "";
    const url = parseRealm(challenge.realm);
    // Whoever may change an answer on its way must not have the credentials sent in the clear.
    if (url.protocol !== "https:" && this.registry.startsWith("https:")) {
      throw refuseLogin(url.host, "the registry sends there for a token, without TLS");
    }
    if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
    if (scope !== "") url.searchParams.set("scope", scope);
    const answer = await this.fetchToken(url, basic === undefined ? {} : { authorization: basic });
    const token = tokenSchema.safeParse(answer).data;
    if (token === undefined) throw refuseLogin(url.host, "the token server's answer holds no token");
    return `Bearer ${token}`;
  }
}

/** Where a challenge sends for a token. Throws `registry-refused` for what is no address of the web. */
function parseRealm(realm = ""): URL {
  if (URL.canParse(realm) && /^https?:$/.test(new URL(realm).protocol)) return new URL(realm);
  throw refuseLogin("the registry", `it sends to ${quoteText(realm)} for a token, which is no address`);
}

/** `registry-refused`: the registry's way to sign in is not one that works, or that is safe. */
function refuseLogin(subject: string, fact: string): GenesisError {
  return new GenesisError({ code: "registry-refused", subject, fact });
}
