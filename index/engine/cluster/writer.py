"""Changes to an index in a cluster become one state: one transaction, or tables of their own that one transaction names.

    lock ──▶ START TRANSACTION ──▶ rows and terms ──▶ what was written is looked for ──▶ the state ──▶ COMMIT

Many new passages go into new tables in steps, which no reader sees; indexes are made when all are there, and then the state names the
tables. The server frees the lock when the connection of a writer ends, however that happens.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING

from index.document import Article, Page, Passage
from index.engine.cluster import dialect, state
from index.engine.cluster.address import ClusterAddress
from index.engine.cluster.changes import Changes, terms_of
from index.engine.cluster.connection import LONG_WAIT, Connection, connect
from index.engine.cluster.dialect import LOADS, WRITERS
from index.engine.cluster.loading import Load, abandon_load, drop_leftovers, make_index
from index.engine.cluster.queries import Rows
from index.engine.cluster.state import State
from index.engine.protocol import Model, Source, Stamp, Tell, Terms
from index.engine.stored.naming import refuse_other_segmenter
from index.errors import BadInput, Busy, NoIndex, QianliError, Unwritten
from index.messages import say

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

ROW_WAIT = 60.0  # seconds in which a row that another transaction has locked must become free
PAUSE = 0.2  # seconds between two tries to become the writer
MANY_CHANGED = 5_000  # passages; fewer are changed in one transaction
LARGE_SHARE = 0.1  # of the passages of an index; more are written into new tables


class ClusterWriter:
    """Changes to the rows of one transaction, or to tables that no state names yet."""

    def __init__(self, connection: Connection, address: ClusterAddress, old: State, load: Load | None) -> None:
        self._connection, self._address, self._old = connection, address, old
        self._load, self._resumed = load, load is not None
        self._changes = load.changes if load else Changes(connection, state.tables_of(address, old.tables), old)
        self._removed: list[str] = []

    @property
    def unfinished(self) -> bool:
        return self._resumed

    def expect(self, passages: int) -> bool:
        untouched = not self._changes.pages_added and not self._load
        if untouched and passages > max(MANY_CHANGED, LARGE_SHARE * self._old.lengths.passages):
            self._connection.roll_back()
            self._begin_load(self._old.model)
            for source in self._removed:
                self._changes.remove(source)
        return True

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors, terms: Terms = ()
    ) -> None:
        self._changes.remove(file.source)
        self._changes.add(page, file, articles, passages, vectors, terms or terms_of(passages))
        if self._load:
            self._load.step()

    def remove(self, source: str) -> None:
        self._changes.remove(source)
        self._removed.append(source)

    def sources(self) -> Iterator[Source]:
        return self._changes.rows.files()

    def stamps(self) -> Iterator[Stamp]:
        return self._changes.rows.stamps()

    def source(self, name: str) -> Source:
        found = self._changes.rows.file(name)
        assert found is not None, name
        return found

    def touch(self, file: Source) -> None:
        self._changes.touch(file)

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        return self._changes.rows.vectors_of_contents(passages)

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        others = iter(vectors)
        if (first := next(others, None)) is None:  # the model has another name, and all vectors stay
            self._changes.rename(model)
            return
        self._connection.roll_back()
        self._begin_load(model, chain([first], others))

    def commit(self) -> None:
        """Make all changes the state that is read from now on, unless somebody else made another one: the lock may have been lost."""
        state.require(self._connection, self._address, self._old)
        if self._load:
            self._load.finish()
        elif self._changes.any:
            new = self._changes.finish()
            state.write(self._connection, self._address, new._replace(number=self._old.number + 1))
        self._connection.commit()

    def _begin_load(self, model: Model, vectors: Iterable[tuple[int, Vectors]] | None = None) -> None:
        """Write into new tables from now on, which begin as a copy of the present ones, with other *vectors* where there are any."""
        self._load = Load.begin(self._connection, self._address, self._old, model)
        self._changes = self._load.changes
        if self._old.lengths.passages:
            self._load.copy(Rows(self._connection, state.tables_of(self._address, self._old.tables)), vectors)


@contextmanager
def transaction(address: ClusterAddress, wait: float, tell: Tell, building: bool) -> Iterator[ClusterWriter]:
    """Yield the one writer of an index, and commit when the block ends without an error.

    Only who is *building* may go on with a first build that was not finished.
    """
    with locked(address, wait, tell) as connection:
        try:
            old = _read(connection, address)
            refuse_other_segmenter(str(address), old.segmenter)
            load = Load.resumed(connection, address, old)
            if load and not building:
                refuse_unfinished(address)
            drop_leftovers(connection, address, old, load)
            connection.begin()
            writer = ClusterWriter(connection, address, old, load)
            yield writer
            writer.commit()
        except Busy as error:  # nobody else writes: a server that was killed has kept the locks of a change that it has not ended
            connection.roll_back()
            with suppress(QianliError):
                abandon_load(connection, address)
            raise Unwritten(
                "rows of the index in {address} are still locked, by a change that its server did not end when it was killed; give the "
                "command again, and if that does not help, copy the index to another server or a folder: qianli copy",
                address=address,
            ) from error
        except BaseException:
            connection.roll_back()
            raise


@contextmanager
def locked(address: ClusterAddress, wait: float, tell: Tell) -> Iterator[Connection]:
    """Yield a connection while another one has the writer's lock of an index; raise Busy, saying who has it, after *wait* seconds."""
    until, told = time.monotonic() + wait, False
    connection, lock = connect(address, wait=LONG_WAIT), connect(address)
    try:
        dialect.wait_for_rows(connection, ROW_WAIT)
        while not dialect.lock(lock, address.name):
            if time.monotonic() >= until:
                raise Busy("{writer}; try again when it is done", writer=_writer(connection, address))
            if not told:
                tell(say("waiting for {writer}, at most {wait:.0f} s", writer=_writer(connection, address), wait=wait))
                told = True
            time.sleep(PAUSE)
        connection.run_each(dialect.upsert(WRITERS, "name, who", "name"), [(address.name, _signature())])
        yield connection
    finally:
        lock.close()
        connection.close()


