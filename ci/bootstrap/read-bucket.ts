import { z } from "zod";
import { GenesisError } from "../lib/errors.js";
import { readJson } from "../lib/read-json.js";
import { listAddresses } from "../terraform/address.js";
import { parseState } from "../terraform/state.js";
import type { StateLocation } from "../terraform/steps.js";
import type { BootstrapApi } from "./api.js";
import { isVersioned, ownsBucket, readAccessBlock, readBucketPolicy } from "./bucket.js";
import { findAws } from "./failures.js";
import type { SeenBucket } from "./snapshot.js";

const policySchema = z.object({ Statement: z.unknown() });

/** The bucket of the state; undefined where the caller's account has none of that name. */
export async function readBucket(api: BootstrapApi, { bucket }: StateLocation): Promise<SeenBucket | undefined> {
  if (!(await ownsBucket(api, bucket))) return undefined;
  const versioned = await isVersioned(api, bucket);
  const block = await readAccessBlock(api, bucket);
  const policy = await readBucketPolicy(api, bucket);
  return {
    name: bucket,
    versioned,
    publicAccessBlock: block !== undefined,
    statements: policy === undefined ? undefined : readStatements(bucket, policy),
  };
}

/** A single statement need not be in a list. */
function readStatements(bucket: string, policy: string): readonly unknown[] {
  const { data } = policySchema.safeParse(readJson(policy).value);
  if (data !== undefined) return [data.Statement ?? []].flat();
  throw new GenesisError({ code: "aws-failed", subject: `bucket ${bucket}`, fact: "its policy is not a JSON object" });
}

/**
 * The addresses that the state has; nothing else of it is kept. None where there is no state yet. Throws `state-unreadable`. The bucket must
 * be the account's own: a state of somebody else says nothing.
 */
export async function readManaged(
  { s3 }: BootstrapApi,
  { bucket: Bucket, key: Key }: StateLocation,
  account: string,
): Promise<ReadonlySet<string>> {
  const text = await findAws(
    "s3:GetObject",
    async (limit) => {
      const { Body } = await s3.getObject({ Bucket, Key, ExpectedBucketOwner: account }, limit);
      return await Body?.transformToString();
    },
    z.string(),
    "NoSuchKey",
    "NoSuchBucket",
  );
  return listAddresses(parseState(text ?? ""));
}
