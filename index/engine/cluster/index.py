"""One state of an index in a cluster, open for reading.

A connection reads in one transaction, so that whoever commits meanwhile changes nothing for it. Rows are those of `engine.stored`, with
the same keys and digests as in a folder; the server compares vectors and weighs terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from index.document import Passage
from index.engine.cluster import dialect, soundness, state, writer
from index.engine.cluster.address import ClusterAddress
from index.engine.cluster.connection import Connection, begin_reading, connect
from index.engine.cluster.dialect import NOTES
from index.engine.cluster.filters import ClusterSelection, condition
from index.engine.cluster.loading import LARGE
from index.engine.cluster.queries import Rows
from index.engine.cluster.terms import TermSearch
from index.engine.cluster.writer import ClusterWriter
from index.engine.made_with import devices_of
from index.engine.protocol import Filter, Located, Model, Ranking, Selection, Source, StoredPage, Tell, silent, sorted_ranking
from index.engine.stored.keys import page_of_key
from index.engine.stored.naming import (
    first_at_line,
    is_id,
    keys_of_former_id,
    only,
    refuse_other_segmenter,
    source_and_line,
)
from index.engine.stored.rows import stored_page
from index.errors import NoIndex, Unreachable
from index.messages import say

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.workers import Workers

FEW = 20_000  # passages that a filter leaves; all of their vectors are compared in an index of any size
FEW_SHARE = 1 / 16  # of all passages; looking fewer up costs less than testing all, by 100,606: 7 µs for each against .4 µs
MOST_COMPARED = 1_000_000  # passages that are all compared where the vector index finds fewer than were asked for
MOST_SELECTIONS = 32  # kept for the next queries
KEPT_BY_INDEX = {"passages": 100_606, "recall@20": 0.992, "recall@200": 0.965}  # of the vector index, for 300 questions


class ClusterIndex:
    """One state, held until `close` or until this index's own next commit."""

    def __init__(self, address: ClusterAddress) -> None:
        self._place = address
        self._watcher: Connection | None = None
        self._selections: dict[Filter, ClusterSelection] = {}
        self._open()

    @classmethod
    def open(cls, address: ClusterAddress, create: Model | None = None) -> ClusterIndex:
        """Open the state that is committed now; see `engine.open.open_index`."""
        try:
            return cls(address)
        except NoIndex:
            if create is None:
                raise
        writer.make(address, create)
        return cls(address)

    @property
    def address(self) -> str:
        return str(self._place)

    @property
    def model(self) -> Model:
        return self._state.model

    def __len__(self) -> int:
        return self._state.lengths.passages

    def sources(self) -> dict[str, Source]:
        return {file.source: file for file in self._rows.files()}

    def nearest(self, vectors: Vectors, k: int, within: Selection | None = None) -> list[Ranking]:
        return [self._nearest(vector, k, _own(within)) for vector in vectors]

    def matching(self, queries: Sequence[Sequence[str]], k: int, within: Selection | None = None) -> list[Ranking]:
        among = len(self) if within is None else len(within)
        return [self._terms.matching(terms, min(k, among), _own(within)) for terms in queries]

    def bm25(self, queries: Sequence[Sequence[str]], keys: Sequence[Sequence[int]]) -> list[Ranking]:
        return [self._terms.bm25(terms, of_query) for terms, of_query in zip(queries, keys, strict=True)]

    def known(self, terms: Sequence[str]) -> int:
        return self._terms.known(terms)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        return [row.passage for row in self._rows.of_keys(keys)]

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return self._rows.vectors(keys, self.model.dim)

    def select(
        self, place: str | None = None, source: str | None = None, since: str | None = None, until: str | None = None
    ) -> ClusterSelection | None:
        wanted = Filter(place, source, since, until)
        if not any(part is not None for part in wanted):
            return None
        selection = self._selections.get(wanted)
        if selection is None:
            kept = condition(wanted, self._rows)
            ((count,),) = self._connection.rows(dialect.count_of_articles(self._tables, f"WHERE {kept.text}"), *kept.values)
            selection = ClusterSelection(kept, int(count), self._by_article and count <= min(FEW, FEW_SHARE * len(self)))
            if len(self._selections) >= MOST_SELECTIONS:
                self._selections.clear()  # another thread may do so at any time: nothing is read back
            self._selections[wanted] = selection
        return selection

    def stored(self, source: str) -> StoredPage:
        file, page = self._rows.file(source), self._rows.page_of(source)
        assert file is not None and page is not None, source
        return stored_page(file, self._rows.encoding_and_states(page)[0], self._rows.articles_of_page(page), self._rows.of_page(page))

    def places(self) -> list[str]:
        return self._rows.places()

    def areas(self) -> list[tuple[str, ...]]:
        return self._rows.areas()

    def keys_of_file(self, sha256: str) -> list[int]:
        return self._rows.keys_of_file(sha256)

    def locate(self, citation: str) -> Located:
        row = only(self._rows.of_keys(self._keys_of(citation)), citation)
        article = [other for other in self._rows.of_page(page_of_key(row.key)) if other.article == row.article]
        return Located(row.record, [other.passage for other in article], [other.key for other in article].index(row.key))

    def every_passage(self) -> Iterator[tuple[int, Passage]]:
        for row in self._rows.every():
            yield row.key, row.passage

    def facts(self) -> dict[str, Any]:
        size = dialect.size(self._connection, self._tables)
        loading = writer.unfinished_pages(self._connection, self._place, self._state)
        return {
            "place": self.address,
            **self._rows.counts(),
            **({} if loading is None else {"unfinished": loading}),
            "model": self.model._asdict() | ({"devices": devices} if (devices := devices_of(self)) else {}),
            "approximate": self._approximate(),
            "segmenter": self._state.segmenter,
            "format": int(self._state.format),
            "generation": self._state.number,
            **({"bytes": size} if size else {}),
        }

    def check(self) -> list[str]:
        return soundness.faults(self._connection, self._place, self._state, self._rows)

    def read_note(self, name: str) -> str | None:
        """Notes are no part of a state: the last that was written is read."""
        found = self._watching().rows(f"SELECT text FROM {NOTES} WHERE name = %s AND note = %s", self._place.name, name)
        return str(found[0][0]) if found else None

    def write_note(self, name: str, text: str) -> str:
        statement = dialect.upsert(NOTES, "name, note, text", "name, note")
        self._watching().run_each(statement, [(self._place.name, name, text)])
        return f"{self.address} ({name})"

    def note_place(self, name: str) -> str:
        return say("the note {note} of {address} (a row of the table {table})", note=name, address=self.address, table=NOTES)

    def is_current(self) -> bool:
        try:
            return state.read(self._watching(), self._place) == self._state and self._connection.is_open
        except Unreachable:
            return False  # whoever opens it again is told why, or finds the server started anew

    @contextmanager
    def writing(
        self, wait: float = 0.0, tell: Tell = silent, workers: Workers | None = None, building: bool = False
    ) -> Iterator[ClusterWriter]:
        with writer.transaction(self._place, wait, tell, building) as changes:
            yield changes
        self._renew()

    def close(self) -> None:
        self._connection.close()
        if self._watcher:
            self._watcher.close()
            self._watcher = None

    def __enter__(self) -> ClusterIndex:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open(self) -> None:
        connection = connect(self._place)
        try:
            begin_reading(connection)
            found = state.read(connection, self._place)
            if found is None:
                raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=self.address)
            refuse_other_segmenter(str(self._place), found.segmenter)
            dialect.set_effort(connection)
        except BaseException:
            connection.close()
            raise
        self._connection, self._state = connection, found
        self._tables = state.tables_of(self._place, found.tables)
        self._rows = Rows(connection, self._tables)
        self._terms = TermSearch(connection, self._tables, found)
        self._indexed = len(self) > LARGE and dialect.has_index(connection, self._tables, "nearest")
        self._by_article = dialect.has_index(connection, self._tables, "of_article")

    def _renew(self) -> None:
        """Read what is committed now."""
        self._connection.close()
        self._selections.clear()
        self._open()

    def _watching(self) -> Connection:
        """Return a connection that sees each state as soon as it is committed."""
        if self._watcher is None:
            self._watcher = connect(self._place)
        return self._watcher

    def _nearest(self, vector: Vectors, k: int, within: ClusterSelection | None) -> Ranking:
        among = len(self) if within is None else len(within)
        k = min(k, among)
        if k == 0 or not vector.any():
            return sorted_ranking([], [])
        exact = not self._indexed or (within is not None and among <= FEW)
        asked = k if exact else k + 1 + k // 10  # the vector index may give some twice, and too few after removals
        found = self._found(vector, asked, within, exact)
        while not exact and len(found) < k and asked < 4 * k:
            asked *= 2
            found = self._found(vector, asked, within, exact)
        if len(found) < k and among <= MOST_COMPARED:  # the vector index does not find so many
            found = self._found(vector, k, within, exact=True)
        ranking = sorted_ranking(list(found), list(found.values()))
        return Ranking(ranking.keys[:k], ranking.scores[:k])

    def _found(self, vector: Vectors, k: int, within: ClusterSelection | None, exact: bool) -> dict[int, float]:
        """Return keys and cosines of about *k* passages near *vector*."""
        among = within.among(self._tables) if within is not None else dialect.every(self._tables)
        query = dialect.nearest(among, vector, k, exact)
        return dict(self._connection.rows(query, *(within.values if within is not None else ())))

    def _approximate(self) -> dict[str, Any] | None:
        if not self._indexed:
            return None
        return {"vectors": {"method": "HNSW", "effort": dialect.EFFORT, "from_passages": LARGE, "measured": KEPT_BY_INDEX}}

    def _keys_of(self, citation: str) -> list[int]:
        """Return the keys of the passages that *citation* may mean: an id, its beginning, or SOURCE:LINE."""
        if is_id(citation):
            return self._rows.keys_of_id(citation) or keys_of_former_id(self._rows.every(), citation)
        source, line = source_and_line(citation)
        return first_at_line(self._rows.of_source(self._rows.source_of_name(source)), line)


def _own(selection: Selection | None) -> ClusterSelection | None:
    """Return a selection, which is one of this engine; None where there is no filter."""
    assert selection is None or isinstance(selection, ClusterSelection), selection
    return selection
