"""A server of seekdb, the sibling of OceanBase on one machine, for the tests that need one: started once, stopped.

It listens on all addresses of the machine and comes without a password, so that a password is set before anything else, and it is
stopped again where that fails. Where no server can run, tests say so by name; QIANLI_ENGINE=required makes that a failure.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from index.engine.cluster.address import PASSWORD

GIVEN = "QIANLI_CLUSTER_URL"  # the address of a database on a server of one's own, for the same tests
REQUIRED = "QIANLI_ENGINE"  # "required": that no server runs is a failure
STARTED_WITHIN, STOPPED_WITHIN = 120.0, 30.0  # seconds
SETTINGS = ("datafile_size=1G", "log_disk_size=2G", "memory_limit=2G", "_private_buffer_size=0B")


class Server(NamedTuple):
    """A server that runs: its process, its *base* folder, its port, and the password of root."""

    process: subprocess.Popen[bytes]
    base: Path
    port: int
    password: str

    def address(self, name: str, database: str = "qianli") -> str:
        """Return the address of an index on this server; the password is in the environment."""
        return f"oceanbase://root@127.0.0.1:{self.port}/{database}/{quote(name, safe='')}"


def reason_for_none() -> str | None:
    """Return why no server can run here, None where one can."""
    if not sys.platform.startswith("linux"):
        return "seekdb runs on Linux"
    if find_spec("pymysql") is None:
        return "PyMySQL is not installed"
    if find_spec("pylibseekdb") is None:
        return "pylibseekdb is not installed"
    return None if binary().is_file() else "pylibseekdb has no server"


def binary() -> Path:
    """Return the server in the wheel, which is found without importing it."""
    found = find_spec("pylibseekdb")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "seekdb"


def start(base: Path, port: int | None = None, password: str = "", settings: Sequence[str] = SETTINGS) -> Server:
    """Start a server in the folder *base*, which may hold its data already, and wait until it answers. An empty *password*: a new one."""
    (base / "run").mkdir(parents=True, exist_ok=True)
    program, port = binary(), port or _free_port()
    libraries = os.pathsep.join([str(program.parent), str(program.parent.parent / "pylibseekdb.libs")])
    parameters = [part for setting in settings for part in ("--parameter", setting)]
    with (base / "output").open("ab") as output:
        process = subprocess.Popen(
            [program, "--nodaemon", "--port", str(port), "--base-dir", base, "--log-level", "ERROR", *parameters],
            env={"PATH": os.defpath, "HOME": str(base), "LD_LIBRARY_PATH": libraries, "TELEMETRY_ENABLED": "0"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = Server(process, base, port, password or secrets.token_hex(16))
    try:
        _wait_until_it_answers(server, first=not password)
    except BaseException:
        stop(server)
        raise
    return server


def stop(server: Server, kill: bool = False) -> None:
    """Stop a server by its process, at once where it is to be killed."""
    with suppress(ProcessLookupError):
        server.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
    try:
        server.process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


@contextmanager
def running(base: Path) -> Iterator[Server]:
    """Yield a new server, whose password is in the environment; skip the test, or let it fail, where none can run."""
    if reason := reason_for_none():
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(f"engine contract: not run: {reason}")
        pytest.skip(f"engine contract: not run: {reason}")
    server = start(base)
    before = os.environ.get(PASSWORD)
    os.environ[PASSWORD] = server.password
    try:
        yield server
    finally:
        os.environ.pop(PASSWORD)
        if before is not None:
            os.environ[PASSWORD] = before
        stop(server)


def _wait_until_it_answers(server: Server, first: bool) -> None:
    """Wait for the first answer; set the password of a new server."""
    import pymysql

    until = time.monotonic() + STARTED_WITHIN
    while True:
        try:
            password = "" if first else server.password
            with pymysql.connect(host="127.0.0.1", port=server.port, user="root", password=password) as connection:
                if first:
                    connection.cursor().execute(f"ALTER USER root IDENTIFIED BY '{server.password}'")
                return
        except pymysql.MySQLError as error:
            if server.process.poll() is not None or time.monotonic() > until:
                said = (server.base / "output").read_text("utf-8", "replace")[-500:]
                raise RuntimeError(f"the server does not answer: {error}; it said: {said}") from error
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
