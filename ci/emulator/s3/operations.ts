import type { IncomingHttpHeaders } from "node:http";

/** Subresources of buckets and objects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const SUBRESOURCES: Record<string, string> = {
  accelerate: "BucketAccelerateConfiguration",
  acl: "Acl",
  cors: "BucketCors",
  encryption: "BucketEncryption",
  lifecycle: "BucketLifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  "object-lock": "ObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "PublicAccessBlock",
  replication: "BucketReplication",
  requestPayment: "BucketRequestPayment",
  tagging: "Tagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

const VERBS: Record<string, string> = { GET: "Get", HEAD: "Head", PUT: "Put", DELETE: "Delete", POST: "Post" };

/** Names the operation and resource of a path-style request to S3. */
export function nameS3Operation(
  method: string,
  url: URL,
  headers: IncomingHttpHeaders,
): { operation: string; resource: string } {
  const path = decodeURIComponent(url.pathname.slice(1));
  const [bucket = "", ...rest] = path.split("/");
  const key = rest.join("/");
  const resource = key === "" ? bucket : `${bucket}/${key}`;
  const verb = VERBS[method] ?? method;
  const has = (name: string) => url.searchParams.has(name);
  const name = (operation: string) => ({ operation, resource });

  if (bucket === "") return name("ListBuckets");
  if (has("uploads")) return name(method === "POST" ? "CreateMultipartUpload" : "ListMultipartUploads");
  if (has("uploadId")) {
    const operations: Record<string, string> = {
      PUT: "UploadPart",
      POST: "CompleteMultipartUpload",
      DELETE: "AbortMultipartUpload",
    };
    return name(operations[method] ?? "ListParts");
  }
  if (has("delete")) return name("DeleteObjects");
  if (has("versions")) return name("ListObjectVersions");
  for (const [parameter, noun] of Object.entries(SUBRESOURCES)) {
    if (!has(parameter)) continue;
    const owner = noun === "Acl" || noun === "Tagging" ? (key === "" ? "Bucket" : "Object") : "";
    return name(`${verb}${owner}${noun}`);
  }
  if (key !== "") {
    return name(method === "PUT" && headers["x-amz-copy-source"] !== undefined ? "CopyObject" : `${verb}Object`);
  }
  if (method === "PUT") return name("CreateBucket");
  if (method === "GET") return name(has("list-type") ? "ListObjectsV2" : "ListObjects");
  return name(`${verb}Bucket`);
}
