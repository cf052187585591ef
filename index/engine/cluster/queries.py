"""Read the rows of one state: passages by key, page, id or source. Every row is checked against its digest before it is returned."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.document import Passage
from index.engine.cluster.connection import Connection
from index.engine.cluster.dialect import Tables
from index.engine.protocol import Source, Stamp
from index.engine.source_names import plain_name
from index.engine.stored.digests import WRAP, content_number, values_digest
from index.engine.stored.keys import POSITION_BITS, first_key
from index.engine.stored.rows import COLUMNS, FILE_COLUMNS, ArticleRow, Articles, Row, article_of, file_of, passage_row
from index.errors import BadInput, DamagedIndex
from index.messages import say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors

    Halves = NDArray[np.float16]

MANY = 500  # rows that are asked for at once
MOST_ARTICLES = 4096  # that are kept for the next rows
MOST_NAMED = 5  # sources that a message names
PASSAGE = COLUMNS.replace("key, ", "`key`, ").replace("lines", "`lines`")
BESIDE = "state, source, areas, date"  # what a row of a passage repeats of its article, for filters
ARTICLE = "a.`key`, a.source, a.number, a.place, a.areas, a.date, a.record, a.digest"
ITS_FILE = "f.page, f.path, f.size, f.modified, f.noted, f.sha256, f.encoding, f.sidecar, f.digest"


class Rows:
    """The rows of the index that *tables* hold, as *connection* sees them."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self.connection, self.tables = connection, tables
        self._where = str(connection.address)
        self._articles: Articles = {}
        self._filtered: dict[int, tuple[str, str | None]] = {}  # of an article: its areas and its date

    def of_keys(self, keys: Sequence[int]) -> list[Row]:
        """Return the rows of *keys* in this order; raise DamagedIndex for a key without a row, since searches name it."""
        keys = [int(key) for key in keys]
        rows: dict[int, Row] = {}
        for start in range(0, len(keys), MANY):
            some = keys[start : start + MANY]
            rows.update((row.key, row) for row in self._read("WHERE `key` IN %s", some))
        if missing := [key for key in keys if key not in rows]:
            raise DamagedIndex(
                "{file} has no passage {missing}, which the generation names; repair it with: qianli index --rebuild",
                file=self._where,
                missing=missing[0],
            )
        return [rows[key] for key in keys]

    def of_page(self, page: int) -> list[Row]:
        """Return all rows of a page; raise DamagedIndex where others were written."""
        rows = [*self._read("WHERE `key` >= %s AND `key` < %s ORDER BY `key`", first_key(page), first_key(page + 1))]
        found = self.connection.rows(f"SELECT source, states FROM {self.tables.files} WHERE page = %s", page)
        if [states for _, states in found] != [sum(row.state for row in rows) % WRAP]:
            source = found[0][0] if found else page
            raise DamagedIndex(
                "passages of {source} are missing in {file}; repair it with: qianli index --rebuild", source=source, file=self._where
            )
        return rows

    def of_source(self, source: str) -> list[Row]:
        page = self.page_of(source)
        return [] if page is None else self.of_page(page)

    def every(self, first: int = 0) -> Iterator[Row]:
        """Yield all rows in the order of their keys, from the key *first* on."""
        while rows := [*self._read(f"WHERE `key` >= %s ORDER BY `key` LIMIT {MANY}", first)]:
            yield from rows
            first = rows[-1].key + 1

    def page_of(self, source: str) -> int | None:
        """Return the number of the page of *source*, None where there is none."""
        found = self.connection.rows(f"SELECT page, source FROM {self.tables.files} WHERE name = %s", name_number(source))
        return next((int(page) for page, name in found if name == source), None)

    def file(self, source: str) -> Source | None:
        found = self.connection.rows(f"SELECT {FILE_COLUMNS} FROM {self.tables.files} WHERE name = %s", name_number(source))
        return next((file_of(row, self._where) for row in found if row[0] == source), None)

    def encoding_and_states(self, page: int) -> tuple[str, int]:
        """Return the encoding of a page's file, and the sum of the states of its passages."""
        ((encoding, states),) = self.connection.rows(f"SELECT encoding, states FROM {self.tables.files} WHERE page = %s", page)
        return str(encoding), int(states)

    def files(self) -> Iterator[Source]:
        """Yield all files in the order of their names."""
        found = self._by_page(self.tables.files, FILE_COLUMNS, position=1)
        yield from sorted((file_of(row, self._where) for row in found), key=lambda file: file.source)

    def stamps(self) -> Iterator[Stamp]:
        """Yield what shows of each file whether it changed, unchecked, in the order of their names."""
        found = self._by_page(self.tables.files, "source, path, size, modified, sha256, sidecar, noted, page", position=7)
        for source, path, *values, _ in sorted(found):
            yield Stamp(source, os.fsdecode(path), *values)

    def source_of_name(self, name: str) -> str:
        """Return the one source that has this name or whose name ends so, *name* where there is none. Raise BadInput for several."""
        if self.page_of(name) is not None:
            return name
        wanted = plain_name(name)
        ends = self.connection.rows(
            f"SELECT source FROM {self.tables.files} WHERE name = %s OR RIGHT(source, %s) = %s",
            *(name_number(wanted), len(wanted) + 1, f"/{wanted}"),
        )
        sources = sorted(source for (source,) in ends if source == wanted or source.endswith(f"/{wanted}"))
        if len(sources) > 1:
            raise BadInput("{name} may be {sources}; give more of the path", name=name, sources=", ".join(sources[:MOST_NAMED]))
        return sources[0] if sources else name

    def keys_of_id(self, beginning: str) -> list[int]:
        """Return the keys of the passages whose id starts with *beginning*, which is all hexadecimal digits."""
        ends = (beginning.encode(), beginning.encode() + b"g")
        return [
            key
            for (key,) in self.connection.rows(f"SELECT `key` FROM {self.tables.passages} WHERE id >= %s AND id < %s ORDER BY `key`", *ends)
        ]

    def keys_of_file(self, sha256: str) -> list[int]:
        pages = [page for (page,) in self.connection.rows(f"SELECT page FROM {self.tables.files} WHERE sha256 = %s", sha256)]
        return sorted(row.key for page in pages for row in self.of_page(page))

    def places(self) -> list[str]:
        """Return the places that articles are about, those of most articles first."""
        query = f"SELECT place, COUNT(*) FROM {self.tables.articles} WHERE place IS NOT NULL GROUP BY place"
        return [place for place, _ in sorted(self.connection.rows(query), key=lambda found: (-found[1], found[0]))]

    def areas(self) -> list[tuple[str, ...]]:
        found = self.connection.rows(f"SELECT areas FROM {self.tables.articles} ORDER BY `key`")
        return [tuple(area for area in areas.split("\n") if area) for (areas,) in found]

    def about(self, article: int) -> tuple[ArticleRow, tuple[str, str | None]]:
        """Return what is known of an article of which a row was read: its row, and its areas and its date."""
        return self._articles[article], self._filtered[article]

    def article_digests(self, page: int) -> list[int]:
        query = f"SELECT digest FROM {self.tables.articles} WHERE `key` >= %s AND `key` < %s"
        return [int(digest) for (digest,) in self.connection.rows(query, first_key(page), first_key(page + 1))]

    def articles_of_page(self, page: int) -> list[ArticleRow]:
        query = f"{self._articles_with_files} WHERE a.`key` >= %s AND a.`key` < %s ORDER BY a.`key`"
        found = self.connection.rows(query, POSITION_BITS, first_key(page), first_key(page + 1))
        return [article_of(row, self._where) for _, *row in found]

    def counts(self) -> dict[str, int]:
        tables = {"pages": self.tables.files, "articles": self.tables.articles, "passages": self.tables.passages}
        return {name: int(self.connection.rows(f"SELECT COUNT(*) FROM {table}")[0][0]) for name, table in tables.items()}

    def vectors(self, keys: Sequence[int], dim: int) -> Vectors:
        """Return the vectors of *keys*, (len(keys), dim), in this order."""
        import numpy as np

        halves: dict[int, bytes] = {}
        keys = [int(key) for key in keys]
        for start in range(0, len(keys), MANY):
            some = keys[start : start + MANY]
            halves.update(self.connection.rows(f"SELECT `key`, half FROM {self.tables.passages} WHERE `key` IN %s", some))
        if wrong := [key for key in keys if len(halves.get(key, b"")) != 2 * dim]:
            raise DamagedIndex(
                "{file} has no vector of passage {key}; repair it with: qianli index --rebuild", file=self._where, key=wrong[0]
            )
        return np.frombuffer(b"".join(halves[key] for key in keys), "<f2").reshape(len(keys), dim).astype(np.float32)

    def vectors_of_contents(self, passages: Sequence[Passage]) -> list[Vectors | None]:
        """Return for each of *passages* the vector of a stored one with the same heading and text, None where there is none."""
        import numpy as np

        known: dict[tuple[str, str], bytes] = {}
        for start in range(0, len(passages), MANY):
            numbers = [content_number(passage) for passage in passages[start : start + MANY]]
            query = f"SELECT {PASSAGE}, half FROM {self.tables.passages} WHERE content IN %s"
            for _, *values, digest, half in self.connection.rows(query, numbers):
                if digest == values_digest(*values):
                    known[values[3], values[4]] = half
        halves = [known.get((passage.text, passage.heading)) for passage in passages]
        return [None if half is None else np.frombuffer(half, "<f2").astype(np.float32) for half in halves]

    def _read(self, which: str, *values: Any) -> Iterator[Row]:
        found = self.connection.rows(f"SELECT {PASSAGE}, {BESIDE} FROM {self.tables.passages} {which}", *values)
        self._read_articles({row[1] for row in found})
        for *columns, state, source, areas, date in found:
            row = passage_row(self._articles, self._where, *columns)
            about = self._articles[row.article]
            if (state, source, (areas, date)) != (row.state, about.source, self._filtered[row.article]):
                what = say("passage {id} of {source}", id=row.passage.citation.id, source=about.source)
                raise DamagedIndex(
                    "{what} in {file} does not agree with its digest; repair it with: qianli index --rebuild", what=what, file=self._where
                )
            yield row

    def _read_articles(self, needed: set[int]) -> None:
        if len(self._articles) > MOST_ARTICLES:
            self._articles.clear()
            self._filtered.clear()
        new = sorted(needed - self._articles.keys())
        for start in range(0, len(new), MANY):
            some = new[start : start + MANY]
            for key, *row in self.connection.rows(f"{self._articles_with_files} WHERE a.`key` IN %s", POSITION_BITS, some):
                self._articles[key] = article_of(row, self._where)
                self._filtered[key] = row[3], row[4]

    @property
    def _articles_with_files(self) -> str:
        return f"SELECT {ARTICLE}, {ITS_FILE} FROM {self.tables.articles} a JOIN {self.tables.files} f ON f.page = a.`key` >> %s"

    def _by_page(self, table: str, columns: str, position: int) -> Iterator[tuple[Any, ...]]:
        """Yield all rows of *columns* of a table in the order of its pages, some at once; *position*: where the page is among them."""
        first = 0
        while found := self.connection.rows(f"SELECT {columns} FROM {table} WHERE page >= %s ORDER BY page LIMIT {20 * MANY}", first):
            yield from found
            first = found[-1][position] + 1


def name_number(source: str) -> int:
    """Return a number of the name of a source: names may be longer than what an index of a table takes."""
    return values_digest(source)
