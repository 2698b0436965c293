"""Answers a request: counts it, lets a fault strike it, answers it or passes it on to moto."""

import json
import struct
import sys
import traceback
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET
from threading import Lock
from typing import Any

from moto.core.exceptions import JsonRESTError, ServiceException
from werkzeug.wrappers import Request, Response

from . import (  # noqa: F401
    accounts,
    audiences,
    contacts,
    delegation,
    ecr_public,
    identity_store,
    organizations,
    policies,
    portal,
    root_access,
    root_sessions,
    s3,
    sign_in,
    sso_admin,
)
from .call import Call, parse_call
from .counts import Counts
from .errors import ApiError, answer_error
from .faults import Faults, strikes, to_error
from .forward import forward
from .operations import OPERATIONS

# Services that are wholly ours: what is not implemented there must not reach moto, which would take it for S3.
OURS = {"ecr-public", "sso", "sso-oidc"}


class App:
    def __init__(self) -> None:
        self.counts = Counts()
        self.faults = Faults()
        # Serializes everything that reads or changes state, so that a fork finds nothing half-way.
        self.lock = Lock()

    def answer(self, request: Request) -> Response | None:
        """None: the connection was broken."""
        # Read before the lock is taken: a slow client holds up nobody.
        request.get_data(parse_form_data=False)
        try:
            call = parse_call(request)
            with self.lock:
                cleared = self.faults.cleared
                fault = self.faults.take(call, self.counts.writes)
                self.counts.add(call, strikes(fault))
            if "delay" in fault:
                cleared.wait(fault["delay"] / 1000)
            if fault.get("reset"):
                return break_connection(request)
            if "code" in fault:
                return answer_error(call.service, call.protocol, to_error(fault, call))
            with self.lock:
                return answer_call(call)
        except Exception as error:
            # A bug here, or what moto lacks: a server error, as AWS would have, with the reason.
            traceback.print_exc(file=sys.stderr)
            return Response(f"the emulator failed: {error}", 500, content_type="text/plain")


def answer_call(call: Call) -> Response:
    operation = OPERATIONS.get((call.service, call.operation))
    try:
        if operation is not None:
            return to_response(operation(call))
        if call.service not in OURS:
            return forward(call)
        raise NotImplementedError
    except NotImplementedError:
        missing = ApiError("UnknownOperationException", f"The emulator has no {call.service} {call.operation}")
        return answer_error(call.service, call.protocol, missing)
    except ApiError as error:
        return answer_error(call.service, call.protocol, error)
    except ServiceException as error:
        return answer_error(call.service, call.protocol, ApiError(error.code, error.message))
    except JsonRESTError as error:
        return Response(error.get_body(), error.code, error.get_headers())


def to_response(value: Any) -> Response:
    if isinstance(value, Response):
        return value
    # AWS leaves out what has no value.
    body = {name: each for name, each in (value or {}).items() if each is not None}
    return Response(json.dumps(body), content_type="application/x-amz-json-1.1")


def break_connection(request: Request) -> None:
    """Ends the connection as a crash would, without an answer."""
    connection = request.environ["werkzeug.socket"]
    connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(SHUT_RDWR)
