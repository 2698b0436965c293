"""
Services that an organization trusts, and the accounts that administer them for it:
https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html, API_RegisterDelegatedAdministrator.html.
"""

from typing import Any

from moto.organizations.exceptions import ConstraintViolationException
from moto.organizations.models import FakeDelegatedAdministrator, FakeServiceAccess

from .call import Call
from .forward import forward
from .inputs import read_string
from .operations import OPERATIONS, serves
from .organizations import open_organization

# What moto refuses.
FakeServiceAccess.TRUSTED_SERVICES.append("iam.amazonaws.com")
FakeDelegatedAdministrator.SUPPORTED_SERVICES += ["backup.amazonaws.com", "config.amazonaws.com", "securityhub.amazonaws.com"]


def enable_service_access(call: Call) -> None:
    """moto trusts services where there is no organization, too."""
    backend = open_organization(call.account)
    backend.describe_organization()
    backend.enable_aws_service_access(**call.input)


def disable_service_access(call: Call) -> Any:
    service = read_string(call.input, "ServicePrincipal")
    if any(service in admin.services for admin in open_organization(call.account).admins):
        raise ConstraintViolationException(f"{service} has a delegated administrator; deregister it first.")
    return forward(call)


OPERATIONS["organizations", "EnableAWSServiceAccess"] = enable_service_access
OPERATIONS["organizations", "DisableAWSServiceAccess"] = disable_service_access


@serves("organizations")
def register_delegated_administrator(call: Call) -> Any:
    service = read_string(call.input, "ServicePrincipal")
    if not any(each["ServicePrincipal"] == service for each in open_organization(call.account).services):
        raise ConstraintViolationException(f"The organization does not trust {service}.")
    return forward(call)
