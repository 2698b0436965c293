"""
The audiences of an OIDC provider, one at a time: https://docs.aws.amazon.com/IAM/latest/APIReference/
API_AddClientIDToOpenIDConnectProvider.html, API_RemoveClientIDFromOpenIDConnectProvider.html. Neither fails where there is nothing to do.
"""

from moto.iam.models import iam_backends
from werkzeug.wrappers import Response

from .call import Call
from .operations import OPERATIONS, answer_xml


def change_audiences(call: Call) -> Response:
    provider = iam_backends[call.account]["aws"].get_open_id_connect_provider(call.input["OpenIDConnectProviderArn"])
    audience = call.input["ClientID"]
    others = [each for each in provider.client_id_list if each != audience]
    provider.client_id_list = [*others, audience] if call.operation.startswith("Add") else others
    return answer_xml(call)


OPERATIONS["iam", "AddClientIDToOpenIDConnectProvider"] = change_audiences
OPERATIONS["iam", "RemoveClientIDFromOpenIDConnectProvider"] = change_audiences
