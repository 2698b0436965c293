"""What S3 does otherwise than moto: bucket policies, and the encryption that every bucket has."""

import json

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, S3Backend
from werkzeug.wrappers import Response

from .call import Call
from .errors import ApiError
from .forward import forward
from .operations import serves

# Since January 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
DEFAULT_ENCRYPTION = {
    "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}
}
get_bucket_encryption = S3Backend.get_bucket_encryption
S3Backend.get_bucket_encryption = lambda self, bucket_name: get_bucket_encryption(self, bucket_name) or DEFAULT_ENCRYPTION

# moto enforces policies without their conditions: one that denies plain HTTP would deny everything. They are kept and told.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


@serves("s3")
def put_bucket_policy(call: Call) -> Response:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html; moto takes any text, and answers 200."""
    try:
        json.loads(call.request.get_data())
    except ValueError:
        raise ApiError("MalformedPolicy", "Policies must be valid JSON") from None
    response = forward(call)
    return Response(status=204) if response.status_code == 200 else response
