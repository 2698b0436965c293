"""The operations that moto lacks or that it answers otherwise than AWS."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from werkzeug.wrappers import Response

from .call import Call

# Returns the JSON of the answer, or a whole response. Raises ApiError, or moto's own errors.
Operation = Callable[[Call], Any]

OPERATIONS: dict[tuple[str, str], Operation] = {}


def serves(service: str) -> Callable[[Operation], Operation]:
    """Registers a function for the operation of its name: `create_user` answers CreateUser."""

    def register(function: Operation) -> Operation:
        OPERATIONS[service, "".join(part.capitalize() for part in function.__name__.split("_"))] = function
        return function

    return register


def answer_xml(call: Call, result: str = "") -> Response:
    """An answer of the query protocol: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html"""
    name = call.operation
    metadata = f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
    body = f"<{name}Response><{name}Result>{result}</{name}Result>{metadata}</{name}Response>"
    return Response(body, content_type="text/xml")
