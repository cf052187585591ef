"""Changes to an index folder become one state: one SQLite transaction changes rows and names the generation that goes with them.

    lock ──▶ BEGIN ──▶ changes ──▶ the generation is written and on the disk ──▶ COMMIT ──▶ old generations are removed

Until the COMMIT a reader sees the old rows and the old generation. A build that dies, a full disk or an I/O error leaves only a folder
that nothing names, and the next build removes it.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from index.document import Article, Page, Passage
from index.engine.folder import queries as lookup
from index.engine.folder import rows
from index.engine.folder.checksums import REPAIR
from index.engine.folder.formats import upgrade
from index.engine.folder.lock import Tell, locked, unwritten
from index.engine.folder.snapshot import Generation, folder_of
from index.engine.folder.snapshot_writer import TENTH, WRAP, Change, leftovers, write_delta, write_whole
from index.engine.protocol import Model, Source
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, OtherModel, QianliError, Unwritten, reason
from index.text.tokens import SEGMENTER

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

FORMAT = "2"  # of the folder
MOMENTS = 10.0  # seconds that the making of an empty index may take another process
MOMENT = 0.05
ROOM = 1 << 16  # bytes; SQLite needs half of them to open a database, even to read it
STAYS = "the last good state stays"


class FolderWriter:
    """Changes to the rows of one transaction, and their commit."""

    def __init__(self, place: Path, connection: sqlite3.Connection, state: dict[str, str]) -> None:
        self._place, self._rows, self._state = place, connection, state
        self._model = Model(**json.loads(state["model"]))
        self._pages: set[int] = set()  # whose passages changed
        self._anew = False

    def add(self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors) -> None:
        self.remove(file.source)
        self._pages.add(rows.add(self._rows, page, file, articles, passages, vectors))

    def remove(self, source: str) -> None:
        page = rows.remove(self._rows, source)
        if page is not None:
            self._pages.add(page)

    def sources(self) -> Iterator[Source]:
        return rows.sources(self._rows)

    def touch(self, file: Source) -> None:
        rows.touch(self._rows, file)

    def known_vectors(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        import numpy as np

        halves = lookup.embedded(self._rows, passages)
        return [None if half is None else np.frombuffer(half, "<f2").astype(np.float32) for half in halves]

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        given = iter(vectors)
        while some := dict(islice(given, lookup.MANY)):
            for row in lookup.of_keys(self._rows, [*some]):
                rows.set_vector(self._rows, row, some[row.key])
        self._model, self._anew = model, True

    def commit(self, current: Generation | None) -> None:
        """Name the generation that goes with the rows, after writing it where they changed; *current* is the one before, if it is open."""
        if not self._pages and not self._anew:
            return
        with _written(self._place):
            was, now, total = self._changes()
            manifest = None if total is None or current is None else self._delta(current, was, now)
            number = int(self._state["generation"]) + (manifest != self._state["manifest"])
            if manifest is None:
                manifest, written = write_whole(self._place, number, self._model, lookup.every(self._rows))
                if total not in (None, written):
                    raise DamagedIndex(f"{self._place / rows.FILE} holds rows of two states; {REPAIR}")
                total = written
            _name(self._rows, self._model, number, manifest, total or 0)

    def _changes(self) -> tuple[dict[int, int], dict[int, int], int | None]:
        """Return the states of the passages of changed pages before and now, and what those of all passages must add up to: None where
        that is not known, or nothing is left as it was."""
        if self._anew or self._state.get("passages", "0") == "0":
            return {}, {}, None
        before, _ = begun(self._place, alone=True)
        with closing(before):
            was, now = lookup.states(before, self._pages), lookup.states(self._rows, self._pages)
        return was, now, (int(self._state["passages"]) - sum(was.values()) + sum(now.values())) % WRAP

    def _delta(self, current: Generation, was: dict[int, int], now: dict[int, int]) -> str | None:
        """Write what changed since *current*; return the manifest's digest, that of *current* where nothing did, None where all did."""
        if TENTH * len(self._pages) > current.manifest["base"]["passages"]:
            return None
        gone = [key for key, its in was.items() if now.get(key) != its]
        came = [key for key, its in now.items() if was.get(key) != its]
        if not gone and not came:
            return self._state["manifest"]
        before, _ = begun(self._place, alone=True)
        with closing(before):
            return write_delta(
                self._place, int(self._state["generation"]) + 1, self._model, current, Change(gone, came),
                lambda keys: lookup.of_keys(before, keys), lambda keys: lookup.of_keys(self._rows, keys),
            )  # fmt: skip


