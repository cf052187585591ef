"""Changes to an index folder become one state: one SQLite transaction changes rows and names the snapshot that goes with them.

    lock ──▶ BEGIN ──▶ changes ──▶ the snapshot is written and on the disk ──▶ COMMIT ──▶ old snapshots are removed

Until the COMMIT a reader sees the old rows and the old snapshot. A build that dies, a full disk or an I/O error leaves only a folder
that nothing names, and the next build removes it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.document import Article, Page, Passage
from index.engine.folder import database, queries, rows
from index.engine.folder.database import FILE, FORMAT, State
from index.engine.folder.lock import locked
from index.engine.folder.snapshot import Snapshot
from index.engine.folder.snapshot_writer import WRAP, Change, leftovers, write_delta, write_whole
from index.engine.protocol import Model, Source, Tell, silent
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, QianliError, Unwritten, reason
from index.messages import say
from index.text.tokens import SEGMENTER

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors


class _States(NamedTuple):
    """The passages of changed pages, key to state (see `rows.Row`), as committed before and as they are now."""

    before: dict[int, int]
    now: dict[int, int]

    def change(self) -> Change:
        gone = [key for key, state in self.before.items() if self.now.get(key) != state]
        return Change(gone, [key for key, state in self.now.items() if self.before.get(key) != state])

    def total(self, before: int) -> int:
        """Return what the states of all passages add up to now, where they added up to *before*."""
        return (before - sum(self.before.values()) + sum(self.now.values())) % WRAP


class FolderWriter:
    """Changes to the rows of one transaction, and their commit."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, state: State) -> None:
        self._folder, self._rows, self._state = folder, connection, state
        self._model = database.model_of_state(state)
        self._pages: set[int] = set()  # numbers of the pages whose passages changed
        self._all_vectors = False  # whether every vector changed

    def add(self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors) -> None:
        self.remove(file.source)
        self._pages.add(rows.add_page(self._rows, page, file, articles, passages, vectors))

    def remove(self, source: str) -> None:
        page = rows.remove_page(self._rows, source)
        if page is not None:
            self._pages.add(page)

    def sources(self) -> Iterator[Source]:
        return queries.every_file(self._rows)

    def touch(self, file: Source) -> None:
        rows.touch_file(self._rows, file)

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        import numpy as np

        halves = [queries.known_vector(self._rows, passage) for passage in passages]
        return [None if half is None else np.frombuffer(half, "<f2").astype(np.float32) for half in halves]

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        pairs = iter(vectors)
        while some := dict(islice(pairs, queries.MANY)):
            for row in queries.rows_of_keys(self._rows, [*some]):
                rows.replace_vector(self._rows, row, some[row.key])
        self._model, self._all_vectors = model, True

    def commit(self, current: Snapshot | None) -> None:
        """Write a snapshot of the changed rows, and name it in their transaction. *current* is the committed snapshot, where it is open."""
        if not self._pages and not self._all_vectors:
            return
        with naming_write_errors(self._folder):
            number, states = int(self._state["generation"]) + 1, self._states()
            total = states.total(int(self._state["passages"])) if states else None
            if states and not any(states.change()):
                name_snapshot(self._rows, self._model, number - 1, self._state["manifest"], total or 0)
                return
            manifest = self._delta(number, current, states.change()) if states and current else None
            if manifest is None:
                manifest, written = write_whole(self._folder, number, self._model, queries.every_row(self._rows))
                if total not in (None, written):
                    raise DamagedIndex("{file} holds rows of two states; repair it with: qianli index --rebuild", file=self._folder / FILE)
                total = written
            name_snapshot(self._rows, self._model, number, manifest, total or 0)

    def _states(self) -> _States | None:
        """Return the states of the passages of changed pages; None where every passage is new."""
        if self._all_vectors or self._state["passages"] == "0":
            return None
        committed, _ = database.begin_reading(self._folder, alone=True)
        with closing(committed):
            return _States(queries.states_of_pages(committed, self._pages), queries.states_of_pages(self._rows, self._pages))

    def _delta(self, number: int, current: Snapshot, change: Change) -> str | None:
        return write_delta(self._folder, number, current, change, lambda keys: queries.rows_of_keys(self._rows, keys))


@contextmanager
def transaction(folder: Path, wait: float, tell: Tell, ended: Callable[[], None]) -> Iterator[tuple[FolderWriter, State]]:
    """Yield the one writer of *folder*, and the state that it starts from; its changes are committed when the block has ended.

    *ended* is called then, or after an error, while no other process can write: to close the old snapshot.
    """
    with locked(folder, wait, tell), database.naming_errors(folder, Unwritten):
        connection = database.connect(folder / FILE)
        try:
            connection.execute("BEGIN IMMEDIATE")
            state = database.read_state(connection)
            database.refuse_other_formats(folder, state)
            yield FolderWriter(folder, connection, state), state
            connection.execute("COMMIT")
        finally:
            connection.close()  # without a COMMIT before it: a rollback
            ended()
            _remove_leftovers(folder)


