"""Tables that no state names yet: a large change goes there in steps, and one row makes them the index.

    begin ──▶ copy of the present tables ──▶ pages, in steps ──▶ weights ──▶ indexes ──▶ the state names the new tables
                                               └── killed: a first build goes on from the last step; other tables are dropped

Indexes are made when all rows are there: so it takes a fraction of the time, and the mean lengths are known by which terms are weighed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import TYPE_CHECKING

from index.engine.cluster import dialect, state
from index.engine.cluster.address import ClusterAddress
from index.engine.cluster.changes import Changes, Insertion, terms_of
from index.engine.cluster.connection import Connection, connect
from index.engine.cluster.dialect import LOADS, RETIRED, Tables
from index.engine.cluster.queries import MANY, Rows
from index.engine.cluster.state import State
from index.engine.cluster.weights import Lengths
from index.engine.protocol import Model
from index.engine.stored.digests import WRAP
from index.engine.stored.keys import POSITION_BITS
from index.engine.stored.rows import Row
from index.errors import QianliError, Unreachable, Unwritten

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

STEP = 5_000  # passages that are committed together
LARGE = 50_000  # passages; in larger indexes vectors have an index, in others all of them are compared
RETIRE = f"REPLACE INTO {RETIRED} (name, tables, since) VALUES (%s, %s, NOW())"
INDEX_WAIT, INDEX_WAIT_EACH = (
    300.0,
    0.05,
)  # seconds, and for each passage; 1.0 ms was measured for HNSW, .14 for SINDI, on a busy machine 32
DROP_WAIT = 10.0  # seconds that a server may take to drop one table, besides the grace of a connection
KEPT_HOURS = 24  # for which readers of the former tables may go on


class Load:
    """The filling of new tables. What has been committed of it stands in a row of its own."""

    def __init__(self, connection: Connection, address: ClusterAddress, old: State, changes: Changes, tables: Tables) -> None:
        self._connection, self._address, self._old, self._tables = connection, address, old, tables
        self.changes = changes
        self._committed = changes.state.lengths.passages

    @classmethod
    def begin(cls, connection: Connection, address: ClusterAddress, old: State, model: Model) -> Load:
        number = max([old.tables, *dialect.numbers(connection, address.prefix)]) + 1
        tables = state.tables_of(address, number)
        new = State(model, number, old.number + 1)
        connection.run_each(dialect.upsert(LOADS, "name, tables, value", "name"), [(address.name, number, _noted(new, None))])
        dialect.create(connection, tables, model.dim)
        connection.begin()
        return cls(connection, address, old, Changes(connection, tables, new), tables)

    @classmethod
    def resumed(cls, connection: Connection, address: ClusterAddress, old: State) -> Load | None:
        """Return the first build that a killed writer left, None where there is none."""
        found = connection.rows(f"SELECT tables, value FROM {LOADS} WHERE name = %s", address.name)
        if not found or old.lengths.passages or int(found[0][0]) not in dialect.numbers(connection, address.prefix):
            return None
        tables, noted = state.tables_of(address, int(found[0][0])), json.loads(found[0][1])
        left = state.of_written(noted["state"])
        if not left.lengths.passages:
            return None
        load = cls(connection, address, old, Changes(connection, tables, left), tables)
        load.changes.count_again()
        if noted["weighing"] is not None:
            connection.begin()
            load._weigh(left.weighed, noted["weighing"])
            connection.commit()
        return load

    def step(self) -> None:
        """Commit what there is, when that is much."""
        if abs(self.changes.state.lengths.passages - self._committed) >= STEP:
            self._commit()

    def copy(self, rows: Rows, vectors: Iterable[tuple[int, Vectors]] | None = None, left_out: Callable[[int], bool] | None = None) -> None:
        """Take over all pages of the present tables, with other *vectors* where these are given; pages that are *left_out* stay behind."""
        old, dim = rows.tables, self.changes.state.model.dim
        others = iter(vectors) if vectors is not None else None
        pages = [page for page in _pages(rows) if not (left_out and left_out(page))]
        for start in range(0, len(pages), MANY):
            some = pages[start : start + MANY]
            self._connection.run(f"INSERT INTO {self._tables.files} SELECT * FROM {old.files} WHERE page IN %s", some)
            articles = f"INSERT INTO {self._tables.articles} SELECT * FROM {old.articles} WHERE `key` >> {POSITION_BITS} IN %s"
            self._connection.run(articles, some)
            for page in some:
                self._copy_page(rows, page, others, dim)
                self.step()

    def finish(self) -> None:
        """Make the new tables the index."""
        changes, connection = self.changes, self._connection
        changes.write_terms()
        self._commit()
        if not changes.state.weighed.passages and changes.state.lengths.passages:
            self._weigh(changes.state.lengths, 0)
        connection.commit()
        self._index("matching", dialect.make_term_index)
        if changes.state.lengths.passages > LARGE:
            self._index("nearest", dialect.make_vector_index)
        connection.begin()
        state.require(connection, self._address, self._old)
        self._refuse_lost_rows()
        changes.look_for_what_came()
        state.write(connection, self._address, changes.state._replace(number=self._old.number + 1))
        abandon_load(connection, self._address)
        connection.run(RETIRE, self._address.name, self._old.tables)

    def _index(self, name: str, make: Callable[[Connection, Tables], None]) -> None:
        """Make the index *name*, unless it is there, or anew where a server that was killed left a part of it, which is not shown."""
        passages = self.changes.state.lengths.passages
        if dialect.has_index(self._connection, self._tables, name):
            return
        try:
            make_index(self._address, make, self._tables, passages)
        except Unwritten:
            try:
                with suppress(QianliError):
                    dialect.drop_index(self._connection, self._tables, name)
                make_index(self._address, make, self._tables, passages)
            except QianliError:
                abandon_load(self._connection, self._address)  # the next writer begins with other tables
                raise

    def _copy_page(self, rows: Rows, page: int, others: Iterator[tuple[int, Vectors]] | None, dim: int) -> None:
        import numpy as np

        found = rows.of_page(page)
        for digest in rows.article_digests(page):
            self.changes.state = self.changes.state.changed(articles=digest)
        if not found:
            return
        if others is None:
            vectors = rows.vectors([row.key for row in found], dim)
        else:
            pairs = dict(islice(others, len(found)))
            vectors = np.array([pairs[row.key] for row in found], np.float32)
        self.changes.insert([self._insertion(rows, row) for row in found], vectors, terms_of([row.passage for row in found]))

    @staticmethod
    def _insertion(rows: Rows, row: Row) -> Insertion:
        about, (areas, date) = rows.about(row.article)
        return Insertion(row.key, row.article, row.passage, about.digest, areas, date)

    def _weigh(self, lengths: Lengths, first: int | None) -> None:
        """Weigh terms by *lengths*, from the key *first* on, in steps that are committed."""
        while first is not None:
            first = self.changes.weigh(lengths, first, STEP)
            self._commit(first)

    def _commit(self, weighing: int | None = None) -> None:
        """Commit what there is, with its sums; *weighing*: the key from which on terms are not weighed yet."""
        self.changes.write_new_terms()  # to write all counts that changed, at each step, took longer than all the rows
        noted = _noted(self.changes.state, weighing)
        self._connection.run(f"UPDATE {LOADS} SET value = %s WHERE name = %s", noted, self._address.name)
        self._connection.commit()
        self._connection.begin()
        self._committed = self.changes.state.lengths.passages

    def _refuse_lost_rows(self) -> None:
        """Raise Unwritten unless the new tables have as many rows as were written, and the same."""
        query = f"SELECT COUNT(*), COALESCE(SUM(state), 0) FROM {self._tables.passages}"
        ((count, total),) = self._connection.rows(query)
        expected = self.changes.state
        if (int(count), int(total) % WRAP) != (expected.lengths.passages, expected.rows):
            raise Unwritten(
                "the server of {address} has other rows than were written; the last good state stays, try again", address=self._address
            )


def drop_leftovers(connection: Connection, address: ClusterAddress, current: State, load: Load | None) -> None:
    """Drop tables that no state names and nobody reads any more.

    seekdb 1.4 waits for ever for tables that a transaction had changed when it was killed: those stay for another day.
    """
    query = f"SELECT tables FROM {RETIRED} WHERE name = %s AND since > NOW() - INTERVAL {KEPT_HOURS} HOUR"
    kept = {current.tables, *(int(number) for (number,) in connection.rows(query, address.name))}
    if load:
        kept.add(load.changes.state.tables)
    else:
        abandon_load(connection, address)
    for number in dialect.numbers(connection, address.prefix):
        if number in kept:
            continue
        try:
            with closing(connect(address, wait=DROP_WAIT)) as dropping:
                dialect.drop(dropping, state.tables_of(address, number))
        except Unreachable:
            connection.run(RETIRE, address.name, number)
        else:
            connection.run(f"DELETE FROM {RETIRED} WHERE name = %s AND tables = %s", address.name, number)


def make_index(address: ClusterAddress, make: Callable[[Connection, Tables], None], tables: Tables, passages: int) -> None:
    """Make an index of *tables*; raise Unreachable where that takes many times as long as it ever did: seekdb 1.4 may wait for ever."""
    seconds = INDEX_WAIT + INDEX_WAIT_EACH * passages
    with closing(connect(address, wait=seconds)) as connection:
        start = time.monotonic()
        try:
            make(connection, tables)
        except Unreachable as error:
            if time.monotonic() - start < seconds:
                raise
            raise Unreachable(
                "the server of {address} has not made an index of {count} passages in {seconds} s; if it was killed before, it may wait "
                "for a change that it did not end: copy the index to another server or a folder: qianli copy",
                address=address,
                count=passages,
                seconds=round(seconds),
            ) from error


def abandon_load(connection: Connection, address: ClusterAddress) -> None:
    """Let nobody go on with a filling that was not finished."""
    connection.run(f"DELETE FROM {LOADS} WHERE name = %s", address.name)


def _pages(rows: Rows) -> list[int]:
    return sorted(int(page) for (page,) in rows.connection.rows(f"SELECT page FROM {rows.tables.files}"))


def _noted(current: State, weighing: int | None) -> str:
    """Return what is kept of an unfinished filling: its state, and from which key on terms are not weighed yet, if that has begun."""
    return json.dumps({"state": current.written(), "weighing": weighing})
