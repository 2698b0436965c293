import { describeBreak, type Place, refuseAnswer } from "./failures.js";
import { TransientError } from "./retry.js";

/** What registries take for a manifest: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests */
export const BODY_MAX = 4 << 20;

/**
 * Reads the body of an answer, and no more than BODY_MAX of it: a registry must not fill the memory. Throws a TransientError where it ends
 * before its length, and `registry-refused` where it has no end.
 */
export async function readBody(response: Response, place: Place): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > BODY_MAX) break;
    }
  } catch (error) {
    throw new TransientError(describeBreak(error));
  }
  if (length > BODY_MAX) throw refuseAnswer(place, `it sends more than ${BODY_MAX} bytes`);
  return Buffer.concat(chunks);
}
