"""Errors of AWS APIs, spelled as each protocol spells them."""

import json
import re
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response


class ApiError(Exception):
    """An error that AWS would answer. Without a status it is the protocol's usual one; members stand beside code and message."""

    def __init__(self, code: str, message: str, status: int | None = None, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


# Errors of the query and XML protocols that are 403 there; JSON protocols answer 400 to all of them.
FORBIDDEN = {"AccessDenied", "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch"}


def answer_error(service: str, protocol: str, error: ApiError) -> Response:
    """
    https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html, https://smithy.io/2.0/aws/protocols/aws-query-protocol.html,
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and, for the sign-in,
    https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
    """
    code, message = error.code, error.message
    if protocol in ("json", "rest-json"):
        oauth = {"error": oauth_code(code), "error_description": message} if service == "sso-oidc" else {}
        body = {"__type": code, "message": message, "Message": message, **oauth, **error.members}
        response = Response(json.dumps(body), error.status or 400, content_type="application/x-amz-json-1.1")
        response.headers["x-amzn-errortype"] = code
        return response
    xml = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    request_id = f"<RequestId>{uuid4()}</RequestId>"
    forbidden = code in FORBIDDEN and not (protocol == "rest-xml" and code == "ExpiredToken")
    if protocol == "rest-xml":
        body = f"<Error>{xml}{request_id}</Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{xml}</Error>{request_id}</ErrorResponse>"
    return Response(body, error.status or (403 if forbidden else 400), content_type="text/xml")


def oauth_code(code: str) -> str:
    """`AuthorizationPendingException` is `authorization_pending` in OAuth."""
    return re.sub(r"(?<!^)[A-Z]", r"_\g<0>", code.removesuffix("Exception")).lower()
