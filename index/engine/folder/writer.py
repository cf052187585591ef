"""Changes to an index folder become one state: one SQLite transaction changes rows and names the snapshot that goes with them.

    lock ──▶ BEGIN ──▶ changes ──▶ the snapshot is written and on the disk ──▶ COMMIT ──▶ old snapshots are removed

Until the COMMIT a reader sees the old rows and the old snapshot. A build that dies, a full disk or an I/O error leaves only a folder
that nothing names, and the next build removes it.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.document import Article, Page, Passage
from index.engine.folder import database, queries, rows, snapshot_writer
from index.engine.folder.database import FILE, FORMAT, UNFINISHED, State, naming_write_errors
from index.engine.folder.lock import locked
from index.engine.folder.snapshot import Snapshot
from index.engine.folder.snapshot_writer import Change, FirstSnapshot, Written, with_other_vectors, write_whole
from index.engine.folder.vectors_writer import Spool
from index.engine.protocol import Model, Source, Stamp, Tell
from index.engine.stored.digests import WRAP
from index.engine.stored.keys import first_key, page_of_key
from index.errors import BadInput, Busy, DamagedIndex, QianliError, Unwritten, reason
from index.text.joined_terms import terms_of_each
from index.text.tokens import SEGMENTER

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.engine.folder.vectors_writer import Halves
    from index.engine.protocol import Keys, Terms
    from index.workers import Workers

SPOOL = "new"  # the folder of the index for vectors that are not in a snapshot yet
STEP = 30.0  # seconds after which a first build commits what there is


class _States(NamedTuple):
    """The passages of changed pages, key to state (see `stored.rows.Row`), as committed before and as they are now."""

    before: dict[int, int]
    now: dict[int, int]

    def change(self) -> Change:
        gone = [key for key, state in self.before.items() if self.now.get(key) != state]
        return Change(gone, [key for key, state in self.now.items() if self.before.get(key) != state])

    def total(self, before: int) -> int:
        """Return what the states of all passages add up to now, where they added up to *before*."""
        return (before - sum(self.before.values()) + sum(self.now.values())) % WRAP


class FolderWriter:
    """Changes to the rows of one transaction, and their commit.

    The first pages of an index are committed step by step, with a mark in the state: no reader sees them before the last step, and the
    writer that comes after a killed one goes on with them.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, state: State, workers: Workers | None = None) -> None:
        self._folder, self._rows, self._state, self._workers = folder, connection, state, workers
        self._model = database.model_of_state(state)
        self._pages: set[int] = set()  # numbers of the pages whose passages changed
        self._all_vectors = False  # whether every vector changed
        self._spool = Spool(folder / SPOOL, self._model.dim, int(state.get(UNFINISHED, "0")))
        self._next_step = time.monotonic() + STEP
        self._first: FirstSnapshot | None = None
        self._is_first = state["passages"] == "0" and not self.unfinished  # whether every passage will be new, and written by this writer
        self._expected = 0
        self._snapshot: Snapshot | None = None
        self._own_snapshot: Snapshot | None = None

    @property
    def unfinished(self) -> bool:
        return UNFINISHED in self._state

    def use(self, snapshot: Snapshot) -> None:
        """Take vectors from *snapshot*, the committed one, which the caller has open."""
        self._snapshot = snapshot

    def expect(self, passages: int) -> bool:
        self._expected = passages
        return self._is_first

    def add(
        self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors, terms: Terms = ()
    ) -> None:
        self.remove(file.source)
        number, states = rows.add_page(self._rows, page, file, articles, passages)
        self._spool.add(number, vectors)
        self._pages.add(number)
        if self._is_first and passages:
            self._add_first(first_key(number), states, terms or terms_of_each([(one.text, one.heading) for one in passages]))
        if self._state["passages"] == "0" and time.monotonic() > self._next_step:
            self._step()

    def remove(self, source: str) -> None:
        page = rows.remove_page(self._rows, source)
        if page is not None:
            self._pages.add(page)
            self._without_first()  # what came already would have to go again

    def sources(self) -> Iterator[Source]:
        return queries.every_file(self._rows)

    def stamps(self) -> Iterator[Stamp]:
        return queries.stamps(self._rows)

    def source(self, name: str) -> Source:
        return queries.file_of_source(self._rows, name)

    def touch(self, file: Source) -> None:
        rows.touch_file(self._rows, file)

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        import numpy as np

        keys = [queries.key_of_content(self._rows, passage) for passage in passages]
        known = [key for key in keys if key is not None]
        vectors = iter(self._halves(np.array(known, np.int64)).astype(np.float32) if known else ())
        return [None if key is None else next(vectors) for key in keys]

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        import numpy as np

        self._spool.remove()
        self._spool = Spool(self._folder / SPOOL, model.dim)
        for page, pairs in groupby(vectors, key=lambda pair: page_of_key(pair[0])):
            self._spool.add(page, np.array([vector for _, vector in pairs], np.float32))
        self._model, self._all_vectors = model, True
        self._without_first()

    def commit(self) -> None:
        """Write a snapshot of the changed rows, and name it in their transaction."""
        if not self._pages and not self._all_vectors and not self.unfinished:
            return
        with naming_write_errors(self._folder):
            number, states = int(self._state["generation"]) + 1, self._states()
            total = states.total(int(self._state["passages"])) if states else None
            change = with_other_vectors(states.change(), states.now, self._committed(), self._spool.vectors) if states else None
            if change and not any(change):
                name_snapshot(self._rows, self._model, number - 1, self._state["manifest"], json.loads(self._state["vectors"]), total or 0)
                return
            written = self._delta(number, change) if change else None
            if self._first:
                written = self._first.write(self._model, self._halves)
                self._without_first()
            if written is None:
                count = queries.counts(self._rows)["passages"]
                written = write_whole(self._folder, number, self._model, queries.every_text(self._rows), count, self._halves, self._workers)
                if total not in (None, written.total):
                    raise DamagedIndex("{file} holds rows of two states; repair it with: qianli index --rebuild", file=self._folder / FILE)
            name_snapshot(self._rows, self._model, number, written.manifest, written.vectors, written.total if total is None else total)

    def close(self, committed: bool) -> None:
        """Let go of the vectors that came; those of an unfinished first build stay unless they are *committed*."""
        self._without_first()
        if self._own_snapshot:
            self._own_snapshot.close()
        if committed or not self.unfinished:
            self._spool.remove()
        else:
            self._spool.close()

    def _add_first(self, key: int, states: Sequence[int], terms: Terms) -> None:
        """Add passages with keys from *key* on to the snapshot that is written while pages come."""
        with naming_write_errors(self._folder):
            if self._first is None:
                self._first = FirstSnapshot(self._folder, int(self._state["generation"]) + 1, self._expected)
            self._first.expect(self._expected)
            self._first.add(range(key, key + len(states)), states, terms)

    def _without_first(self) -> None:
        """Let the snapshot be written after all pages have come."""
        self._is_first = False
        if self._first:
            self._first.close()
            self._first = None

    def _step(self) -> None:
        """Commit what there is of the first build, with the number of its pages."""
        self._spool.flush()
        self._state = {**self._state, UNFINISHED: str(len(self._spool))}
        database.write_state(self._rows, self._state)
        self._rows.execute("COMMIT")
        self._rows.execute("BEGIN IMMEDIATE")
        self._next_step = time.monotonic() + STEP

    def _states(self) -> _States | None:
        """Return the states of the passages of changed pages; None where every passage is new."""
        if self._all_vectors or self._state["passages"] == "0":
            return None
        committed, _ = database.begin_reading(self._folder, alone=True)
        with closing(committed):
            return _States(queries.states_of_pages(committed, self._pages), queries.states_of_pages(self._rows, self._pages))

    def _delta(self, number: int, change: Change) -> Written | None:
        return snapshot_writer.write_delta(
            self._folder, number, self._committed(), change, lambda keys: queries.rows_of_keys(self._rows, keys), self._halves
        )

    def _halves(self, keys: Keys) -> Halves:
        """Return the vectors of *keys* in 16-bit floats: those that came, and those of the committed snapshot."""
        import numpy as np

        came = np.fromiter((self._spool.holds(page_of_key(key)) for key in keys.tolist()), bool, len(keys))
        if came.all():
            return self._spool.vectors(keys)
        halves = np.zeros((len(keys), self._model.dim), np.float16)
        if came.any():
            halves[came] = self._spool.vectors(keys[came])
        halves[~came] = self._committed().parts.vectors(keys[~came])
        return halves

    def _committed(self) -> Snapshot:
        if self._snapshot is None:
            state = self._state
            self._snapshot = self._own_snapshot = Snapshot.open(self._folder, int(state["generation"]), state["manifest"])
        return self._snapshot


