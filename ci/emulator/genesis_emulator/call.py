"""A request to an AWS API, parsed as far as every part of the emulator needs it."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moto.iam import models as iam
from werkzeug.wrappers import Request

from .s3_operations import name_s3_operation

# Where moto looks for the account of a key. All partitions of AWS cost 30 MB and most of a second for each account: their managed policies.
iam.PARTITION_NAMES = ["aws"]
# Verbs of operations that change nothing, in AWS's naming. What is not known to read counts as a write.
READS = re.compile(r"(Get|List|Describe|Head|Batch(Get|Check)|Is[A-Z]|Lookup|Search|Select|Simulate)")
# Their calls change nothing that is managed: they hand out credentials.
CREDENTIAL_SERVICES = {"sts", "sso", "sso-oidc"}
# Calls that nobody signs: the Identity Center's sign-in and portal.
UNSIGNED = {
    ("POST", "/client/register"): ("sso-oidc", "RegisterClient"),
    ("POST", "/device_authorization"): ("sso-oidc", "StartDeviceAuthorization"),
    ("POST", "/token"): ("sso-oidc", "CreateToken"),
    ("GET", "/assignment/accounts"): ("sso", "ListAccounts"),
    ("GET", "/assignment/roles"): ("sso", "ListAccountRoles"),
    ("GET", "/federation/credentials"): ("sso", "GetRoleCredentials"),
    ("POST", "/logout"): ("sso", "Logout"),
}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
SCOPE = re.compile(r"(?:Credential=|^)([^/\s,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")


@dataclass
class Call:
    request: Request
    # Endpoint prefix, as in botocore: `sso-admin`, not its signing name `sso`.
    service: str
    operation: str
    # How requests and errors are spelled: https://smithy.io/2.0/aws/protocols/index.html
    protocol: str
    # Parameters of a JSON or query call; empty for others.
    input: dict[str, Any]
    access_key: str
    region: str
    # `bucket/key` of a call to S3; of one to STS the role, or the account that root's session is for.
    resource: str | None = None

    @property
    def write(self) -> bool:
        return self.service not in CREDENTIAL_SERVICES and READS.match(self.operation) is None

    @cached_property
    def account(self) -> str:
        """The account of whoever signed: that of a user, or of the role that was assumed."""
        return iam.get_account_id_from(self.access_key)


def parse_call(request: Request) -> Call:
    """A body that is no JSON or form gives an empty input: the service then names what it misses."""
    scope = SCOPE.search(request.headers.get("authorization") or request.args.get("X-Amz-Credential") or "")
    access_key, region, signing_name = scope.groups() if scope else ("", "us-east-1", None)
    signer = {"access_key": access_key, "region": region}
    prefix, _, target = request.headers.get("x-amz-target", "").partition(".")
    if target:
        service = "sso-admin" if prefix == "SWBExternalService" else signing_name or prefix
        return Call(request, service, target, "json", parse_json(request), **signer)
    if signing_name != "s3" and request.mimetype == "application/x-www-form-urlencoded":
        form = request.form.to_dict()
        # AssumeRoleWithWebIdentity is not signed.
        service, entered = signing_name or "sts", form.get("RoleArn") or form.get("TargetPrincipal")
        resource = entered if service == "sts" else None
        return Call(request, service, form.get("Action", "Unknown"), "query", form, **signer, resource=resource)
    unsigned = UNSIGNED.get((request.method, request.path)) if signing_name is None else None
    if unsigned is not None:
        return Call(request, *unsigned, "rest-json", {**request.args.to_dict(), **parse_json(request)}, **signer)
    if signing_name in ("s3", None):
        operation, resource = name_s3_operation(request)
        return Call(request, "s3", operation, "rest-xml", {}, **signer, resource=resource)
    # The other REST services of this organization name the operation in the path: POST /putAlternateContact.
    last = request.path.rpartition("/")[2]
    return Call(request, signing_name, last[:1].upper() + last[1:], "rest-json", parse_json(request), **signer)


def parse_json(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.get_data())
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
