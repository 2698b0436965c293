"""Serves the application over HTTP, one thread for a connection, and forks with its state."""

import gc
import os
import signal
import socket
import sys
import threading
from typing import Any

from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wrappers import Request, Response

from .admin import PREFIX, answer, answer_admin
from .app import App
from .config import config
from .counts import Counts
from .faults import Faults


class Handler(MotoRequestHandler):
    """
    Sends whole answers and keeps connections. werkzeug's own way to answer ends each connection, and before that reads what the client may
    still send: with a client that keeps the connection it waits there for ever.
    """

    protocol_version = "HTTP/1.1"
    # One packet for headers and body, sent at once: two would wait for each other's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "Server"

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        response = self.server.answer(Request(environ))
        if response is None:
            self.close_connection = True
            return
        body, status, headers = response.get_wsgi_response(environ)
        self.send_response(response.status_code, status.partition(" ")[2])
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            # A client that asked for it, and is not told, would send its next request to an end that is gone.
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"".join(body))
        self.wfile.flush()
        response.close()

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        # The portal's token; werkzeug leaves out headers whose names have an underscore.
        token = self.headers.get("x-amz-sso_bearer_token")
        return environ if token is None else {**environ, "HTTP_X_AMZ_SSO_BEARER_TOKEN": token}

    def log_request(self, *_: Any) -> None:
        """Says nothing: the counts tell what was asked."""


class Server(ThreadedWSGIServer):
    def __init__(self, listener: socket.socket, app: App) -> None:
        super().__init__(config.host, 0, self.answer, Handler, fd=listener.fileno())
        listener.close()
        self.emulator = app
        self.connections: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def answer(self, request: Request) -> Response | None:
        if not request.path.startswith(PREFIX):
            return self.emulator.answer(request)
        try:
            return answer_admin(self.emulator, self.fork, request)
        except ValueError as error:
            return answer({"message": str(error)}, 400)

    def fork(self) -> dict[str, int]:
        """
        A copy of this process with all its state, on a port of its own; counts and faults it has none. The caller holds the lock, so that
        no other request is half-way: the threads of others do not live on in the copy.
        """
        listener = listen(0)
        sys.stdout.flush()
        # What is there by now is not looked at by the copies' garbage collector, which would copy its pages.
        gc.freeze()
        pid = os.fork()
        if pid == 0:
            self.go_on(listener)
        port = listener.getsockname()[1]
        listener.close()
        return {"port": port, "pid": pid}

    def go_on(self, listener: socket.socket) -> None:
        """The life of a copy; never returns."""
        try:
            self.socket.close()
            # Closed without a word: the connections are the parent's too.
            for connection in self.connections:
                os.close(connection.detach())
            app = self.emulator
            app.lock, app.counts, app.faults = threading.Lock(), Counts(), Faults()
            # Otherwise both would make up the same ids from now on.
            mock_random.seed()
            serve(listener, app)
        finally:
            os._exit(1)


def listen(port: int) -> socket.socket:
    return socket.create_server((config.host, port), backlog=128)


def serve(listener: socket.socket, app: App) -> None:
    """Serves until the process ends: by a signal, by the admin's kill, or when whoever started it is gone."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    # Copies that end leave no zombie.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if config.lifeline is not None:
        threading.Thread(target=watch_lifeline, args=(config.lifeline,), daemon=True).start()
    Server(listener, app).serve_forever()


def watch_lifeline(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass
    os._exit(0)
