"""
What becomes of accounts: closing, being suspended, and the role that lets the management account in.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
"""

from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.organizations.models import FakeAccount
from werkzeug.wrappers import Response

from .call import Call
from .config import MANAGEMENT_ACCOUNT
from .errors import ApiError
from .forward import forward
from .inputs import read_string
from .operations import serves
from .organizations import open_organization

# Whom AWS creates an account with, and whom an account that was invited lacks until somebody makes it.
ROLE = "OrganizationAccountAccessRole"
STATES = ("ACTIVE", "CLOSED", "PENDING_CLOSURE", "SUSPENDED")
SETTINGS: dict[str, type] = {"accountId": str, "email": str, "invited": bool, "rootKey": str, "state": str}
# Ids of root's access keys by account. Who signs with one is nobody here.
ROOT_KEYS: dict[str, list[str]] = {}


def configure_account(value: Any) -> None:
    """Tells of an account what no API can. Raises a ValueError that names the field."""
    given = value if isinstance(value, dict) else {}
    for name, each in given.items():
        if name not in SETTINGS:
            raise ValueError(f"an account has no setting {name}; known are {','.join(SETTINGS)}")
        if type(each) is not SETTINGS[name] or (name == "state" and each not in STATES):
            raise ValueError(f"{name} is not a value of an account")
    account = find_account(given.get("accountId", ""))
    if account is None:
        raise ValueError(f"the organization has no account {given.get('accountId')}")
    if given.get("invited"):
        account.joined_method = "INVITED"
        if has_role(account.id):
            iam_backends[account.id]["aws"].delete_role(ROLE)
    # As its owner changes it in the console.
    account.email = given.get("email", account.email)
    if "rootKey" in given:
        ROOT_KEYS.setdefault(account.id, []).append(given["rootKey"])
    if "state" in given:
        set_state(account, given["state"])


def find_account(name: str) -> FakeAccount | None:
    return next((each for each in open_organization(MANAGEMENT_ACCOUNT).accounts if each.id == name), None)


def set_state(account: FakeAccount, state: str) -> None:
    """`Status`, which AWS retires for `State`, calls a closed account SUSPENDED."""
    account.state = state
    account.status = "SUSPENDED" if state == "CLOSED" else state


def has_role(account: str) -> bool:
    try:
        iam_backends[account]["aws"].get_role(ROLE)
    except NotFoundException:
        return False
    return True


close = FakeAccount.close


def close_account(account: FakeAccount) -> None:
    close(account)
    set_state(account, "CLOSED")


FakeAccount.close = close_account


@serves("account")
def put_account_name(call: Call) -> Response:
    """https://docs.aws.amazon.com/accounts/latest/APIReference/API_PutAccountName.html"""
    account = find_account(call.input.get("AccountId", call.account))
    if account is None:
        raise ApiError("AccessDeniedException", f"{call.account} must not use {call.input.get('AccountId')}.", 403)
    account.name = read_string(call.input, "AccountName")
    return Response(status=200)


@serves("sts")
def assume_role(call: Call) -> Response:
    """moto lets every role be assumed."""
    arn = call.input.get("RoleArn", "")
    account = find_account((arn.split(":") + [""] * 5)[4])
    lacks_role = account is not None and account.joined_method == "INVITED" and not has_role(account.id)
    if account is not None and (account.state != "ACTIVE" or (arn.endswith(f":role/{ROLE}") and lacks_role)):
        raise ApiError("AccessDenied", f"User is not authorized to perform: sts:AssumeRole on resource: {arn}")
    return forward(call)