@contextmanager
def transaction(
    folder: Path, wait: float, tell: Tell, ended: Callable[[], None], workers: Workers | None = None, building: bool = False
) -> Iterator[tuple[FolderWriter, State]]:
    """Yield the one writer of *folder*, and the state that it starts from; its changes are committed when the block has ended.

    *ended* is called then, or after an error, while no other process can write: to close the old snapshot. Only who is *building* may go
    on with a first build that was not finished.
    """
    with locked(folder, wait, tell), database.naming_errors(folder, Unwritten):
        connection = database.connect(folder / FILE)
        writer, committed = None, False
        try:
            connection.execute("BEGIN IMMEDIATE")
            state = database.read_state(connection)
            database.refuse_other_formats(folder, state)
            if not building:
                refuse_unfinished(folder, state)
            writer = _writer(folder, connection, state, workers)
            yield writer, state
            writer.commit()
            connection.execute("COMMIT")
            committed = True
            database.compact(connection, state)
        finally:
            connection.close()  # without a COMMIT before it: a rollback
            ended()
            if writer:
                writer.close(committed)
            remove_leftovers(folder)


def _writer(folder: Path, connection: sqlite3.Connection, state: State, workers: Workers | None) -> FolderWriter:
    """Return the writer; where what an unfinished first build left cannot be read, nothing of it is used."""
    try:
        return FolderWriter(folder, connection, state, workers)
    except (OSError, ValueError, struct.error):
        for table in ("passages", "files"):
            connection.execute(f"DELETE FROM {table}")
        state = {name: value for name, value in state.items() if name != UNFINISHED}
        return FolderWriter(folder, connection, state, workers)


