"""One state of an index folder, open for reading: its rows (SQLite), their vectors (FAISS) and their terms (tantivy).

    passages.db ── files, articles, passages, and the state: which snapshot belongs to these rows
    vectors/ ── the vectors of these rows: links to files of the snapshot
    generation-000012/ ── the snapshot: base-000012.faiss …, terms/, manifest.json; written once, digested at every opening
    lock ── one writer

One SQLite transaction changes rows and names the snapshot that goes with them (`writer.py`). A reader sees one state to the end.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index.document import Passage
from index.engine.folder import database, queries
from index.engine.folder.database import FILE, UNFINISHED, State, naming_errors
from index.engine.folder.rows import empty_rows
from index.engine.folder.snapshot import VECTORS, Snapshot
from index.engine.folder.writer import FolderWriter, make, transaction
from index.engine.made_with import devices_of
from index.engine.protocol import Filter, Located, Model, Ranking, Selection, Source, StoredPage, Tell, silent
from index.engine.stored.keys import first_key, page_of_key
from index.engine.stored.naming import first_at_line, is_id, keys_of_former_id, only, source_and_line
from index.engine.stored.rows import Articles, Row, stored_page
from index.errors import DamagedIndex, NoIndex, QianliError, Unwritten, reason
from index.messages import say

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.workers import Workers

MOST_SELECTIONS = 32  # kept for the next queries: those of a batch mostly have the same filters
TRIES = 5  # a reader whose snapshot a writer replaced while it was opened starts again with the new one


class FolderSelection:
    """The passages that a filter leaves, by their keys, rising."""

    def __init__(self, keys: Sequence[int]) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)


class FolderIndex:
    """A read transaction and the snapshot that it names, held until `close` or until this index's own next commit."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, state: State, snapshot: Snapshot) -> None:
        self._folder, self._rows, self._state, self._snapshot = folder, connection, state, snapshot
        self._selections: dict[Filter, FolderSelection] = {}
        self._articles: Articles = {}

    @classmethod
    def open(cls, folder: Path, create: Model | None = None) -> FolderIndex:
        """Open the state that is committed now; see `engine.open.open_index`."""
        if not database.index_exists(folder):
            if create is None:
                raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=folder)
            make(folder, create)
        return cls(folder, *_open_current(folder))

    @property
    def address(self) -> Path:
        return self._folder

    @property
    def model(self) -> Model:
        return database.model_of_state(self._state)

    def __len__(self) -> int:
        return int(self._snapshot.manifest["passages"])

    def sources(self) -> dict[str, Source]:
        with naming_errors(self._folder):
            return {file.source: file for file in queries.every_file(self._rows)}

    def nearest(self, vectors: Vectors, k: int, within: Selection | None = None) -> list[Ranking]:
        return self._snapshot.nearest(vectors, k, _keys_within(within))

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Selection | None = None) -> list[Ranking]:
        return self._snapshot.matching(queries, k, [_keys_within(within)] * len(queries))

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        return self._snapshot.bm25(queries, keys)

    def known(self, terms: Sequence[str]) -> int:
        return self._snapshot.known(terms)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        with naming_errors(self._folder):
            return [row.passage for row in self._of_this_state(queries.rows_of_keys(self._rows, keys, self._articles))]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return self._snapshot.parts.vectors(keys)

    def select(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> FolderSelection | None:
        wanted = Filter(place, source, since, until)
        if not any(part is not None for part in wanted):
            return None
        selection = self._selections.get(wanted)
        if selection is None:
            with naming_errors(self._folder):
                selection = FolderSelection(queries.selected_keys(self._rows, wanted, self._state["articles"], self._snapshot.parts.count))
            if len(self._selections) >= MOST_SELECTIONS:
                self._selections.clear()  # another thread may do so at any time: nothing is read back
            self._selections[wanted] = selection
        return selection

    def stored(self, source: str) -> StoredPage:
        with naming_errors(self._folder):
            file, encoding = queries.file_of_source(self._rows, source), queries.encoding_of(self._rows, source)
            rows = self._of_this_state(queries.rows_of_source(self._rows, source))
            return stored_page(file, encoding, queries.articles_of_source(self._rows, source), rows)

    def places(self) -> list[str]:
        with naming_errors(self._folder):
            return queries.places(self._rows)

    def areas(self) -> list[tuple[str, ...]]:
        with naming_errors(self._folder):
            return queries.areas(self._rows)

    def keys_of_file(self, sha256: str) -> list[int]:
        with naming_errors(self._folder):
            return queries.keys_of_file(self._rows, sha256)

    def locate(self, citation: str) -> Located:
        with naming_errors(self._folder):
            row = only(queries.rows_of_keys(self._rows, self._keys_of(citation)), citation)
            article = [other for other in self._page(page_of_key(row.key)) if other.article == row.article]
        return Located(row.record, [other.passage for other in article], [other.key for other in article].index(row.key))

    def every_passage(self) -> Iterator[tuple[int, Passage]]:
        with naming_errors(self._folder):
            for row in self._every_row():
                yield row.key, row.passage

    def facts(self) -> dict[str, Any]:
        files = {(status.st_dev, status.st_ino): status for path in self._folder.rglob("*") if (status := path.stat()) and path.is_file()}
        return {
            "place": str(self._folder),
            **queries.counts(self._rows),
            **({"unfinished": int(self._state[UNFINISHED])} if UNFINISHED in self._state else {}),
            "model": self.model._asdict() | ({"devices": devices} if (devices := devices_of(self)) else {}),
            "approximate": self._snapshot.approximate(),
            "segmenter": self._state["segmenter"],
            "format": int(self._state["format"]),
            "generation": int(self._state["generation"]),
            "bytes": sum(status.st_size for status in files.values()),
        }

    def check(self) -> list[str]:
        """Run SQLite's own check with that of its indexes, read every row, and compare the keys of rows and snapshot."""
        wrong = []
        try:
            with naming_errors(self._folder):
                wrong = [*database.structural_faults(self._rows, "integrity_check")]
                for _ in queries.every_file(self._rows):
                    pass
                keys = {row.key for row in self._every_row()}
                self.select("", None)  # checks all articles
            held, _ = self._snapshot.parts.states()
            if keys != set(held.tolist()) or len(keys) != queries.counts(self._rows)["passages"]:
                wrong.append(
                    say(
                        "the generation holds {held} passages, {file} {rows}, or others; repair it with: qianli index --rebuild",
                        held=len(self),
                        file=FILE,
                        rows=len(keys),
                    )
                )
        except QianliError as error:
            wrong.append(str(error))
        return wrong

    def read_note(self, name: str) -> str | None:
        path = Path(self.note_place(name))
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise DamagedIndex(
                "{path} cannot be read ({error}); remove it, and make it anew", path=path, error=" ".join(str(error).split())
            ) from error

    def write_note(self, name: str, text: str) -> str:
        path = Path(self.note_place(name))
        new = path.with_suffix(".new")
        try:
            new.write_text(text, "utf-8", newline="\n")
            new.replace(path)
        except OSError as error:
            raise Unwritten("{path} cannot be written: {reason}", path=path, reason=reason(error)) from error
        return str(path)

    def note_place(self, name: str) -> str:
        return str(self._folder / f"{name}.json")

    def is_current(self) -> bool:
        return database.current_state(self._folder) == self._state

    @contextmanager
    def writing(
        self, wait: float = 0.0, tell: Tell = silent, workers: Workers | None = None, building: bool = False
    ) -> Iterator[FolderWriter]:
        with transaction(self._folder, wait, tell, self._renew, workers, building) as (writer, state):
            if state == self._state:
                writer.use(self._snapshot)
            if building and not queries.counts(self._rows)["pages"]:  # a state that is read keeps SQLite's log from being emptied
                self._rows = empty_rows(self._rows)
            yield writer

    def close(self) -> None:
        self._snapshot.close()
        self._rows.close()

    def __enter__(self) -> FolderIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _renew(self) -> None:
        """Read what is committed now; the snapshot stays open where it is still the committed one."""
        self._rows.close()
        if database.current_state(self._folder, alone=True) == self._state:
            self._rows, state = database.begin_reading(self._folder, alone=True)
            self._rows = empty_rows(self._rows) if UNFINISHED in state else self._rows
        else:
            self._snapshot.close()
            self._selections.clear()
            self._articles.clear()
            self._rows, self._state, self._snapshot = _open_current(self._folder, alone=True)

    def _every_row(self) -> Iterator[Row]:
        count, rows = 0, queries.every_row(self._rows)
        while some := [*islice(rows, queries.MANY)]:
            count += len(some)
            yield from self._of_this_state(some)
        if count != len(self):
            raise DamagedIndex(
                "{file} has {count} passages, the generation {held}; repair it with: qianli index --rebuild",
                file=FILE,
                count=count,
                held=len(self),
            )

    def _page(self, page: int) -> list[Row]:
        """Return all rows of a page; raise DamagedIndex where the snapshot has more."""
        rows = self._of_this_state(queries.rows_of_page(self._rows, page))
        if self._snapshot.parts.count(first_key(page), first_key(page + 1)) != len(rows):
            raise DamagedIndex(
                "passages of {source} are missing in {file}; repair it with: qianli index --rebuild",
                source=rows[0].passage.citation.source,
                file=FILE,
            )
        return rows

    def _of_this_state(self, rows: list[Row]) -> list[Row]:
        """Return *rows*; raise DamagedIndex for a row of another commit, which a half-copied database has with a sound digest."""
        agree = self._snapshot.parts.agree([row.key for row in rows], [row.state for row in rows])
        for row in (row for row, same in zip(rows, agree, strict=True) if not same):
            what = say("passage {id} of {source}", id=row.passage.citation.id, source=row.passage.citation.source)
            raise DamagedIndex(
                "{file} has {what} in another state than the generation; repair it with: qianli index --rebuild", file=FILE, what=what
            )
        return rows

    def _keys_of(self, citation: str) -> list[int]:
        """Return the keys of the passages that *citation* may mean: an id, its beginning, or SOURCE:LINE."""
        if is_id(citation):
            return queries.keys_of_id(self._rows, citation) or keys_of_former_id(queries.every_row(self._rows), citation)
        source, line = source_and_line(citation)
        return first_at_line(queries.rows_of_source(self._rows, queries.source_of_name(self._rows, source)), line)


def _open_current(folder: Path, alone: bool = False) -> tuple[sqlite3.Connection, State, Snapshot]:
    """Begin to read what is committed now: the rows, their state, and the snapshot that the state names."""
    for tries_left in reversed(range(TRIES)):
        connection, state = database.begin_reading(folder, alone)
        try:
            database.refuse_other_formats(folder, state)
            snapshot = Snapshot.open(folder, int(state["generation"]), state["manifest"])
            snapshot.refuse_damaged(folder / VECTORS, json.loads(state["vectors"]))
            return empty_rows(connection) if UNFINISHED in state else connection, state, snapshot
        except DamagedIndex:
            connection.close()
            if not tries_left or database.current_state(folder, alone) == state:
                raise  # else a writer replaced and removed the snapshot meanwhile
        except BaseException:
            connection.close()
            raise
    raise AssertionError("unreachable")


def _keys_within(selection: Selection | None) -> Sequence[int] | None:
    """Return the keys of a selection of this engine, None where there is no filter."""
    if selection is None:
        return None
    assert isinstance(selection, FolderSelection), selection
    return selection.keys
