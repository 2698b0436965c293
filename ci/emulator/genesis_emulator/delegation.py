"""
Trusted services and whom they are delegated to: https://docs.aws.amazon.com/organizations/latest/APIReference/
API_DisableAWSServiceAccess.html, API_RegisterDelegatedAdministrator.html.
"""

from collections.abc import Callable

from moto.organizations.models import FakeDelegatedAdministrator, FakeServiceAccess, OrganizationsBackend

from .call import Call
from .errors import ApiError
from .inputs import Input, paginate
from .operations import OPERATIONS
from .organizations import open_organization

# Services that moto refuses to trust, and to delegate.
FakeServiceAccess.TRUSTED_SERVICES.append("iam.amazonaws.com")
FakeDelegatedAdministrator.SUPPORTED_SERVICES.append("securityhub.amazonaws.com")


def enable(call: Call) -> None:
    """moto trusts services where there is no organization, too."""
    backend = open_organization(call.account)
    backend.describe_organization()
    backend.enable_aws_service_access(**call.input)


def disable(call: Call) -> None:
    """Not while an account is its delegated administrator."""
    backend = open_organization(call.account)
    if any(call.input.get("ServicePrincipal") in admin.services for admin in backend.admins):
        message = "You cannot disable trusted access for a service that has a delegated administrator."
        raise ApiError("ConstraintViolationException", message)
    backend.disable_aws_service_access(**call.input)


def list_pages(field: str, read: Callable[[OrganizationsBackend, Input], Input]) -> Callable[[Call], Input]:
    """At most 20 a page, where moto answers all at once."""

    def operate(call: Call) -> Input:
        found = read(open_organization(call.account), call.input)[field]
        page, token = paginate(found, call.input.get("NextToken"), call.input.get("MaxResults") or 20)
        return {field: page, "NextToken": token}

    return operate


OPERATIONS["organizations", "EnableAWSServiceAccess"] = enable
OPERATIONS["organizations", "DisableAWSServiceAccess"] = disable
OPERATIONS["organizations", "ListAWSServiceAccessForOrganization"] = list_pages(
    "EnabledServicePrincipals", lambda backend, _: backend.list_aws_service_access_for_organization()
)
OPERATIONS["organizations", "ListDelegatedAdministrators"] = list_pages(
    "DelegatedAdministrators", lambda backend, given: backend.list_delegated_administrators(**given)
)
OPERATIONS["organizations", "ListDelegatedServicesForAccount"] = list_pages(
    "DelegatedServices", lambda backend, given: backend.list_delegated_services_for_account(**given)
)
OPERATIONS["organizations", "ListTargetsForPolicy"] = list_pages(
    "Targets", lambda backend, given: backend.list_targets_for_policy(**given)
)
