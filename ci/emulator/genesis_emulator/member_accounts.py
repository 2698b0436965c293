"""
Accounts that were made elsewhere and invited, and accounts that are closed. Of the invitation only its end is here: nobody answers mails.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html: an account that was invited has no
OrganizationAccountAccessRole until somebody makes it.
"""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import FakeAccount

from .call import Call
from .config import MANAGEMENT_ACCOUNT
from .errors import ApiError
from .forward import forward
from .inputs import Input, read_string
from .operations import OPERATIONS
from .organizations import EMAILS, open_organization


def invite(body: Input) -> Input:
    """An account of this name and address joins the organization, directly in its root. Raises ValueError, as what steers does."""
    backend = open_organization(MANAGEMENT_ACCOUNT)
    try:
        name, email = read_string(body, "name"), read_string(body, "email")
    except ApiError as error:
        raise ValueError(error.message) from None
    if backend.org is None:
        raise ValueError("there is no organization to join")
    if email.lower() in EMAILS:
        raise ValueError(f"{email} has an account already")
    EMAILS.add(email.lower())
    created = backend.create_account(AccountName=name, Email=email)["CreateAccountStatus"]
    account = backend.get_account_by_id(created["AccountId"])
    account.joined_method = "INVITED"
    iam_backends[account.id]["aws"].roles.clear()
    return {"accountId": account.id}


def find_member(account: str) -> FakeAccount | None:
    members = open_organization(MANAGEMENT_ACCOUNT).accounts
    return next((each for each in members if each.id == account), None)


def assume_role(call: Call) -> Any:
    """Any role, existing or not, but of an account that is closed or was invited: there it must exist."""
    arn = str(call.input.get("RoleArn", ""))
    account = arn.removeprefix("arn:aws:iam::").partition(":")[0]
    member = find_member(account)
    if member is not None:
        roles = [role.arn for role in iam_backends[account]["aws"].roles.values()]
        missing = member.joined_method == "INVITED" and arn not in roles
        if missing or member.status != "ACTIVE":
            message = f"User: arn:aws:iam::{call.account}:root is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise ApiError("AccessDenied", message)
    return forward(call)


OPERATIONS["sts", "AssumeRole"] = assume_role
