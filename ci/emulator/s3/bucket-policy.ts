import { type Answer, ApiError } from "../answer.js";
import type { Handlers } from "../handler.js";

/**
 * Policies of buckets: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html, API_GetBucketPolicy.html,
 * API_DeleteBucketPolicy.html. moto enforces them without their conditions: a policy that denies plain HTTP would deny
 * everything. Here they are kept and told, and nothing is enforced.
 */
export function handleBucketPolicy(): Handlers {
  const policies = new Map<string, string>();
  return {
    PutBucketPolicy: ({ resource = "", body }) => {
      const text = body.toString("utf8");
      try {
        JSON.parse(text);
      } catch {
        throw new ApiError("MalformedPolicy", "Policies must be valid JSON");
      }
      policies.set(resource, text);
      return answer(204, "");
    },

    GetBucketPolicy: ({ resource = "" }) => {
      const text = policies.get(resource);
      if (text === undefined) throw new ApiError("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
      return answer(200, text);
    },

    DeleteBucketPolicy: ({ resource = "" }) => {
      policies.delete(resource);
      return answer(204, "");
    },
  };
}

function answer(status: number, body: string): Answer {
  return { status, headers: { "content-type": "application/json" }, body };
}
