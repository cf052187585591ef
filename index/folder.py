"""The embedded engine: one folder. SQLite is the truth; FAISS (vectors) and tantivy (terms) are derived from it in generations.

    passages.db ── files, articles, passages with their vectors, and the state: which generation belongs to these rows
    generation-000012/ ── vectors.faiss, terms/, manifest.json: written once, digested at every opening
    lock ── one writer

One SQLite transaction changes rows and names the generation that goes with them: that is the commit. Until then a reader sees
the old rows and the old generation; a build that dies leaves only a folder that nothing names, and the next build removes it.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index import rows
from index.article import Article, Page, Passage
from index.errors import BadInput, Busy, DamagedIndex, NoIndex, OtherModel, QianliError
from index.generation import REPAIR, Generation, leftovers, write_generation
from index.store import Model, Ranking, Scored, Shown, Source
from index.words import SEGMENTER

if TYPE_CHECKING:
    from index.encode import Vectors

FORMAT = "1"  # of the folder; another one is refused by name
TRIES = 5  # a reader that loses its generation to a writer starts again with the new one


class FolderIndex:
    """One state of an index folder: a read transaction and the generation that it names, held until `close` or its own next commit."""

    def __init__(self, place: Path, connection: sqlite3.Connection, state: dict[str, str], generation: Generation) -> None:
        self._place, self._rows, self._state, self._generation = place, connection, state, generation

    @classmethod
    def open(cls, place: Path, create: Model | None = None) -> FolderIndex:
        """Open the state that is current now; see store.open_index."""
        if not _exists(place):
            if create is None:
                raise NoIndex(f"no index in {place}; make one with: qianli index FOLDER")
            _create(place, create)
        return cls(place, *_current(place))

    @property
    def place(self) -> Path:
        return self._place

    @property
    def model(self) -> Model:
        return Model(**json.loads(self._state["model"]))

    def __len__(self) -> int:
        return int(self._generation.manifest["passages"])

    def sources(self) -> dict[str, Source]:
        with _named(self._place):
            return {file.source: file for file in rows.sources(self._rows)}

    def nearest(self, vector: Vectors, k: int, within: Sequence[int] | None = None) -> list[Scored]:
        return _scored(self.nearest_of_each(vector.reshape(1, -1), k, within)[0])

    def nearest_of_each(self, vectors: Vectors, k: int, within: Sequence[int] | None = None) -> list[Ranking]:
        return self._generation.nearest(vectors, k, within)

    def matching(self, terms: Sequence[str], k: int, within: Sequence[int] | None = None) -> list[Scored]:
        return _scored(self.matching_of_each([terms], k, [within])[0])

    def matching_of_each(self, asked: Sequence[Sequence[str]], k: int, within: Sequence[Sequence[int] | None]) -> list[Ranking]:
        return self._generation.matching(asked, k, within)

    def known(self, terms: Sequence[str]) -> int:
        return self._generation.known(terms)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        with _named(self._place):
            return [row.passage for row in rows.of_keys(self._rows, keys)]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return self._generation.vectors(keys)

    def select(self, place: str | None, source: str | None) -> list[int] | None:
        if place is None and source is None:
            return None
        with _named(self._place):
            return rows.select(self._rows, place, source)

    def places(self) -> list[str]:
        with _named(self._place):
            return rows.places(self._rows)

    def of_file(self, sha256: str) -> list[int]:
        with _named(self._place):
            return rows.of_file(self._rows, sha256)

    def shown(self, citation: str) -> Shown:
        with _named(self._place):
            row = _only(rows.of_keys(self._rows, self._keys_of(citation)), citation)
            article = rows.of_article(self._rows, row.article)
        return Shown(row.record, [other.passage for other in article], [other.key for other in article].index(row.key))

    def texts(self) -> Iterator[tuple[int, Passage]]:
        with _named(self._place):
            for row in rows.every(self._rows):
                yield row.key, row.passage

    def facts(self) -> dict[str, Any]:
        files = [path for path in self._place.rglob("*") if path.is_file()]
        return {
            "place": str(self._place),
            **rows.counts(self._rows),
            "model": self.model._asdict(),
            "segmenter": self._state["segmenter"],
            "format": int(self._state["format"]),
            "generation": int(self._state["generation"]),
            "bytes": sum(path.stat().st_size for path in files),
        }

    def check(self) -> list[str]:
        """Read everything: SQLite's own check, the digest of every row, and whether rows and generation name the same passages."""
        wrong = []
        try:
            with _named(self._place):
                wrong = [line for (line,) in self._rows.execute("PRAGMA quick_check") if line != "ok"]
                for _ in rows.sources(self._rows):
                    pass
                passages = sum(1 for _ in rows.every(self._rows))
            if passages != self._generation.manifest["passages"] or passages != rows.counts(self._rows)["passages"]:
                wrong.append(f"the generation holds {self._generation.manifest['passages']} passages, {rows.FILE} {passages}; {REPAIR}")
        except QianliError as error:
            wrong.append(str(error))
        return wrong

    @contextmanager
    def writing(self) -> Iterator[FolderWriter]:
        """Give a writer; its changes are committed when the block ends, and forgotten when it ends with an error."""
        with _locked(self._place), _named(self._place):
            connection = rows.connect(self._place / rows.FILE)
            try:
                connection.execute("BEGIN IMMEDIATE")
                state = rows.state(connection)
                _refuse_other_formats(self._place, state)
                writer = FolderWriter(connection, Model(**json.loads(state["model"])))
                yield writer
                if writer.changed:
                    _commit(self._place, connection, state, writer.model)
                connection.execute("COMMIT")
            finally:
                connection.close()  # without a COMMIT before it: a rollback
                self.close()
                self._rows, self._state, self._generation = _current(self._place)
                _clean(self._place, int(self._state["generation"]))

    def close(self) -> None:
        self._generation.close()
        self._rows.close()

    def __enter__(self) -> FolderIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _keys_of(self, citation: str) -> list[int]:
        if re.fullmatch("[0-9a-f]{6,}", citation):
            return rows.named(self._rows, citation)
        source, _, line = citation.rpartition(":")
        if not source or not line.isdecimal():
            raise BadInput(f"{citation!r} is no citation: give an id (six characters or more) or SOURCE:LINE, as a search prints them")
        standing = rows.of_source(self._rows, source)
        return [row.key for row in standing if any(first <= int(line) <= last for first, last in row.passage.citation.lines)][:1]