def rebuild(folder: Path, wait: float = 0.0, tell: Tell = silent) -> None:
    """Derive a new snapshot from the rows alone, whatever state the old one is in: without the sources, without embedding.

    Pages with damaged rows are left out; *tell* gets a line for each.
    """
    if not database.index_exists(folder):
        raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=folder)
    with locked(folder, wait, tell), database.naming_errors(folder, Unwritten):
        connection = database.connect(folder / FILE)
        try:
            database.keep_write_ahead_log(folder, connection)
            state = database.read_state(connection)
            database.refuse_other_formats(folder, state, rebuilding=True)
            if any(database.structural_faults(connection, "quick_check")):
                connection.execute("VACUUM")  # writes the whole file anew, row by row; each row is checked below
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("REINDEX")  # SQLite's own indexes have no digest
            _drop_damaged_pages(folder, connection, state, tell)
            model, number = database.model_of_state(state), int(state["generation"]) + 1
            with naming_write_errors(folder):
                name_snapshot(connection, model, number, *write_whole(folder, number, model, queries.every_row(connection)))
            connection.execute("COMMIT")
        finally:
            connection.close()
            _remove_leftovers(folder)


def make(folder: Path, model: Model) -> None:
    """Make an empty index for *model* in *folder*, unless another process just did."""
    try:
        str(folder).encode()
    except UnicodeEncodeError:
        raise BadInput(
            "{folder}: no index can be made in a folder whose name is not UTF-8; name another one with --index", folder=folder
        ) from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, database.START_WAIT), database.naming_errors(folder, Unwritten):
            if not database.index_exists(folder, alone=True):
                _make(folder, model)
    except OSError as error:
        raise BadInput(
            "no index can be made in {folder}: {why}; name another folder with --index", folder=folder, why=reason(error)
        ) from error
    except Busy:
        if not database.index_exists(folder):
            raise


def name_snapshot(connection: sqlite3.Connection, model: Model, number: int, manifest: str, total: int) -> None:
    """Name the snapshot that goes with the rows, and the sums of digests that show whether all rows are there."""
    state = {
        "format": FORMAT,
        "segmenter": SEGMENTER,
        "model": json.dumps(model._asdict()),
        "generation": str(number),
        "manifest": manifest,
        "passages": str(total),
        "articles": queries.articles_digest(connection),
    }
    database.write_state(connection, state)


@contextmanager
def naming_write_errors(folder: Path) -> Iterator[None]:
    """Turn what stops the writing of a snapshot into one of our errors; tantivy and FAISS have no names for a full disk."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename or folder}: {reason(error)}"
        raise Unwritten("{what}; the last good state stays, mend this and try again", what=what) from error
    except (ValueError, RuntimeError) as error:
        raise Unwritten(
            "no generation could be written in {folder} ({error}); the last good state stays, mend this and try again",
            folder=folder,
            error=error,
        ) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # tantivy's, which Python cannot import
            raise
        raise Unwritten(
            "no generation could be written in {folder} ({error}); the last good state stays, mend this and try again",
            folder=folder,
            error=error,
        ) from error


def _make(folder: Path, model: Model) -> None:
    connection = database.connect(folder / FILE)
    try:
        database.keep_write_ahead_log(folder, connection)
        connection.execute("BEGIN IMMEDIATE")
        for statement in rows.SCHEMA.split(";"):
            connection.execute(statement)
        with naming_write_errors(folder):
            name_snapshot(connection, model, 1, *write_whole(folder, 1, model, ()))
        connection.execute("COMMIT")
    finally:
        connection.close()


def _drop_damaged_pages(folder: Path, connection: sqlite3.Connection, state: State, tell: Tell) -> None:
    """Delete damaged pages, by the snapshot where it can be read; else raise DamagedIndex unless the rows add up."""
    known = _snapshot_states(folder, state)
    dropped = queries.drop_damaged_pages(connection, known)
    for source in dropped:
        tell(say("{source}: its rows were damaged and are left out; take it in again with: qianli index FOLDER", source=source))
    if known or dropped:
        return
    if state.get("passages") != str(sum(row.state for row in queries.every_row(connection)) % WRAP):
        raise DamagedIndex("{file} holds rows of two states; index the sources anew, with another --index", file=folder / FILE)


def _snapshot_states(folder: Path, state: State) -> dict[int, int] | None:
    """Return key to state of every passage as the snapshot says; None where the snapshot cannot be read."""
    if state["format"] != FORMAT:
        return None
    try:
        with closing(Snapshot.open(folder, int(state["generation"]), state["manifest"])) as snapshot:
            keys, states = snapshot.states()
            return dict(zip(keys.tolist(), states.tolist(), strict=True))
    except QianliError:
        return None


def _remove_leftovers(folder: Path) -> None:
    """Remove snapshots that nobody reads any more, and what a killed or failed build left."""
    with suppress(QianliError, sqlite3.Error, OSError):  # the next build tries again
        state = database.current_state(folder, alone=True)
        for path in leftovers(folder, int(state["generation"])) if state else []:
            with suppress(OSError):  # Windows: somebody reads in it
                shutil.rmtree(path.rename(path.with_suffix(".gone")), ignore_errors=True)
