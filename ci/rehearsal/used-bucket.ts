import { MANAGEMENT_ACCOUNT } from "../emulator/client.js";
import type { Clients } from "./open-clients.js";
import { TAGS } from "./used-tree.js";

export const BUCKET = `genesis-state-${MANAGEMENT_ACCOUNT}`;

/**
 * Makes the state's bucket as somebody did who read half of a page about it: not versioned, with a policy of two statements. The first is as
 * terraform/state.tf has it, the second lets an auditor's account look.
 */
export async function makeBucket({ s3 }: Clients, auditor: string): Promise<void> {
  const Bucket = BUCKET;
  const arn = `arn:aws:s3:::${Bucket}`;
  await s3.createBucket({ Bucket });
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: TAGS } });
  const tlsOnly = {
    Effect: "Deny",
    Action: "s3:*",
    Principal: "*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const audit = {
    Sid: "Audit",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${auditor}:root` },
    Action: "s3:GetBucketVersioning",
    Resource: arn,
  };
  await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly, audit] }) });
}
