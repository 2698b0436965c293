import { createHash } from "node:crypto";
import { type Digest, parseDigest } from "../lib/names.js";
import { type Place, readStart, refuseAnswer, throwBreak } from "./failures.js";

/** A request without a body must answer within a minute. */
const TIMEOUT_MS = 60_000;
/** A body may take a second more for each so many bytes: a line slower than a megabit per second hangs rather than works. */
const BYTES_PER_SECOND = 128 * 1024;

/** How long a request with a body of so many bytes may take, in milliseconds. */
export function chooseTimeout(bytes: number): number {
  return TIMEOUT_MS + Math.ceil(bytes / BYTES_PER_SECOND) * 1000;
}

/** What registries take for a manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
export const BODY_MAX = 4 << 20;

/**
 * Reads the body of an answer, and no more than BODY_MAX of it: a registry must not fill the memory. Throws a TransientError where it ends
 * before its length, and `registry-refused` where it has no end.
 */
export async function readBody(response: Response, place: Place): Promise<Uint8Array> {
  const body = await readStart(response, BODY_MAX).catch(throwBreak);
  if (body.length > BODY_MAX) throw refuseAnswer(place, `it sends more than ${BODY_MAX} bytes`);
  return body;
}

/** The digest of a body, of which nothing is kept. Throws a TransientError where it breaks off. */
export async function hashBody(response: Response): Promise<Digest> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array);
  } catch (error) {
    throwBreak(error);
  }
  return parseDigest(`sha256:${hash.digest("hex")}`, "sha256");
}
