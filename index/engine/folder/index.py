"""The embedded engine: one folder. SQLite is the truth; FAISS (vectors) and tantivy (terms) are derived from it in generations.

    passages.db ── files, articles, passages with their vectors, and the state: which generation belongs to these rows
    generation-000012/ ── vectors.faiss, vectors.states, terms/, manifest.json: written once, digested at every opening (`sealed.py`)
    lock ── one writer (`lock.py`)

One SQLite transaction changes rows and names the generation that goes with them (`commit.py`). Whoever reads sees one state to the end.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index.document import Passage
from index.engine.folder import queries as lookup
from index.engine.folder import rows
from index.engine.folder.checksums import REPAIR
from index.engine.folder.lock import Tell
from index.engine.folder.snapshot import Generation
from index.engine.folder.writer import FolderWriter, begun, current_state, exists, make, named, refuse_other_formats, transaction
from index.engine.protocol import Located, Model, Ranking, Selection, Source
from index.errors import BadInput, DamagedIndex, NoIndex, QianliError, Unwritten, reason

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

SELECTED = 32  # selections that are kept
TRIES = 5  # a reader that loses its generation to a writer starts again with the new one


class FolderSelection:
    """The passages that a filter leaves, by their keys, rising."""

    def __init__(self, keys: Sequence[int]) -> None:
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)


class FolderIndex:
    """One state of an index folder: a read transaction and the generation that it names, held until `close` or its own next commit."""

    def __init__(self, place: Path, connection: sqlite3.Connection, state: dict[str, str], generation: Generation) -> None:
        self._place, self._rows, self._state, self._generation = place, connection, state, generation
        self._selected: dict[tuple[str | None, str | None], FolderSelection] = {}

    @classmethod
    def open(cls, place: Path, create: Model | None = None) -> FolderIndex:
        """Open the state that is current now; see store.open_index."""
        if not exists(place):
            if create is None:
                raise NoIndex(f"no index in {place}; make one with: qianli index FOLDER")
            make(place, create)
        return cls(place, *_current(place))

    @property
    def address(self) -> Path:
        return self._place

    @property
    def model(self) -> Model:
        return Model(**json.loads(self._state["model"]))

    def __len__(self) -> int:
        return int(self._generation.manifest["passages"])

    def sources(self) -> dict[str, Source]:
        with named(self._place):
            return {file.source: file for file in rows.sources(self._rows)}

    def nearest(self, vectors: Vectors, k: int, within: Selection | None = None) -> list[Ranking]:
        return self._generation.nearest(vectors, k, _keys(within))

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Selection | None = None) -> list[Ranking]:
        return self._generation.matching(queries, k, [_keys(within)] * len(queries))

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        return self._generation.matching(queries, max(map(len, keys), default=0), keys)

    def known(self, terms: Sequence[str]) -> int:
        return self._generation.known(terms)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        with named(self._place):
            return [row.passage for row in self._of_this_state(lookup.of_keys(self._rows, keys))]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return self._generation.vectors(keys)

    def select(self, place: str | None = None, source: str | None = None) -> FolderSelection | None:
        if place is None and source is None:
            return None
        if (place, source) not in self._selected:  # questions of a batch have the same filters, mostly
            if len(self._selected) == SELECTED:
                self._selected.clear()
            with named(self._place):
                keys = lookup.select(self._rows, place, source, self._state.get("articles"))
                self._selected[place, source] = FolderSelection(keys)
        return self._selected[place, source]

    def places(self) -> list[str]:
        with named(self._place):
            return lookup.places(self._rows)

    def keys_of_file(self, sha256: str) -> list[int]:
        with named(self._place):
            return lookup.of_file(self._rows, sha256)

    def locate(self, citation: str) -> Located:
        with named(self._place):
            row = _only(lookup.of_keys(self._rows, self._keys_of(citation)), citation)
            article = [each for each in self._page(row.key >> rows.PLACES) if each.article == row.article]
        return Located(row.record, [other.passage for other in article], [other.key for other in article].index(row.key))

    def every_passage(self) -> Iterator[tuple[int, Passage]]:
        with named(self._place):
            for row in self._every():
                yield row.key, row.passage

    def facts(self) -> dict[str, Any]:
        files = [path for path in self._place.rglob("*") if path.is_file()]
        return {
            "place": str(self._place),
            **lookup.counts(self._rows),
            "model": self.model._asdict(),
            "segmenter": self._state["segmenter"],
            "format": int(self._state["format"]),
            "generation": int(self._state["generation"]),
            "bytes": sum(path.stat().st_size for path in files),
        }

    def check(self) -> list[str]:
        """Read all: SQLite's own check with that of its indexes, each row's digest, and that rows and generation name the same."""
        wrong = []
        try:
            with named(self._place):
                wrong = [line for (line,) in self._rows.execute("PRAGMA integrity_check") if line != "ok"]
                for _ in rows.sources(self._rows):
                    pass
                passages = {row.key for row in self._every()}
                self.select("", None)  # all articles
            if passages != self._generation.keys() or len(passages) != lookup.counts(self._rows)["passages"]:
                wrong.append(f"the generation holds {len(self)} passages, {rows.FILE} {len(passages)}, or others; {REPAIR}")
        except QianliError as error:
            wrong.append(str(error))
        return wrong

    def read_note(self, name: str) -> str | None:
        path = self._place / f"{name}.json"
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise DamagedIndex(f"{path} cannot be read ({' '.join(str(error).split())}); remove it, and make it anew") from error

    def write_note(self, name: str, text: str) -> str:
        path = self._place / f"{name}.json"
        new = path.with_suffix(".new")
        try:
            new.write_text(text, "utf-8", newline="\n")
            new.replace(path)
        except OSError as error:
            raise Unwritten(f"{path} cannot be written: {reason(error)}") from error
        return str(path)

    def is_current(self) -> bool:
        return current_state(self._place) == self._state

    @contextmanager
    def writing(self, wait: float = 0.0, tell: Tell = lambda line: None) -> Iterator[FolderWriter]:
        """Give a writer; its changes are committed when the block ends, and forgotten when it ends with an error."""
        with transaction(self._place, wait, tell, self._renew) as (writer, state):
            yield writer
            writer.commit(self._generation if state == self._state else None)

    def _renew(self) -> None:
        """Read what is committed now; the generation stays open where it is still the one."""
        self._rows.close()
        if current_state(self._place, alone=True) == self._state:
            self._rows, _ = begun(self._place, alone=True)
        else:
            self._generation.close()
            self._selected.clear()
            self._rows, self._state, self._generation = _current(self._place, alone=True)

    def close(self) -> None:
        self._generation.close()
        self._rows.close()

    def __enter__(self) -> FolderIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _every(self) -> Iterator[rows.Row]:
        count, found = 0, lookup.every(self._rows)
        while some := [*islice(found, lookup.MANY)]:
            count += len(some)
            yield from self._of_this_state(some)
        if count != len(self):
            raise DamagedIndex(f"{rows.FILE} has {count} passages, the generation {len(self)}; {REPAIR}")

    def _page(self, page: int) -> list[rows.Row]:
        found = self._of_this_state(lookup.of_page(self._rows, page))
        if self._generation.many(page << rows.PLACES, (page + 1) << rows.PLACES) not in (None, len(found)):
            raise DamagedIndex(f"passages of {found[0].passage.citation.source} are missing in {rows.FILE}; {REPAIR}")
        return found

    def _of_this_state(self, found: list[rows.Row]) -> list[rows.Row]:
        """Return what was *found*; a half-copied database has sound rows of two states, of which one is not the generation's."""
        written = self._generation.written([row.key for row in found], [row.state for row in found])
        for row in (row for row, its in zip(found, written, strict=True) if not its):
            what = f"passage {row.passage.citation.id} of {row.passage.citation.source}"
            raise DamagedIndex(f"{rows.FILE} has {what} in another state than the generation; {REPAIR}")
        return found

    def _keys_of(self, citation: str) -> list[int]:
        if re.fullmatch("[0-9a-f]{6,}", citation):
            return lookup.named(self._rows, citation)
        source, _, line = citation.rpartition(":")
        if not source or not line.isdecimal():
            raise BadInput(f"{citation!r} is no citation: give an id (six characters or more) or SOURCE:LINE, as a search prints them")
        standing = lookup.of_source(self._rows, source)
        return [row.key for row in standing if any(first <= int(line) <= last for first, last in row.passage.citation.lines)][:1]


def _current(place: Path, alone: bool = False) -> tuple[sqlite3.Connection, dict[str, str], Generation]:
    """Begin to read what is committed now: the rows, their state, and the generation that it names."""
    for left in reversed(range(TRIES)):
        connection, state = begun(place, alone)
        try:
            refuse_other_formats(place, state)
            return connection, state, Generation.open(place, int(state["generation"]), state["manifest"])
        except DamagedIndex:
            connection.close()
            if not left or current_state(place, alone) == state:  # else a writer replaced and removed it meanwhile: read what it wrote
                raise
        except BaseException:
            connection.close()
            raise
    raise AssertionError("unreachable")


def _keys(within: Selection | None) -> Sequence[int] | None:
    """Return the keys of one of our own selections, None where there is no filter."""
    if within is None:
        return None
    assert isinstance(within, FolderSelection), within
    return within.keys


def _only(found: list[rows.Row], citation: str) -> rows.Row:
    if not found:
        raise BadInput(f"no passage {citation} in this index; ask again with: qianli search QUESTION")
    if len(found) > 1:
        raise BadInput(f"{citation} may be {' or '.join(row.passage.citation.id for row in found[:5])}; give more characters")
    return found[0]
