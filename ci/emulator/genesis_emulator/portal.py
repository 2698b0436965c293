"""
The access portal: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html, API_ListAccountRoles.html,
API_GetRoleCredentials.html, API_Logout.html. What a person may do follows from the assignments, their own and those of their groups.
"""

import time
from collections.abc import Iterator

from moto.organizations.models import FakeAccount
from moto.ssoadmin.models import ssoadmin_backends
from moto.sts.models import sts_backends
from werkzeug.wrappers import Response

from .call import Call
from .config import MANAGEMENT_ACCOUNT, config
from .errors import ApiError
from .identity_store import find_user, list_principals, open_backend
from .inputs import Input, paginate
from .operations import serves
from .organizations import open_organization
from .sign_in import LOGIN, Session, read_text

TOKEN_HEADER = "x-amz-sso-bearer-token"
SESSION_SECONDS = 60 * 60


def find_session(call: Call) -> Session:
    session = LOGIN.sessions.get(call.request.headers.get(TOKEN_HEADER, ""))
    if session is None or session.expires_at <= time.time():
        raise ApiError("UnauthorizedException", "Session token not found or invalid", 401)
    return session


def list_accesses(call: Call) -> Iterator[tuple[FakeAccount, str]]:
    """Account and name of the permission set, which is that of the role, of all that whoever sent the call may assume."""
    session = find_session(call)
    center = ssoadmin_backends[MANAGEMENT_ACCOUNT][config.region]
    principals = None
    if session.user_name is not None:
        store = open_backend(MANAGEMENT_ACCOUNT, config.region).identity_stores[center.instances[0].identity_store_id]
        principals = list_principals(store, find_user(store, "userName", session.user_name).UserId)
    accounts = {account.id: account for account in open_organization(MANAGEMENT_ACCOUNT).accounts}
    names = {each.permission_set_arn: each.name for each in center.permission_sets}
    for each in center.account_assignments:
        known = each.target_id in accounts and each.permission_set_arn in names
        if known and (principals is None or each.principal_id in principals):
            yield accounts[each.target_id], names[each.permission_set_arn]


def list_roles(call: Call, account: str) -> list[str]:
    roles = sorted({role for each, role in list_accesses(call) if each.id == account})
    if not roles:
        raise ApiError("ForbiddenException", "No access", 403)
    return roles


def answer_page(call: Call, name: str, items: list[Input]) -> Input:
    page, token = paginate(items, call.input.get("next_token"), call.input.get("max_result"))
    return {name: page, "nextToken": token}


@serves("sso")
def list_accounts(call: Call) -> Input:
    found = {account.id: account for account, _ in list_accesses(call)}
    described = [
        {"accountId": each.id, "accountName": each.name, "emailAddress": each.email}
        for each in open_organization(MANAGEMENT_ACCOUNT).accounts
        if each.id in found
    ]
    return answer_page(call, "accountList", described)


@serves("sso")
def list_account_roles(call: Call) -> Input:
    account = read_text(call.input, "account_id")
    return answer_page(call, "roleList", [{"roleName": each, "accountId": account} for each in list_roles(call, account)])


@serves("sso")
def get_role_credentials(call: Call) -> Input:
    account, role = read_text(call.input, "account_id"), read_text(call.input, "role_name")
    if role not in list_roles(call, account):
        raise ApiError("ForbiddenException", "No access", 403)
    assumed = sts_backends[MANAGEMENT_ACCOUNT]["aws"].assume_role(
        region_name=config.region,
        role_session_name=find_session(call).user_name or "engineer",
        role_arn=f"arn:aws:iam::{account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{role}_0123456789abcdef",
        policy="",
        duration=SESSION_SECONDS,
        external_id="",
    )
    credentials = {
        "accessKeyId": assumed.access_key_id,
        "secretAccessKey": assumed.secret_access_key,
        "sessionToken": assumed.session_token,
        "expiration": (int(time.time()) + SESSION_SECONDS) * 1000,
    }
    return {"roleCredentials": credentials}


@serves("sso")
def logout(call: Call) -> Response:
    find_session(call)
    del LOGIN.sessions[call.request.headers[TOKEN_HEADER]]
    return Response()
