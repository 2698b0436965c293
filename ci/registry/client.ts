import { openAsBlob } from "node:fs";
import { GenesisError } from "../lib/errors.js";
import { hashBytes } from "../lib/hash.js";
import { type Digest, parseDigest, quoteText, type RepositoryName } from "../lib/names.js";
import { readJson } from "../lib/read-json.js";
import { type CredentialSource, parseChallenge, RegistryAuth } from "./auth.js";
import { chooseTimeout, hashBody, readBody } from "./body.js";
import {
  describeExhaustion,
  describeProblem,
  isUnauthorized,
  type Place,
  readProblem,
  refuseAnswer,
  throwBreak,
} from "./failures.js";
import { MANIFEST_TYPES } from "./manifest.js";
import { ATTEMPTS, type Clock, RETRY_AFTER_MAX_MS, systemClock, TransientError, withRetries } from "./retry.js";

/** Where and how to reach a registry. */
export interface RegistryOptions {
  /** `http://host:port` or `https://host`. */
  url: string;
  /** How references name it: `localhost:5000`, `public.ecr.aws/<alias>`. */
  prefix: string;
  /** Path before each repository on the wire: public ECR's alias. */
  namespace?: string;
  credentials?: CredentialSource;
  clock?: Clock;
}

/** A manifest as the registry holds it. */
export interface StoredManifest {
  digest: Digest;
  mediaType: string;
  bytes: Uint8Array;
}

interface Call {
  method: "GET" | "HEAD" | "POST" | "PUT";
  url: URL;
  headers?: Record<string, string>;
  body?: Blob;
  /** How many bytes the answer is expected to have, where they are many. */
  size?: number;
}