def refuse_unfinished(folder: Path, state: State) -> None:
    if UNFINISHED in state:
        raise BadInput("the first build of the index in {folder} is not finished; go on with it: qianli index FOLDER", folder=folder)


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


def name_snapshot(connection: sqlite3.Connection, model: Model, number: int, manifest: str, vectors: dict[str, str], total: int) -> None:
    """Name the snapshot that goes with the rows, the files of vectors, and the sums of digests that show whether all rows are there."""
    state = {
        "format": FORMAT,
        "segmenter": SEGMENTER,
        "model": json.dumps(model._asdict()),
        "generation": str(number),
        "manifest": manifest,
        "vectors": json.dumps(vectors),
        "passages": str(total),
        "articles": queries.articles_digest(connection),
    }
    connection.execute("DELETE FROM state")
    database.write_state(connection, state)


def _make(folder: Path, model: Model) -> None:
    import numpy as np

    connection = database.connect(folder / FILE)
    try:
        connection.execute(f"PRAGMA page_size = {database.PAGE_SIZE}")
        connection.execute("PRAGMA encoding = 'UTF-16be'")  # two bytes a Chinese character, not three; big-endian sorts as text does
        database.keep_write_ahead_log(folder, connection)
        connection.execute("BEGIN IMMEDIATE")
        for statement in rows.SCHEMA.split(";"):
            connection.execute(statement)
        with naming_write_errors(folder):
            written = write_whole(folder, 1, model, (), 0, lambda keys: np.zeros((0, model.dim), np.float16))
            name_snapshot(connection, model, 1, written.manifest, written.vectors, 0)
        connection.execute("COMMIT")
    finally:
        connection.close()


def remove_leftovers(folder: Path) -> None:
    """Remove snapshots that nobody reads any more, and what a killed or failed build left."""
    with suppress(QianliError, sqlite3.Error, OSError):  # the next build tries again
        state = database.current_state(folder, alone=True)
        for path in snapshot_writer.leftovers(folder, int(state["generation"]), json.loads(state["vectors"])) if state else []:
            with suppress(OSError):  # Windows: somebody reads in it
                if path.is_dir():
                    shutil.rmtree(path.rename(path.with_suffix(".gone")), ignore_errors=True)
                else:
                    path.unlink()
