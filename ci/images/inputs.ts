import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Image } from "./catalog.js";
import type { ContextEntry } from "./context.js";

/** Raised when the same inputs would give another image, so that every image is built anew. */
const FORMAT = "genesis-inputs-1";
/** Large enough that the hash, not the reading, takes the time. */
const CHUNK_BYTES = 1 << 20;

/**
 * The input hash of an image: SHA-256, 64 hexadecimal digits, over the format version, what image.json gives the build
 * and the context's entries in order (path, mode, bytes). Lengths stand before contents, so no two inputs run together.
 * Files are streamed.
 */
export async function hashInputs(image: Image): Promise<string> {
  const hash = createHash("sha256");
  const { name, description, platforms } = image;
  const args = Object.entries(image.args).sort(([a], [b]) => (a < b ? -1 : 1));
  hashText(hash, JSON.stringify([FORMAT, name, description, platforms, args]));
  for (const entry of image.context) await hashEntry(hash, entry);
  return hash.digest("hex");
}

function hashText(hash: Hash, text: string): void {
  hash.update(`${Buffer.byteLength(text)}:`).update(text);
}

async function hashEntry(hash: Hash, entry: ContextEntry): Promise<void> {
  hashText(hash, JSON.stringify([entry.path, entry.mode]));
  if (entry.target !== undefined) return hashText(hash, entry.target);
  const { size } = await stat(entry.location);
  hash.update(`${size}:`);
  await pipeline(createReadStream(entry.location, { highWaterMark: CHUNK_BYTES }), async (chunks) => {
    for await (const chunk of chunks) hash.update(chunk as Buffer);
  });
}

/** The tag that says an image was built from these inputs. Generations above 1 come from forced rebuilds. */
export function formatInputsTag(inputs: string, generation = 1): string {
  const tag = `in-${inputs.slice(0, 16)}`;
  return generation === 1 ? tag : `${tag}-${generation}`;
}
