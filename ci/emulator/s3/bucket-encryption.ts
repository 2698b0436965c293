import type { Handlers } from "../handler.js";

/** What every bucket has since January 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
const DEFAULT =
  '<?xml version="1.0" encoding="UTF-8"?><ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>';

/** A bucket's default encryption: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html. moto's buckets have none at first. */
export function handleBucketEncryption(): Handlers {
  return {
    GetBucketEncryption: async (call, moto) => {
      const answer = await moto.forward(call);
      const isUnset = answer.body.toString().includes("ServerSideEncryptionConfigurationNotFoundError");
      return isUnset ? { status: 200, headers: { "content-type": "text/xml" }, body: DEFAULT } : answer;
    },
  };
}