def make(address: ClusterAddress, model: Model) -> None:
    """Make an empty index for *model*, and the database where it is missing."""
    server = connect(address, database=False)
    try:
        if not server.rows("SHOW DATABASES LIKE %s", address.database.replace("_", r"\_")):
            server.run(f"CREATE DATABASE IF NOT EXISTS `{address.database.replace('`', '``')}` DEFAULT CHARACTER SET utf8mb4")
    finally:
        server.close()
    database = connect(address, wait=LONG_WAIT)
    try:
        for statement in dialect.SHARED:
            database.run(statement)
    finally:
        database.close()
    with locked(address, wait=60.0, tell=lambda line: None) as connection:
        if state.read(connection, address) is None:
            new = State(model)
            tables = state.tables_of(address, new.tables)
            dialect.drop(connection, tables)  # what a creation left that was killed
            dialect.create(connection, tables, model.dim)
            make_index(address, dialect.make_term_index, tables, 0)
            state.write(connection, address, new)


def unfinished_pages(connection: Connection, address: ClusterAddress, current: State) -> int | None:
    """Return how many pages of a first build are there that is not finished, None where there is none."""
    if current.lengths.passages:
        return None
    found = connection.rows(f"SELECT tables FROM {LOADS} WHERE name = %s", address.name)
    if not found:
        return None
    files = state.tables_of(address, int(found[0][0])).files
    return int(connection.rows(f"SELECT COUNT(*) FROM {files}")[0][0])


def refuse_unfinished(address: ClusterAddress) -> None:
    raise BadInput("the first build of the index in {folder} is not finished; go on with it: qianli index FOLDER", folder=address)


def _read(connection: Connection, address: ClusterAddress) -> State:
    found = state.read(connection, address)
    if found is None:
        raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=address)
    return found


def _signature() -> str:
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()})


def _writer(connection: Connection, address: ClusterAddress) -> str:
    """Return who writes the index: `process 4711 on desk-3, which writes the index in … since 09:41:07`."""
    try:
        ((written,),) = connection.rows(f"SELECT who FROM {WRITERS} WHERE name = %s", address.name)
        who = json.loads(written)
        return say(
            "process {process} on {host}, which writes the index in {folder} since {since}",
            process=int(who["pid"]),
            host="".join(c for c in str(who["host"])[:64] if c.isprintable()),
            folder=address,
            since=time.strftime("%H:%M:%S", time.localtime(float(who["since"]))),
        )
    except (ValueError, KeyError, TypeError):
        return say("another process, which has locked the index in {folder}", folder=address)