class FolderWriter:
    """Changes to the rows of one transaction. *changed* says whether the generation must follow."""

    def __init__(self, connection: sqlite3.Connection, model: Model) -> None:
        self._rows, self.model, self.changed = connection, model, False

    def add(self, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors) -> None:
        self.remove(file.source)
        rows.add(self._rows, page, file, articles, passages, vectors)
        self.changed = True

    def remove(self, source: str) -> None:
        self.changed |= self._rows.execute("DELETE FROM files WHERE source = ?", (source,)).rowcount > 0

    def touch(self, file: Source) -> None:
        rows.touch(self._rows, file)

    def replace_vectors(self, model: Model, vectors: Iterable[tuple[int, Vectors]]) -> None:
        for key, vector in vectors:
            rows.set_vector(self._rows, rows.of_keys(self._rows, [key])[0], vector)
        self.model, self.changed = model, True


def rebuild(place: Path) -> None:
    """Derive a new generation from the rows alone, whatever state the old one is in: without the sources, without embedding."""
    if not _exists(place):
        raise NoIndex(f"no index in {place}; make one with: qianli index FOLDER")
    with _locked(place), _named(place):
        connection = rows.connect(place / rows.FILE)
        try:
            connection.execute("BEGIN IMMEDIATE")
            state = rows.state(connection)
            if state["format"] != FORMAT:
                _refuse_other_formats(place, state)
            _commit(place, connection, {**state, "segmenter": SEGMENTER}, Model(**json.loads(state["model"])))
            connection.execute("COMMIT")
        finally:
            connection.close()
        _clean(place, int(_current_state(place)["generation"]))


