"""
Accounts are created asynchronously, and an address serves one account:
https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html, API_DescribeCreateAccountStatus.html,
API_ListCreateAccountStatus.html. moto creates the account at once and takes an address twice; here the answer waits for the looks that were
configured, and a second account of an address, in any case of letters, ends FAILED. A closed account keeps its address.
"""

import secrets
from dataclasses import dataclass

from moto.organizations.models import FakeServiceAccess, OrganizationsBackend, organizations_backends
from moto.organizations.utils import MASTER_ACCOUNT_EMAIL

from .call import Call
from .config import config
from .errors import ApiError
from .inputs import Input, now, paginate, read_list, read_string
from .operations import OPERATIONS, serves

# A service that may be trusted, and that moto refuses.
FakeServiceAccess.TRUSTED_SERVICES.append("iam.amazonaws.com")


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
EMAILS = {MASTER_ACCOUNT_EMAIL}


def open_organization(account: str) -> OrganizationsBackend:
    return organizations_backends[account]["aws"]


def enable_service_access(call: Call) -> None:
    """moto trusts services where there is no organization, too."""
    backend = open_organization(call.account)
    backend.describe_organization()
    backend.enable_aws_service_access(**call.input)


OPERATIONS["organizations", "EnableAWSServiceAccess"] = enable_service_access


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
