"""Passes a call on to moto."""

import io

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.wrappers import Response

from .call import Call

MOTO = DomainDispatcherApplication(create_backend_app)


def forward(call: Call) -> Response:
    """moto's answer to a call as it came."""
    body = call.request.get_data()
    environ = {**call.request.environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    for consumed in ("HTTP_TRANSFER_ENCODING", "wsgi.input_terminated", "werkzeug.request"):
        environ.pop(consumed, None)
    return Response.from_app(MOTO, environ, buffered=True)