def _commit(place: Path, connection: sqlite3.Connection, state: dict[str, str], model: Model) -> None:
    number = int(state.get("generation", 0)) + 1
    manifest = write_generation(place, number, model, rows.every(connection))
    values = {
        "format": FORMAT,
        "segmenter": SEGMENTER,
        "model": json.dumps(model._asdict()),
        "generation": str(number),
        "manifest": manifest,
    }
    rows.set_state(connection, values)


def _create(place: Path, model: Model) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _locked(place):
            if _exists(place):
                return
            connection = rows.connect(place / rows.FILE)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("BEGIN IMMEDIATE")
                for statement in rows.SCHEMA.split(";"):
                    connection.execute(statement)
                _commit(place, connection, {}, model)
                connection.execute("COMMIT")
            finally:
                connection.close()
    except OSError as error:
        raise BadInput(f"no index can be made in {place}: {error.strerror}; name another folder with --index") from error


def _exists(place: Path) -> bool:
    """Say whether an index was ever committed in *place*; a database without a state is what a killed creation left."""
    if not (place / rows.FILE).is_file():
        return False
    with _named(place):
        return bool(_current_state(place))


def _current(place: Path) -> tuple[sqlite3.Connection, dict[str, str], Generation]:
    """Begin to read what is committed now: the rows, their state, and the generation that it names."""
    for left in reversed(range(TRIES)):
        connection = rows.connect(place / rows.FILE)
        try:
            with _named(place):
                connection.execute("BEGIN")
                state = rows.state(connection)
                _refuse_other_formats(place, state)
            try:
                return connection, state, Generation.open(place, int(state["generation"]), state["manifest"])
            except DamagedIndex:
                if not left or _current_state(place) == state:  # else a writer replaced and removed it meanwhile: read what it wrote
                    raise
        except BaseException:
            connection.close()
            raise
        connection.close()
    raise AssertionError("unreachable")


def _clean(place: Path, number: int) -> None:
    """Remove what is not needed any more: generations that nobody reads, and what a killed or failed build left."""
    for folder in leftovers(place, number):
        shutil.rmtree(folder, ignore_errors=True)


def _current_state(place: Path) -> dict[str, str]:
    connection = rows.connect(place / rows.FILE)
    try:
        return rows.state(connection)
    finally:
        connection.close()


def _refuse_other_formats(place: Path, state: dict[str, str]) -> None:
    if state["format"] != FORMAT:
        raise OtherModel(
            f"the index in {place} has format {state['format']}, this qianli reads {FORMAT}; make a new one with: qianli index FOLDER"
        )
    if state["segmenter"] != SEGMENTER:
        raise OtherModel(f"the index in {place} was cut into terms by {state['segmenter']!r}, this qianli uses {SEGMENTER!r}; {REPAIR}")


def _scored(ranking: Ranking) -> list[Scored]:
    return [Scored(key, score) for key, score in zip(ranking.keys.tolist(), ranking.scores.tolist(), strict=True)]


def _only(found: list[rows.Row], citation: str) -> rows.Row:
    if not found:
        raise BadInput(f"no passage {citation} in this index; ask again with: qianli search QUESTION")
    if len(found) > 1:
        raise BadInput(f"{citation} may be {' or '.join(row.passage.citation.id for row in found[:5])}; give more characters")
    return found[0]


@contextmanager
def _named(place: Path) -> Iterator[None]:
    """Turn SQLite's complaints about a database into ours, naming the file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise DamagedIndex(f"{place / rows.FILE} cannot be read or written: {error}; the last good state stays") from error
    except sqlite3.DatabaseError as error:
        raise DamagedIndex(f"{place / rows.FILE} is damaged ({error}); index the sources anew, with another --index") from error


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Be the one writer. It is an operating-system lock: a process that died holds nothing."""
    from filelock import FileLock, Timeout

    lock = FileLock(place / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(f"another process is writing the index in {place}; try again when it is done") from None
    except OSError as error:
        raise BadInput(f"the index in {place} cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()