/** SHA-256 of bytes as a digest. */
export function digestBytes(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${hashBytes(bytes)}`, "sha256");
}

/** A client of the OCI distribution API: what resolving and pushing need, with bounded retries and one token refresh. */
export class RegistryClient {
  readonly prefix: string;
  readonly #url: string;
  readonly #namespace: string;
  readonly #clock: Clock;
  readonly #auth: RegistryAuth;
  /** Ends with the first call, however that ends. */
  #first: Promise<void> | undefined;

  constructor(options: RegistryOptions) {
    this.prefix = options.prefix;
    this.#url = options.url;
    this.#namespace = options.namespace === undefined ? "" : `${options.namespace}/`;
    this.#clock = options.clock ?? systemClock;
    this.#auth = new RegistryAuth(options.credentials, (url, headers) => this.#fetchToken(url, headers), options.url);
  }

  /** How people and Bazel name a repository of this registry. */
  formatRepository(repository: RepositoryName): string {
    return `${this.prefix}/${repository}`;
  }

  /** The manifest behind a tag or digest, undefined when there is none. Throws `repository-missing` and the registry's errors. */
  async resolve(repository: RepositoryName, reference: string): Promise<StoredManifest | undefined> {
    const place: Place = { operation: "read a manifest", subject: this.formatRepository(repository) };
    const headers = { accept: MANIFEST_TYPES.join(", ") };
    const url = this.#locate(repository, `manifests/${reference}`);
    return this.#retry(place, async () => {
      const response = await this.#send(place, repository, { method: "GET", url, headers }, ["MANIFEST_UNKNOWN"]);
      if (response === undefined) return undefined;
      const bytes = await readBody(response, place);
      const digest = digestBytes(bytes);
      checkDigest(place, digest, response.headers.get("docker-content-digest"));
      // A registry whose storage was changed answers with other bytes, and says nothing.
      if (reference.includes(":")) checkDigest(place, digest, reference);
      const mediaType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
      if (!MANIFEST_TYPES.includes(mediaType))
        throw refuseAnswer(place, `what it sent is of type ${quoteText(mediaType)}`);
      return { digest, mediaType, bytes };
    });
  }

  /** The manifest of a digest that must be there. Throws `registry-refused` where it is not. */
  async require(repository: RepositoryName, digest: Digest): Promise<StoredManifest> {
    const manifest = await this.resolve(repository, digest);
    if (manifest !== undefined) return manifest;
    const place: Place = { operation: "read a manifest", subject: this.formatRepository(repository) };
    throw describeProblem(place, { status: 404, code: "MANIFEST_UNKNOWN", message: digest }, null);
  }

  /** Reads a blob of so many bytes and compares it with its digest; keeps none of it. Throws `digest-mismatch`. */
  async checkBlob(repository: RepositoryName, digest: Digest, size: number): Promise<void> {
    const place: Place = { operation: "read a blob", subject: this.formatRepository(repository) };
    const call: Call = { method: "GET", url: this.#locate(repository, `blobs/${digest}`), size };
    await this.#retry(place, async () => {
      const response = await this.#require(place, repository, call);
      checkDigest(place, await hashBody(response), digest);
    });
  }

  /** Starts to read a blob of so many bytes, which nothing compares with its digest. */
  async openBlob(repository: RepositoryName, digest: Digest, size: number): Promise<AsyncIterable<Uint8Array>> {
    const place: Place = { operation: "read a blob", subject: this.formatRepository(repository) };
    const call: Call = { method: "GET", url: this.#locate(repository, `blobs/${digest}`), size };
    const { body } = await this.#retry(place, () => this.#require(place, repository, call));
    if (body === null) throw refuseAnswer(place, "what it sent has no body");
    return body;
  }

  /** Whether the repository has a blob. */
  async hasBlob(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const place: Place = { operation: "look for a blob", subject: this.formatRepository(repository) };
    const call: Call = { method: "HEAD", url: this.#locate(repository, `blobs/${digest}`) };
    return this.#retry(place, async () => {
      // An answer to HEAD has no body, so a missing repository looks like a missing blob here; the upload tells.
      return (await this.#send(place, repository, call, [""])) !== undefined;
    });
  }

  /** Uploads a blob from a file in one piece; a broken upload starts anew. */
  async putBlob(repository: RepositoryName, digest: Digest, path: string): Promise<void> {
    const place: Place = { operation: "upload a blob", subject: this.formatRepository(repository) };
    await this.#retry(place, async () => {
      const start: Call = { method: "POST", url: this.#locate(repository, "blobs/uploads/") };
      const session = await this.#require(place, repository, start);
      const location = session.headers.get("location") ?? "";
      if (!URL.canParse(location, start.url.href)) throw refuseAnswer(place, "it names no place for the upload");
      const url = new URL(location, start.url);
      url.searchParams.set("digest", digest);
      const body = await openAsBlob(path);
      const headers = { "content-type": "application/octet-stream" };
      const stored = await this.#require(place, repository, { method: "PUT", url, headers, body });
      checkDigest(place, digest, stored.headers.get("docker-content-digest"));
    });
  }

  /** Stores a manifest under a tag or its digest, and checks that the registry understood the same bytes. */
  async putManifest(repository: RepositoryName, reference: string, manifest: StoredManifest): Promise<void> {
    const place: Place = { operation: "put a manifest", subject: this.formatRepository(repository) };
    const call: Call = {
      method: "PUT",
      url: this.#locate(repository, `manifests/${reference}`),
      headers: { "content-type": manifest.mediaType },
      body: new Blob([manifest.bytes as Uint8Array<ArrayBuffer>]),
    };
    await this.#retry(place, async () => {
      const stored = await this.#require(place, repository, call);
      checkDigest(place, manifest.digest, stored.headers.get("docker-content-digest"));
    });
  }

  #locate(repository: RepositoryName, rest: string): URL {
    return new URL(`/v2/${this.#namespace}${repository}/${rest}`, this.#url);
  }

  async #retry<T>(place: Place, operation: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(this.#clock, operation);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      const { retryAfterMs = 0 } = error;
      const once = `1 attempt (the registry asks for ${Math.ceil(retryAfterMs / 1000)} s of patience)`;
      throw describeExhaustion(place, error, retryAfterMs > RETRY_AFTER_MAX_MS ? once : `${ATTEMPTS} attempts`);
    }
  }

  async #require(place: Place, repository: RepositoryName, call: Call): Promise<Response> {
    const response = await this.#send(place, repository, call, []);
    if (response === undefined) throw new Error("unreachable: no absence was allowed");
    return response;
  }

  /**
   * Sends a call; undefined on a 404 whose code is one of `absent`. The first call goes alone: it learns what the registry
   * asks for, and the others need not each be refused once.
   */
  async #send(
    place: Place,
    repository: RepositoryName,
    call: Call,
    absent: readonly string[],
  ): Promise<Response | undefined> {
    if (this.#first !== undefined) {
      await this.#first;
      return this.#exchange(place, repository, call, absent);
    }
    const sent = this.#exchange(place, repository, call, absent);
    this.#first = sent.then(
      () => undefined,
      () => undefined,
    );
    return sent;
  }

  /** Sends a call with authorization, and once more with a fresh one where that is refused. */
  async #exchange(
    place: Place,
    repository: RepositoryName,
    call: Call,
    absent: readonly string[],
  ): Promise<Response | undefined> {
    const path = `${this.#namespace}${repository}`;
    // A registry may point an upload at its storage; what authorizes here must not travel there.
    const foreign = call.url.origin !== new URL(this.#url).origin;
    let authorization = foreign ? undefined : await this.#auth.header(path);
    let refreshed = false;
    for (;;) {
      const response = await this.#fetch(call, authorization);
      if (response.ok) return response;
      const problem = await readProblem(response);
      if (problem.status === 404 && absent.includes(problem.code)) return undefined;
      const failure = describeProblem(place, problem, response.headers.get("retry-after"));
      if (foreign || refreshed || !isUnauthorized(problem)) throw failure;
      refreshed = authorization !== undefined;
      const challenge = parseChallenge(response.headers.get("www-authenticate"));
      authorization = await this.#auth.answer(challenge, path, authorization);
      if (authorization === undefined) throw failure;
    }
  }

  async #fetch(call: Call, authorization: string | undefined): Promise<Response> {
    const { method, body, size = body?.size ?? 0 } = call;
    return fetch(call.url, {
      method,
      headers: { ...call.headers, ...(authorization && { authorization }) },
      // Bun sends a request that broke on a reused connection a second time by itself, with a body that is spent, and hangs.
      ...(body && { body, keepalive: false }),
      signal: AbortSignal.timeout(chooseTimeout(size)),
    }).catch(throwBreak);
  }

  async #fetchToken(url: URL, headers: Record<string, string>): Promise<unknown> {
    const place: Place = { operation: "get a token", subject: url.host };
    return this.#retry(place, async () => {
      const response = await this.#fetch({ method: "GET", url, headers }, undefined);
      if (!response.ok) throw describeProblem(place, await readProblem(response), response.headers.get("retry-after"));
      return readJson(Buffer.from(await readBody(response, place)).toString("utf8")).value;
    });
  }
}

function checkDigest(place: Place, expected: Digest, returned: string | null): void {
  if (returned === null || returned === expected) return;
  throw new GenesisError({
    code: "digest-mismatch",
    subject: place.subject,
    fact: `the registry speaks of ${returned.slice(0, 71)}, and the bytes are ${expected}`,
  });
}
