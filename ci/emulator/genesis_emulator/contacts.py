"""
Alternate contacts: https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetAlternateContact.html, API_PutAlternateContact.html,
API_DeleteAlternateContact.html. What moto lacks: one that is not there is 404, for a deletion too; the management account names others, which
takes trust in the service, and never itself.
"""

from moto.account.models import account_backends
from moto.organizations.exceptions import OrganizationsClientError
from moto.organizations.models import OrganizationsBackend
from werkzeug.wrappers import Response

from .call import Call
from .errors import ApiError
from .forward import forward
from .operations import OPERATIONS
from .organizations import open_organization


def use_contact(call: Call) -> Response:
    account = call.input.get("AccountId")
    if account == call.account:
        raise ApiError("ValidationException", "The management account is meant where there is no AccountId; leave it out.")
    if account is not None and not may_name(open_organization(call.account), account):
        raise ApiError("AccessDeniedException", f"{call.account} must not use the contacts of {account}.", 403)
    contacts = account_backends[account or call.account]["aws"]._alternate_contacts
    if not call.operation.startswith("Put") and call.input.get("AlternateContactType") not in contacts:
        raise ApiError("ResourceNotFoundException", "No contact of the inputted alternate contact type found.", 404)
    return forward(call)


def may_name(backend: OrganizationsBackend, account: str) -> bool:
    try:
        backend.get_account_by_id(account)
    except OrganizationsClientError:
        return False
    return any(each["ServicePrincipal"] == "account.amazonaws.com" for each in backend.services)


for verb in ("Get", "Put", "Delete"):
    OPERATIONS["account", f"{verb}AlternateContact"] = use_contact
