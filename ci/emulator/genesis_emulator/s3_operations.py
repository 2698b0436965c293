"""Names of S3's operations, which stand in method, path and query."""

from werkzeug.wrappers import Request

# Subresources of buckets and objects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
SUBRESOURCES = {
    "accelerate": "BucketAccelerateConfiguration",
    "acl": "Acl",
    "cors": "BucketCors",
    "encryption": "BucketEncryption",
    "lifecycle": "BucketLifecycleConfiguration",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "object-lock": "ObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "PublicAccessBlock",
    "replication": "BucketReplication",
    "requestPayment": "BucketRequestPayment",
    "tagging": "Tagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
UPLOADS = {"PUT": "UploadPart", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload"}


def name_s3_operation(request: Request) -> tuple[str, str]:
    """The operation and the resource, `bucket/key`, of a path-style request."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    resource = f"{bucket}/{key}" if key else bucket
    return name_operation(request, bucket, key), resource


def name_operation(request: Request, bucket: str, key: str) -> str:
    method, query = request.method, request.args
    verb = method.capitalize()
    if not bucket:
        return "ListBuckets"
    if "uploads" in query:
        return "CreateMultipartUpload" if method == "POST" else "ListMultipartUploads"
    if "uploadId" in query:
        return UPLOADS.get(method, "ListParts")
    if "delete" in query:
        return "DeleteObjects"
    if "versions" in query:
        return "ListObjectVersions"
    for parameter, noun in SUBRESOURCES.items():
        if parameter in query:
            owner = ("Object" if key else "Bucket") if noun in ("Acl", "Tagging") else ""
            return f"{verb}{owner}{noun}"
    if key:
        return "CopyObject" if method == "PUT" and "x-amz-copy-source" in request.headers else f"{verb}Object"
    if method == "PUT":
        return "CreateBucket"
    if method == "GET":
        return "ListObjectsV2" if "list-type" in query else "ListObjects"
    return f"{verb}Bucket"
