"""Where tests steer the emulator. No AWS API has such a path, and S3 no such bucket. All JSON; 400 with a message for a wrong body."""

import json
import os
from typing import Any

from werkzeug.wrappers import Request, Response

from .accounts import configure_account
from .app import App
from .sign_in import LOGIN

PREFIX = "/_emulator/"


def answer_admin(app: App, fork: Any, request: Request) -> Response:
    """`fork` makes a copy of the process and tells its port and process id."""
    body = json.loads(request.get_data() or b"{}") if request.method == "POST" else {}
    with app.lock:
        routes = {
            "GET requests": lambda: {"requests": list(app.counts.entries.values())},
            "DELETE requests": app.counts.clear,
            "POST faults": lambda: app.faults.set(body, app.counts.writes),
            "DELETE faults": app.faults.clear,
            "POST accounts": lambda: configure_account(body),
            "POST device/approve": lambda: LOGIN.decide(body, "approved"),
            "POST device/deny": lambda: LOGIN.decide(body, "denied"),
            "POST device/settings": lambda: LOGIN.configure(body),
            "POST fork": fork,
            "POST kill": lambda: {},
        }
        name = f"{request.method} {request.path.removeprefix(PREFIX)}"
        if name not in routes:
            return answer({"message": f"there is no {name}; known: {','.join(routes)}"}, 404)
        response = answer(routes[name]() or {})
    if name == "POST kill":
        # After the answer was sent; nothing is cleaned up, as if the machine died.
        response.call_on_close(lambda: os._exit(1))
    return response


def answer(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/json")
