"""Run a server: a socket that listens first, then the application on it until a signal ends it."""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from index.errors import BadInput, QianliError, reason
from index.messages import say
from search.output.json_lines import json_line
from search.searcher import READY, Searcher
from search.server.application import application
from search.server.guards.guard import Log
from search.server.problems import MEDIA
from search.server.settings import LOOPBACK, ServerSettings

GRACE = 5  # seconds in which requests under way are answered once the server is to end
HEAD_TIME = 10.0  # seconds in which the head of a request must have come
LONGEST_HEAD = 32 * 2**10  # bytes of the head of a request, its address and its headers
MOST_CONNECTIONS = 400  # at once; each takes a file, and 1,024 are what a process has
EVERYWHERE = ("0.0.0.0", "::", "")


class PatientProtocol(H11Protocol):
    """A connection that is closed where the head of a request does not arrive in time; uvicorn itself would wait for ever."""

    _timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_head()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request that is no HTTP; most often Chinese stands in its address as it is."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        told = say(
            "this is no HTTP request; in an address Chinese is percent-encoded, which curl does with: -G --data-urlencode q=QUESTION"
        )
        fields = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": told}
        body = f"{json_line(fields)}\n".encode()
        head = [(b"content-type", MEDIA.encode()), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        for event in (h11.Response(status_code=400, headers=head, reason=b"Bad Request"), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_TIME, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class Noted(logging.Handler):
    """Hands what uvicorn and asyncio report to the log of the server, a line each, without traces."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        now = datetime.now().astimezone().isoformat(timespec="milliseconds")
        self._log({"time": now, "event": record.getMessage().partition("\n")[0]})


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to this address. Raise BadInput where the port is taken or the host is not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise _refused(host, port, error) from None
    try:
        if socket.has_ipv6 and family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if host in EVERYWHERE else 1)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that ended a moment ago is no hindrance
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise _refused(host, port, error) from None
    return bound


def _refused(host: str, port: int, error: Exception) -> BadInput:
    return BadInput("{host}, port {port}, cannot be listened at: {why}; choose another with --host or --port, or --port 0 for a free one",
                    host=host, port=port, why=reason(error))  # fmt: skip


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach *host*.

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("0.0.0.0"), is_loopback("example.org")
    (True, True, False, False)
    """
    if host.lower() in LOOPBACK:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(settings: ServerSettings, port: int) -> str:
    """Return the address that people open: under the first further name, where the server listens at every address of the machine.

    >>> address_of(ServerSettings(), 8321), address_of(ServerSettings("::", allowed_hosts=("desk.example",)), 80)
    ('http://127.0.0.1:8321/', 'http://desk.example:80/')
    """
    host = settings.host
    if host in EVERYWHERE:
        host = next(iter(settings.allowed_hosts), LOOPBACK[0])
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.certificate else 'http'}://{host}:{port}/"


def check_certificate(certificate: Path, key: Path) -> None:
    """Raise BadInput unless these are a certificate and its key, in PEM, without a password."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise BadInput("{certificate} and {key} are no certificate with its key: {why}; give two files in PEM, the key without a password",
                       certificate=certificate, key=key, why=reason(error)) from None  # fmt: skip


def run(searcher: Searcher, settings: ServerSettings, listener: socket.socket, ready: Callable[[], None], log: Log) -> None:
    """Answer on *listener* until SIGTERM or SIGINT, which is raised once more at the end; call *ready* as soon as requests are answered."""

    with suppress(QianliError):
        searcher.search_many([READY])

    for name in ("uvicorn", "asyncio"):
        logging.getLogger(name).addHandler(Noted(log))
        logging.getLogger(name).propagate = False

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    config = uvicorn.Config(
        application(searcher, settings, log),
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=GRACE,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )
    Server(config).run([listener])
