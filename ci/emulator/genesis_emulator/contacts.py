"""
Alternate contacts: https://docs.aws.amazon.com/accounts/latest/APIReference/API_GetAlternateContact.html, API_PutAlternateContact.html,
API_DeleteAlternateContact.html. One that is not there is 404, moto's 400; and the management account must not name itself.
"""

from werkzeug.wrappers import Response

from .call import Call
from .config import MANAGEMENT_ACCOUNT
from .errors import ApiError
from .forward import forward
from .operations import OPERATIONS

MISSING = "No contact of the inputted alternate contact type found."


def use_contact(call: Call) -> Response:
    if call.input.get("AccountId") == MANAGEMENT_ACCOUNT:
        message = f"The management account {MANAGEMENT_ACCOUNT} can be changed and read without AccountId only."
        raise ApiError("AccessDeniedException", message, 403)
    response = forward(call)
    if b"ResourceNotFoundException" in response.get_data() and response.status_code == 400:
        raise ApiError("ResourceNotFoundException", MISSING, 404)
    return response


for verb in ("Get", "Put", "Delete"):
    OPERATIONS["account", f"{verb}AlternateContact"] = use_contact
