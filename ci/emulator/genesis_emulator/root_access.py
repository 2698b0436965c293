"""
Central root access: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootCredentialsManagement.html,
API_EnableOrganizationsRootSessions.html, their Disable… and API_ListOrganizationsFeatures.html. All need an organization that trusts
iam.amazonaws.com, and its management account.
"""

from collections.abc import Callable
from typing import Any

from moto.iam.models import AccountSummary
from moto.organizations.exceptions import OrganizationsClientError
from werkzeug.wrappers import Response

from .call import Call
from .errors import ApiError
from .operations import OPERATIONS, answer_xml
from .organizations import open_organization

CREDENTIALS = "RootCredentialsManagement"
FEATURES = (CREDENTIALS, "RootSessions")
# By organization, in the order in which they were enabled.
ENABLED: dict[str, list[str]] = {}
# The accounts that were there when root credentials came to be managed: their passwords stay. Later ones are made without.
WITH_PASSWORD: dict[str, set[str]] = {}
# Those whose password was taken since.
WITHOUT_PASSWORD: set[str] = set()


def find_organization(call: Call) -> str:
    """The caller's organization, when the caller may manage root access in it."""
    backend = open_organization(call.account)
    try:
        organization = backend.describe_organization()["Organization"]
    except OrganizationsClientError:
        message = "The account is not a member of an organization"
        raise ApiError("OrganizationNotFoundException", message, 404) from None
    if organization["MasterAccountId"] != call.account:
        message = f"Account {call.account} is not the management account"
        raise ApiError("AccountNotManagementOrDelegatedAdministratorException", message)
    if not any(each["ServicePrincipal"] == "iam.amazonaws.com" for each in backend.services):
        raise ApiError("ServiceAccessNotEnabledException", "Service access is not enabled for iam.amazonaws.com")
    return organization["Id"]


def answer_with(change: Callable[[list[str]], list[str]]) -> Callable[[Call], Response]:
    def operate(call: Call) -> Response:
        name = find_organization(call)
        before = ENABLED.get(name, [])
        ENABLED[name] = change(before)
        if CREDENTIALS in ENABLED[name] and CREDENTIALS not in before:
            WITH_PASSWORD[name] = {account.id for account in open_organization(call.account).accounts}
        members = "".join(f"<member>{feature}</member>" for feature in ENABLED[name])
        result = f"<OrganizationId>{name}</OrganizationId><EnabledFeatures>{members}</EnabledFeatures>"
        return answer_xml(call, result)

    return operate


def without(feature: str, enabled: list[str]) -> list[str]:
    return [each for each in enabled if each != feature]


OPERATIONS["iam", "ListOrganizationsFeatures"] = answer_with(lambda enabled: enabled)
for feature in FEATURES:
    OPERATIONS["iam", f"EnableOrganizations{feature}"] = answer_with(
        lambda enabled, feature=feature: [*without(feature, enabled), feature]
    )
    OPERATIONS["iam", f"DisableOrganizations{feature}"] = answer_with(
        lambda enabled, feature=feature: without(feature, enabled)
    )


def has_password(account: str) -> bool:
    managed = [WITH_PASSWORD[name] for name, features in ENABLED.items() if CREDENTIALS in features]
    return account not in WITHOUT_PASSWORD and all(account in accounts for accounts in managed)


summary_map = AccountSummary.summary_map


def summarize(summary: AccountSummary) -> dict[str, Any]:
    """moto leaves out whether root has a password: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"""
    return {
        **summary_map.fget(summary),
        "AccountPasswordPresent": int(has_password(summary._iam_backend.account_id)),
    }


AccountSummary.summary_map = property(summarize)
