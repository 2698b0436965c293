import { createHash } from "node:crypto";
import { z } from "zod";
import { type Digest, parseDigest } from "../lib/names.js";
import { TransientError } from "./retry.js";

/** A request without a body must answer within a minute. */
const TIMEOUT_MS = 60_000;
/** A body may take a second more for each so many bytes: a line slower than a megabit per second hangs rather than works. */
const BYTES_PER_SECOND = 128 * 1024;

/** How long a request with a body of so many bytes may take, in milliseconds. */
export function chooseTimeout(bytes: number): number {
  return TIMEOUT_MS + Math.ceil(bytes / BYTES_PER_SECOND) * 1000;
}

/** The whole body. Throws a TransientError where it breaks off. */
export async function readBody(response: Response): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch (error) {
    throw new TransientError(describeBreak(error));
  }
}

const tagPageSchema = z.object({ tags: z.array(z.string()).nullable() });

/** A page of tags, and where the next one is. */
export interface TagPage {
  tags: string[];
  next: URL | undefined;
}

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags */
export async function readTagPage(response: Response, url: URL): Promise<TagPage> {
  const text = Buffer.from(await readBody(response)).toString("utf8");
  const { tags } = tagPageSchema.parse(JSON.parse(text));
  const link = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get("link") ?? "")?.[1];
  return { tags: tags ?? [], next: link === undefined ? undefined : new URL(link, url) };
}

/** The digest of a body, of which nothing is kept. Throws a TransientError where it breaks off. */
export async function hashBody(response: Response): Promise<Digest> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array);
  } catch (error) {
    throw new TransientError(describeBreak(error));
  }
  return parseDigest(`sha256:${hash.digest("hex")}`, "sha256");
}

/** Node says "fetch failed" and keeps the reason in the cause. */
export function describeBreak(error: unknown): string {
  const { cause, message } = error as Error;
  const reason = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
  return `the connection failed (${reason})`;
}
