"""Run a server: a socket that listens first, then the application on it until a signal ends it."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from index.errors import BadInput, reason
from search.searcher import Searcher
from search.server.settings import ServerSettings

GRACE = 5  # seconds in which requests under way are answered once the server is to end


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens at this address. Raise BadInput where the port is taken or the host is not this machine's."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadInput("{host}, port {port}, cannot be listened at: {why}; choose others with --host and --port",
                       host=host, port=port, why=reason(error)) from None  # fmt: skip


def serve(searcher: Searcher, settings: ServerSettings, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer until SIGTERM or SIGINT; call *ready* once requests are answered."""
    import uvicorn

    from search.server.application import application

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    config = uvicorn.Config(application(searcher, settings), log_config=None, access_log=False, http="h11", ws="none",
                            server_header=False, timeout_graceful_shutdown=GRACE)  # fmt: skip
    signal.signal(signal.SIGTERM, lambda number, frame: None)  # uvicorn raises the signal again once all is answered
    Server(config).run([listener])