@contextmanager
def transaction(place: Path, wait: float, tell: Tell, ended: Callable[[], None]) -> Iterator[tuple[FolderWriter, dict[str, str]]]:
    """Be the one writer of *place* and give it with the state that it starts from; what it changed is there when the block has ended.

    *ended* is called then, or after an error, when no other process can write yet: to let go of the old generation.
    """
    with locked(place, wait, tell), named(place, Unwritten):
        connection = rows.connect(place / rows.FILE)
        try:
            connection.execute("BEGIN IMMEDIATE")
            state = rows.state(connection)
            refuse_other_formats(place, state)
            yield FolderWriter(place, connection, state), state
            connection.execute("COMMIT")
        finally:
            connection.close()  # without a COMMIT before it: a rollback
            ended()
            _clean(place)


def rebuild(place: Path, wait: float = 0.0, tell: Tell = lambda line: None) -> None:
    """Derive a new generation from the rows alone, whatever state the old one is in: without the sources, without embedding.

    An index of an older format becomes one of this release. Pages whose rows are damaged are left out, and *tell* is told their names.
    """
    if not exists(place):
        raise NoIndex(f"no index in {place}; make one with: qianli index FOLDER")
    with locked(place, wait, tell), named(place, Unwritten):
        connection = rows.connect(place / rows.FILE)
        try:
            _log_ahead(place, connection)
            connection.execute("BEGIN IMMEDIATE")
            state = rows.state(connection)
            if state["format"] != FORMAT:
                upgrade(place, connection, state["format"])
            connection.execute("REINDEX")  # SQLite's own indexes have no digest
            known = _states(place, state)
            dropped = lookup.drop_damaged(connection, known)
            for source in dropped:
                tell(f"{source}: its rows were damaged and are left out; take it in again with: qianli index FOLDER")
            total = None if known or dropped else state.get("passages")
            if total not in (None, str(sum(row.state for row in lookup.every(connection)) % WRAP)):
                raise DamagedIndex(f"{place / rows.FILE} holds rows of two states; index the sources anew, with another --index")
            model, number = Model(**json.loads(state["model"])), int(state["generation"]) + 1
            with _written(place):
                _name(connection, model, number, *write_whole(place, number, model, lookup.every(connection)))
            connection.execute("COMMIT")
        finally:
            connection.close()
            _clean(place)


def make(place: Path, model: Model) -> None:
    """Make an empty index for *model* in *place*, unless another process just did."""
    try:
        str(place).encode()
    except UnicodeEncodeError:
        raise BadInput(f"{place}: no index can be made in a folder whose name is not UTF-8; name another one with --index") from None
    try:
        place.mkdir(parents=True, exist_ok=True)
        with locked(place, MOMENTS), named(place, Unwritten):
            if not exists(place, alone=True):
                _make(place, model)
    except OSError as error:
        raise BadInput(f"no index can be made in {place}: {error.strerror}; name another folder with --index") from error
    except Busy:
        if not exists(place):
            raise


def _make(place: Path, model: Model) -> None:
    connection = rows.connect(place / rows.FILE)
    try:
        _log_ahead(place, connection)
        connection.execute("BEGIN IMMEDIATE")
        for statement in rows.SCHEMA.split(";"):
            connection.execute(statement)
        with _written(place):
            _name(connection, model, 1, *write_whole(place, 1, model, ()))
        connection.execute("COMMIT")
    finally:
        connection.close()


