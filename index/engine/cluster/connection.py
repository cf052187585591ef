"""A connection to a server of OceanBase: statements in, rows out, and its errors in our words.

connect            one connection with the settings that all statements here expect
begin_reading      everything that is read from now on is of one state, until the connection is closed
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from index.engine.cluster.address import PASSWORD, ClusterAddress
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, QianliError, Unreachable, Unwritten, reason
from index.messages import say

if TYPE_CHECKING:
    import pymysql

OLDEST = (4, 3, 5)  # the first OceanBase with sparse vectors
CONNECT_WAIT = 10  # seconds
STATEMENT_WAIT = 100  # seconds; the first question after a start of the server loads its vector indexes
LONG_WAIT = 20 * 24 * 3600  # seconds, for a writer's statements and transactions, and for connections that wait
GRACE = 20  # seconds that a server has to say that a statement took too long
LOST = (2006, 2013, 2014, 2055)  # the connection is gone
REFUSED = (1044, 1045, 1142, 1227, 5035)  # no such user, a wrong password, or a right that is missing
NO_DATABASE, NO_TABLE = 1049, 1146
REPLACED = (1412, 4138, 5627)  # a table was dropped or changed, or what was read is kept no longer
TOO_LONG = (4012, 4224, 1317, 3024)
LOCKED = (1205, 3572, 6001)
FULL = (1114, 4002, 4013, 4030, 4184, 4623, 6002)  # no room on the disk or in memory


class Connection:
    """One connection; several threads may use it, one at a time."""

    def __init__(self, address: ClusterAddress, raw: pymysql.Connection[Any]) -> None:
        self.address, self._raw, self._lock = address, raw, RLock()

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows that *statement* asks for; %s in it stands for one of the *values*, a list of them for what `IN` names."""
        with self._lock, naming_errors(self.address), self._raw.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())

    def run(self, statement: str, *values: Any) -> int:
        """Change something; return how many rows are other than before."""
        with self._lock, naming_errors(self.address), self._raw.cursor() as cursor:
            return int(cursor.execute(statement, values or None))

    def run_each(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Change something for each of *rows*; those of an INSERT are sent many at a time."""
        if rows := list(rows):
            with self._lock, naming_errors(self.address), self._raw.cursor() as cursor:
                cursor.executemany(statement, rows)

    def begin(self) -> None:
        self.run("START TRANSACTION")

    def commit(self) -> None:
        with self._lock, naming_errors(self.address):
            self._raw.commit()

    def roll_back(self) -> None:
        with self._lock, suppress(Exception):  # a connection that is gone has rolled back
            self._raw.rollback()

    def close(self) -> None:
        with suppress(Exception):
            self._raw.close()

    @property
    def is_open(self) -> bool:
        return bool(self._raw.open)


def connect(address: ClusterAddress, database: bool = True, wait: float = STATEMENT_WAIT) -> Connection:
    """Connect to the server, in the *database* of the address; a statement may take *wait* seconds.

    Raises Unreachable where no server answers, NoIndex where it has no such database, BadInput for what the server refuses.
    """
    try:
        import pymysql
    except ImportError:
        raise BadInput("an index in a cluster needs PyMySQL; install it with: pip install 'qianli-precedents[cluster]'") from None
    secured: dict[str, Any] = {}
    if address.ca:
        _refuse_no_certificates(address.ca)
        secured = {"ssl_ca": str(address.ca), "ssl_verify_cert": True, "ssl_verify_identity": True}
    with naming_errors(address):
        raw = pymysql.connect(
            user=address.user,
            password=address.password().encode(),  # of a str, PyMySQL takes Latin letters alone
            database=address.database if database else None,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=CONNECT_WAIT,
            read_timeout=wait + GRACE,
            write_timeout=wait + GRACE,
            program_name="qianli",
            host=address.host,
            port=address.port,
            **secured,
        )
    connection = Connection(address, raw)
    try:
        _refuse_other_servers(connection)
        times = {"ob_query_timeout": wait, "ob_trx_timeout": LONG_WAIT, "ob_trx_idle_timeout": LONG_WAIT}
        settings = ", ".join(f"{name} = {int(seconds * 1_000_000)}" for name, seconds in times.items())
        connection.run(f"SET {settings}, wait_timeout = {LONG_WAIT}")
    except BaseException:
        connection.close()
        raise
    return connection


def begin_reading(connection: Connection) -> None:
    """Let all that is read from now on be of the state that is committed now."""
    connection.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    connection.run("START TRANSACTION WITH CONSISTENT SNAPSHOT")


@contextmanager
def naming_errors(address: ClusterAddress) -> Iterator[None]:
    """Turn the errors of a server into ours; none of them has the password."""
    import pymysql

    try:
        yield
    except pymysql.MySQLError as error:
        raise _told(address, error) from error
    except (OSError, RuntimeError) as error:  # RuntimeError: what cryptography is missing for
        raise Unreachable(
            "the server of {address} cannot be asked ({why}); is it running, and is the address right?", address=address, why=_line(error)
        ) from error


def _told(address: ClusterAddress, error: Exception) -> QianliError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    why = _line(error)
    if number in REFUSED:
        return BadInput(
            "the server of {address} refuses {user}: {why}; check the user, its rights, and the password in {variable}",
            address=address,
            user=address.user,
            why=why,
            variable=PASSWORD if os.environ.get(PASSWORD) else address.password_file or PASSWORD,
        )
    if number == NO_DATABASE:
        return NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=address)
    if number == NO_TABLE or number in REPLACED:
        return DamagedIndex("the index in {address} was replaced or removed meanwhile ({why}); open it again", address=address, why=why)
    if number in LOCKED:
        return Busy("another process changes the index in {address}; try again when it is done", address=address)
    if number in FULL:
        return Unwritten(
            "the server of {address} has no room: {why}; the last good state stays, mend this and try again", address=address, why=why
        )
    if number in TOO_LONG:
        return Unreachable("the server of {address} took too long: {why}; try again when it has less to do", address=address, why=why)
    if number in LOST or number in range(2000, 2100) or number == 0:
        return Unreachable(
            "the server of {address} cannot be asked ({why}); is it running, and is the address right?", address=address, why=why
        )
    return Unwritten("the server of {address} says: {why}; the last good state stays", address=address, why=why)


def _line(error: Exception) -> str:
    """Return what an error says, in one line."""
    said = error.args[1] if len(error.args) > 1 and isinstance(error.args[0], int) else str(error)
    return " ".join(str(said or type(error).__name__).split())


def _refuse_no_certificates(file: Path) -> None:
    """Raise BadInput unless *file* has certificates."""
    import ssl

    try:
        ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = say("no certificate") if isinstance(error, ssl.SSLError) else reason(error) if isinstance(error, OSError) else error
        raise BadInput("the certificates in {file} cannot be read: {why}", file=file, why=why) from error


def _refuse_other_servers(connection: Connection) -> None:
    """Raise BadInput unless the server is an OceanBase that has sparse vectors."""
    ((comment,),) = connection.rows("SELECT @@version_comment")
    found = re.search(r"OceanBase\D*(\d+(?:\.\d+)*)", str(comment))
    if not found or tuple(map(int, found[1].split("."))) < OLDEST:
        raise BadInput(
            "the server of {address} is {server}; an index needs OceanBase {oldest} or later",
            address=connection.address,
            server=_line(Exception(comment)),
            oldest=".".join(map(str, OLDEST)),
        )
