"""
Sessions as root of a member account, and what root's credentials there are: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html, API_DeleteLoginProfile.html, API_ListAccessKeys.html,
API_DeleteAccessKey.html: without a user's name they are about who calls.
"""

from datetime import UTC, datetime, timedelta

from moto.iam.models import iam_backends
from werkzeug.wrappers import Response

from .accounts import ROOT_KEYS, find_account
from .call import Call
from .errors import ApiError
from .forward import forward
from .operations import OPERATIONS, answer_xml, serves
from .root_access import CREDENTIALS, ENABLED, WITHOUT_PASSWORD, find_organization, has_password

AUDIT, DELETE = "IAMAuditRootUserCredentials", "IAMDeleteRootUserCredentials"
# What a session may do, by its access key.
SESSIONS: dict[str, str] = {}


@serves("sts")
def assume_root(call: Call) -> Response:
    target, policy = call.input.get("TargetPrincipal", ""), call.input.get("TaskPolicyArn.arn", "")
    account = find_account(target)
    allowed = CREDENTIALS in ENABLED.get(find_organization(call), []) and policy.startswith("arn:aws:iam::aws:policy/root-task/")
    if not allowed or account is None or account.state != "ACTIVE" or target == call.account:
        raise ApiError("AccessDenied", f"User is not authorized to perform: sts:AssumeRoot on resource: {target}")
    key = iam_backends[target]["aws"].create_temp_access_key()
    SESSIONS[key.access_key_id] = policy.rpartition("/")[2]
    expiration = (datetime.now(UTC) + timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%SZ")
    secrets = f"<SecretAccessKey>{key.secret_access_key}</SecretAccessKey><SessionToken>root</SessionToken>"
    credentials = f"<AccessKeyId>{key.access_key_id}</AccessKeyId>{secrets}<Expiration>{expiration}</Expiration>"
    return answer_xml(call, f"<Credentials>{credentials}</Credentials>")


def as_root(call: Call) -> Response:
    task = SESSIONS.get(call.access_key)
    if task is None or "UserName" in call.input:
        return forward(call)
    if call.write and task != DELETE:
        raise ApiError("AccessDenied", f"User is not authorized to perform: iam:{call.operation}")
    account, keys = call.account, ROOT_KEYS.setdefault(call.account, [])
    if call.operation == "ListAccessKeys":
        shown = "<member><AccessKeyId>{}</AccessKeyId><Status>Active</Status></member>"
        members = "".join(shown.format(key) for key in keys)
        return answer_xml(call, f"<IsTruncated>false</IsTruncated><AccessKeyMetadata>{members}</AccessKeyMetadata>")
    if call.operation == "DeleteAccessKey":
        if call.input["AccessKeyId"] not in keys:
            raise ApiError("NoSuchEntity", "The access key cannot be found.", 404)
        keys.remove(call.input["AccessKeyId"])
        return answer_xml(call)
    if not has_password(account):
        raise ApiError("NoSuchEntity", "Login Profile for the root user cannot be found.", 404)
    if call.operation == "DeleteLoginProfile":
        WITHOUT_PASSWORD.add(account)
        return answer_xml(call)
    profile = "<UserName>root</UserName><CreateDate>2020-01-01T00:00:00Z</CreateDate>"
    return answer_xml(call, f"<LoginProfile>{profile}</LoginProfile>")


for operation in ("GetLoginProfile", "DeleteLoginProfile", "ListAccessKeys", "DeleteAccessKey"):
    OPERATIONS["iam", operation] = as_root