def _log_ahead(place: Path, connection: sqlite3.Connection) -> None:
    """Let readers go on while a writer writes. SQLite raises nothing where it cannot, and a commit would then wait for its own reader."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise Unwritten(f"{place / rows.FILE}: no write-ahead log can be kept there; mend this and try again, or name another --index")


def exists(place: Path, alone: bool = False) -> bool:
    """Say whether an index was ever committed in *place*; a database without a state is what a killed creation left. See `begun`."""
    for _ in range(2):  # a first writer may be at work: what was not there is looked for once more
        if (place / rows.FILE).is_file():
            with named(place):
                if current_state(place, alone):
                    return True
        if not {folder.name for folder in place.glob("generation-*")} - {folder_of(place, 1).name}:  # only a commit leads to more
            return False
    raise DamagedIndex(f"{place / rows.FILE} is missing or empty; index the sources anew, with another --index")


def begun(place: Path, alone: bool = False) -> tuple[sqlite3.Connection, dict[str, str]]:
    """Begin to read the rows that are committed now; return their connection and state. Where SQLite cannot write, which it does to read
    (on a full disk, in a read-only folder), they are read into memory while nobody writes. *alone*: the caller holds the lock."""
    until = time.monotonic() + MOMENTS
    while True:
        try:
            return _begun(place, rows.connect)
        except QianliError as error:
            if not isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            with nullcontext(True) if alone else unwritten(place) as still:
                if still:
                    with suppress(QianliError):
                        return _begun(place, rows.copied)
            if still or time.monotonic() > until:
                raise
        time.sleep(MOMENT)  # a writer begins or ends


def _begun(place: Path, connect: Callable[[Path], sqlite3.Connection]) -> tuple[sqlite3.Connection, dict[str, str]]:
    with named(place, Unwritten):  # opening sets up the shared memory of the log: what fails there is no damage
        connection = connect(place / rows.FILE)
    try:
        with named(place):
            connection.execute("BEGIN")
            return connection, rows.state(connection)
    except BaseException:
        connection.close()
        raise


def current_state(place: Path, alone: bool = False) -> dict[str, str]:
    connection, state = begun(place, alone)
    connection.close()
    return state


def model_in(place: Path) -> Model | None:
    """Return the model that the state in *place* names; see store.model_at."""
    if not exists(place):
        return None
    state = current_state(place)
    refuse_other_formats(place, state)
    return Model(**json.loads(state["model"]))


def refuse_other_formats(place: Path, state: dict[str, str]) -> None:
    """Raise OtherModel unless this release reads the index: the message names the command that brings it here, where there is one."""
    theirs = state.get("format", "0")
    if theirs != FORMAT and int(theirs) < int(FORMAT):
        older = f"the index in {place} is of an older qianli (format {theirs}, now {FORMAT})"
        raise OtherModel(f"{older}; take it over with: qianli index --rebuild")
    if theirs != FORMAT:
        newer = f"the index in {place} has format {theirs} of a newer qianli, this one reads {FORMAT}"
        raise OtherModel(f"{newer}; install that one, or name another --index")
    if state["segmenter"] != SEGMENTER:
        raise OtherModel(f"the index in {place} was cut into terms by {state['segmenter']!r}, this qianli uses {SEGMENTER!r}; {REPAIR}")


@contextmanager
def named(place: Path, unusable: type[QianliError] = DamagedIndex) -> Iterator[None]:
    """Turn SQLite's complaints about a database into ours, naming the file; *unusable* is what it cannot do now, but may another time."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = _prevented(place) or str(error)
        raise unusable(f"{place / rows.FILE} cannot be read or written: {said}; {STAYS}, mend this and try again") from error
    except sqlite3.DatabaseError as error:
        raise DamagedIndex(f"{place / rows.FILE} is damaged ({error}); index the sources anew, with another --index") from error


def _prevented(place: Path) -> str | None:
    """Say what keeps SQLite from writing, which has no words for it."""
    with suppress(OSError):
        if not os.access(place, os.W_OK):
            return "it lies in a folder that is read-only"
        if shutil.disk_usage(place).free < ROOM:
            return "the disk is full"
    return None


@contextmanager
def _written(place: Path) -> Iterator[None]:
    """Turn what stops the writing of a generation into one of our errors; tantivy and FAISS have no names for a full disk."""
    try:
        yield
    except OSError as error:
        what = f"{error.filename or place}: {reason(error)}"
        raise Unwritten(f"{what}; {STAYS}, mend this and try again") from error
    except (ValueError, RuntimeError) as error:
        raise Unwritten(f"no generation could be written in {place} ({error}); {STAYS}, mend this and try again") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # tantivy's, of which Python has no type
            raise
        raise Unwritten(f"no generation could be written in {place} ({error}); {STAYS}, mend this and try again") from error


def _name(connection: sqlite3.Connection, model: Model, number: int, manifest: str, total: int) -> None:
    """Name the generation that goes with the rows, and what tells whether all of them are there: digests that are added up."""
    known = {
        "format": FORMAT,
        "segmenter": SEGMENTER,
        "model": json.dumps(model._asdict()),
        "generation": str(number),
        "manifest": manifest,
    }
    rows.set_state(connection, {**known, "passages": str(total), "articles": lookup.articles_state(connection)})


def _states(place: Path, state: dict[str, str]) -> dict[int, int] | None:
    """Return what the generation of this state says of the rows, if it can be read."""
    try:
        with closing(Generation.open(place, int(state["generation"]), state["manifest"])) as generation:
            known = generation.states()
            return None if known is None else dict(zip(known[0].tolist(), known[1].tolist(), strict=True))
    except QianliError:
        return None


def _clean(place: Path) -> None:
    """Remove what is not needed any more: generations that nobody reads, and what a killed or failed build left."""
    with suppress(QianliError, sqlite3.Error, OSError):  # the next build tries again
        state = current_state(place, alone=True)
        for folder in leftovers(place, int(state["generation"])) if state else []:
            with suppress(OSError):  # Windows: somebody reads in it
                shutil.rmtree(folder.rename(folder.with_suffix(".gone")), ignore_errors=True)
