"""
Accounts are created asynchronously, and an address serves one account:
https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html, API_DescribeCreateAccountStatus.html,
API_ListCreateAccountStatus.html. moto creates the account at once and takes an address twice; here the answer waits for the looks that were
configured, and a second account of an address, in any case of letters, ends FAILED. A closed account keeps its address.
"""

import secrets
from dataclasses import dataclass

from moto.organizations import utils
from moto.organizations.exceptions import DuplicateOrganizationalUnitException
from moto.organizations.models import OrganizationsBackend, organizations_backends

from .call import Call
from .config import config
from .errors import ApiError
from .inputs import Input, now, paginate, read_list, read_string
from .operations import serves

# moto's is at example.com, which no data may have.
utils.MASTER_ACCOUNT_EMAIL = "aws@platform.test"
# As AWS pages; moto tells accounts apart by the moment they joined.
utils.PAGINATION_MODEL["list_accounts"].update(limit_default=20, unique_attribute="Id")


@dataclass
class Request:
    # What it comes to.
    result: Input
    # How often it is still to be found in progress.
    polls: int

    def describe(self) -> Input:
        if self.polls == 0:
            return self.result
        known = {name: self.result[name] for name in ("Id", "AccountName", "RequestedTimestamp")}
        return {**known, "State": "IN_PROGRESS"}


REQUESTS: dict[str, Request] = {}
EMAILS = {utils.MASTER_ACCOUNT_EMAIL}


def open_organization(account: str) -> OrganizationsBackend:
    return organizations_backends[account]["aws"]


@serves("organizations")
def create_organizational_unit(call: Call) -> Input:
    """moto has several of one name below one parent."""
    backend, parent = open_organization(call.account), read_string(call.input, "ParentId")
    backend.describe_organization()
    backend.validate_parent_id(parent)
    if any((ou.parent_id, ou.name) == (parent, call.input.get("Name")) for ou in backend.ou):
        raise DuplicateOrganizationalUnitException
    return backend.create_organizational_unit(**call.input)


@serves("organizations")
def create_account(call: Call) -> Input:
    backend = open_organization(call.account)
    name, email = read_string(call.input, "AccountName"), read_string(call.input, "Email")
    if email.lower() in EMAILS:
        # Without an organization there is no request either.
        backend.describe_organization()
        result = {
            "Id": f"car-{secrets.token_hex(16)}",
            "AccountName": name,
            "State": "FAILED",
            "FailureReason": "EMAIL_ALREADY_EXISTS",
            "RequestedTimestamp": now(),
            "CompletedTimestamp": now(),
        }
    else:
        result = backend.create_account(**call.input)["CreateAccountStatus"]
        EMAILS.add(email.lower())
    REQUESTS[result["Id"]] = Request(result, config.create_account_polls)
    return {"CreateAccountStatus": Request(result, 1).describe()}


@serves("organizations")
def describe_create_account_status(call: Call) -> Input:
    name = read_string(call.input, "CreateAccountRequestId")
    if name not in REQUESTS:
        raise ApiError("CreateAccountStatusNotFoundException", f"There is no request {name} to create an account")
    request = REQUESTS[name]
    described = request.describe()
    request.polls = max(0, request.polls - 1)
    return {"CreateAccountStatus": described}


@serves("organizations")
def list_create_account_status(call: Call) -> Input:
    states = read_list(call.input, "States", str)
    described = [request.describe() for request in REQUESTS.values()]
    found = [each for each in described if not states or each["State"] in states]
    page, token = paginate(found, call.input.get("NextToken"), call.input.get("MaxResults"))
    return {"CreateAccountStatuses": page, "NextToken": token}
