"""Read the rows of an index: passages by key, page, id, source or place. Every row is checked against its digest before it is returned.

An article may have as many headings as its page has lines, so its row is read once for all its passages.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from index.document import Passage
from index.engine.folder.database import FILE
from index.engine.protocol import Filter, Source, Stamp
from index.engine.source_names import plain_name, sources_named
from index.engine.stored.digests import WRAP, content_number, require_digest, state_of, values_digest
from index.engine.stored.keys import first_key, page_of_key
from index.engine.stored.rows import (
    COLUMNS,
    FILE_COLUMNS,
    ArticleRow,
    Articles,
    Row,
    TextRow,
    article_of,
    file_of,
    passage_row,
    sound_article,
)
from index.errors import BadInput, DamagedIndex
from index.messages import say

MOST_NAMED = 5  # sources that a message names
MOST_ARTICLES = 4096  # that are kept for the next rows
ARTICLES = """SELECT a.key, a.source, a.number, a.place, a.areas, a.date, a.record, a.digest,
    f.page, f.path, f.size, f.modified, f.noted, f.sha256, f.encoding, f.sidecar, f.digest
    FROM articles a JOIN files f ON f.source = a.source"""
MANY = 500  # keys a query; SQLite's oldest limit on parameters is 999


def every_row(connection: sqlite3.Connection) -> Iterator[Row]:
    """Yield all passages in the order of their keys, some hundreds in memory at once. Raise DamagedIndex where a key comes again, as it
    does in a torn database."""
    last = -1
    for row in _rows(connection, "ORDER BY key", ()):
        if row.key <= last:
            raise DamagedIndex("{file} holds rows of two states; index the sources anew, with another --index", file=FILE)
        last = row.key
        yield row


def every_text(connection: sqlite3.Connection) -> Iterator[TextRow]:
    """Yield the texts of all passages in the order of their keys, less than `every_row` has in half of its time."""
    cursor = connection.execute(f"SELECT {COLUMNS} FROM passages ORDER BY key")
    articles: Articles = {}
    while rows := cursor.fetchmany(MANY):
        _read_articles(connection, rows, articles)
        for key, article, *values, digest in rows:
            about = sound_article(articles, article, values, digest, FILE)
            yield TextRow(key, values[2], values[3], state_of(digest, about.digest, about.sha256))


def rows_of_keys(connection: sqlite3.Connection, keys: Sequence[int], articles: Articles | None = None) -> list[Row]:
    """Return the rows of *keys* in this order; raise DamagedIndex for a key without a row, since the snapshot names it.

    *articles* keeps what was read of articles for the next call of the same transaction.
    """
    rows: dict[int, Row] = {}
    keys = [int(key) for key in keys]  # SQLite would take numpy's integers, as a Ranking has them, for bytes
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        rows.update((row.key, row) for row in _rows(connection, f"WHERE key IN ({_marks(some)})", some, articles))
    missing = [key for key in keys if key not in rows]
    if missing:
        raise DamagedIndex(
            "{file} has no passage {missing}, which the generation names; repair it with: qianli index --rebuild",
            file=FILE,
            missing=missing[0],
        )
    return [rows[key] for key in keys]


def rows_of_page(connection: sqlite3.Connection, page: int) -> list[Row]:
    """Return the rows of a page by their keys alone: a damaged index of SQLite's hides none of them."""
    return [*_rows(connection, "WHERE key >= ? AND key < ? ORDER BY key", (first_key(page), first_key(page + 1)))]


def source_of_name(connection: sqlite3.Connection, name: str) -> str:
    """Return the one source that has this name or whose name ends so, *name* itself where there is none. Raise BadInput for several."""
    if connection.execute("SELECT 1 FROM files NOT INDEXED WHERE source = ?", (name,)).fetchone():
        return name
    wanted = plain_name(name)
    sources = [source for source in _names(connection) if source == wanted or source.endswith(f"/{wanted}")]
    if len(sources) > 1:
        raise BadInput("{name} may be {sources}; give more of the path", name=name, sources=", ".join(sources[:MOST_NAMED]))
    return sources[0] if sources else name


def rows_of_source(connection: sqlite3.Connection, source: str) -> list[Row]:
    row = connection.execute("SELECT page FROM files NOT INDEXED WHERE source = ?", (source,)).fetchone()
    return [row for row in rows_of_page(connection, row[0]) if row.passage.citation.source == source] if row else []


def keys_of_id(connection: sqlite3.Connection, beginning: str) -> list[int]:
    """Return the keys of the passages whose id starts with *beginning*, which is all hexadecimal digits."""
    for how in ("", "NOT INDEXED"):  # a damaged index of ids may lack one, so that the table is asked then
        query = f"SELECT key FROM passages {how} WHERE id >= ? AND id < ? ORDER BY key"
        keys = [key for (key,) in connection.execute(query, (beginning.encode(), beginning.encode() + b"g"))]
        if keys:
            return keys
    return []


def keys_of_file(connection: sqlite3.Connection, sha256: str) -> list[int]:
    """Return the keys of the passages of every file with this digest."""
    names = [file.source for file in every_file(connection) if file.sha256 == sha256]
    return sorted(row.key for name in names for row in rows_of_source(connection, name))


def every_file(connection: sqlite3.Connection) -> Iterator[Source]:
    """Yield the files that the index holds, in the order of their names."""
    yield from (file_of(row, FILE) for row in connection.execute(f"SELECT {FILE_COLUMNS} FROM files ORDER BY source"))


def file_of_source(connection: sqlite3.Connection, source: str) -> Source:
    """Return the file of this name."""
    return file_of(connection.execute(f"SELECT {FILE_COLUMNS} FROM files WHERE source = ?", (source,)).fetchone(), FILE)


def articles_of_source(connection: sqlite3.Connection, source: str) -> list[ArticleRow]:
    """Return the articles of a page, in their order."""
    return [article_of(row, FILE) for _, *row in connection.execute(f"{ARTICLES} WHERE a.source = ? ORDER BY a.key", (source,))]


def encoding_of(connection: sqlite3.Connection, source: str) -> str:
    return str(connection.execute("SELECT encoding FROM files WHERE source = ?", (source,)).fetchone()[0])


def stamps(connection: sqlite3.Connection) -> Iterator[Stamp]:
    """Yield what shows of each file whether it changed, unchecked."""
    columns = "source, path, size, modified, sha256, sidecar, noted"
    for source, path, *values in connection.execute(f"SELECT {columns} FROM files ORDER BY source"):
        yield Stamp(source, os.fsdecode(path), *values)


def places(connection: sqlite3.Connection) -> list[str]:
    """Return the places that articles are about, those of most articles first."""
    query = "SELECT place FROM articles WHERE place IS NOT NULL GROUP BY place ORDER BY count(*) DESC, place"
    return [place for (place,) in connection.execute(query)]


def areas(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Return for each article the places that it speaks of, each with its province."""
    rows = connection.execute("SELECT areas FROM articles ORDER BY key")
    return [tuple(area for area in areas.split("\n") if area) for (areas,) in rows]


def selected_keys(connection: sqlite3.Connection, wanted: Filter, articles: str, count: Callable[[int, int], int]) -> list[int]:
    """Return the keys of the passages of the articles that *wanted* keeps.

    Nothing is left out in silence: the digests of all articles are checked, all together against *articles* (see `articles_digest`),
    and the passages of each page against *count*, which returns how many keys the snapshot has from a first to a last one (half-open).
    """
    chosen = _selected_articles(connection, wanted, articles)
    keys: list[int] = []
    for page in sorted({page_of_key(key) for key in chosen}):
        ends = first_key(page), first_key(page + 1)
        rows = connection.execute("SELECT key, article FROM passages WHERE key >= ? AND key < ? ORDER BY key", ends).fetchall()
        if len(rows) != count(*ends):
            raise DamagedIndex("passages in {file} are not those of the generation; repair it with: qianli index --rebuild", file=FILE)
        keys += [key for key, article in rows if article in chosen]
    return keys


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many pages, articles and passages there are."""
    tables = {"pages": "files", "articles": "articles", "passages": "passages"}
    return {name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in tables.items()}


def key_of_content(connection: sqlite3.Connection, passage: Passage) -> int | None:
    """Return the key of a stored passage with the same heading and text, None where there is none."""
    columns = "key, digest, article, id, paragraph, text, heading, lines, kind, place, chars, spot, words"
    query = f"SELECT {columns} FROM passages WHERE content = ?"
    for key, digest, *values in connection.execute(query, (content_number(passage),)):
        if values[3:5] == [passage.text, passage.heading] and digest == values_digest(*values):
            return int(key)
    return None


def states_of_pages(connection: sqlite3.Connection, pages: Iterable[int]) -> dict[int, int]:
    """Return the keys of the passages of these pages, each with its state (see `Row`)."""
    return {row.key: row.state for page in pages for row in rows_of_page(connection, page)}


def articles_digest(connection: sqlite3.Connection) -> str:
    """Return a digest of all articles together: the sum of their digests."""
    total = sum(digest for (digest,) in connection.execute("SELECT digest FROM articles") if isinstance(digest, int))
    return f"{total % WRAP:016x}"


def drop_damaged_pages(connection: sqlite3.Connection, states: Mapping[int, int] | None) -> list[str]:
    """Delete each page with a row that does not agree with its digest, or with passages other than in *states*; return their sources."""
    by_page: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for key, state in (states or {}).items():
        by_page[page_of_key(key)][key] = state
    dropped = []
    for source, page, *columns, digest in connection.execute("SELECT * FROM files ORDER BY source").fetchall():
        try:
            require_digest(digest, partial(say, "file {source}", source=source), FILE, source, page, *columns)
            sound = {row.key: row.state for row in rows_of_source(connection, source)}
            if states is not None and sound != by_page[page]:
                raise DamagedIndex("passages of {source} are not those that were written", source=source)
        except (DamagedIndex, ValueError, TypeError, KeyError):  # the last three: what is no JSON any more
            connection.execute("DELETE FROM files WHERE source = ?", (source,))
            dropped.append(str(source))
    connection.execute("DELETE FROM articles WHERE source NOT IN (SELECT source FROM files)")
    connection.execute("DELETE FROM passages WHERE article NOT IN (SELECT key FROM articles)")
    return dropped


def _selected_articles(connection: sqlite3.Connection, wanted: Filter, articles: str) -> set[int]:
    """Return the keys of the articles that a filter leaves, after the digests of all were checked."""
    if articles != articles_digest(connection):
        raise DamagedIndex("the articles in {file} are not of one state; repair it with: qianli index --rebuild", file=FILE)
    pages = dict(connection.execute("SELECT source, page FROM files NOT INDEXED"))
    sources = None if wanted.source is None else {*sources_named(wanted.source, pages)}
    query = """SELECT key, (?1 IS NULL OR instr(areas, ?1))
                 AND (?2 IS NULL OR substr(date, 1, length(?2)) >= substr(?2, 1, length(date)))
                 AND (?3 IS NULL OR substr(date, 1, length(?3)) <= substr(?3, 1, length(date))),
                 digest, source, number, place, areas, date, record FROM articles NOT INDEXED"""
    chosen = set()
    for key, fits, digest, name, number, *values in connection.execute(query, (wanted.place, wanted.since, wanted.until)):
        what = partial(say, "article {number} of {source}", number=number, source=name)
        require_digest(digest, what, FILE, name, number, *values)
        require_digest(values_digest(key), what, FILE, first_key(pages.get(name, 0)) | number)
        if fits and (sources is None or name in sources):
            chosen.add(key)
    return chosen


def _names(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the names of all sources, whatever SQLite's own index of them says."""
    yield from (name for (name,) in connection.execute("SELECT source FROM files NOT INDEXED ORDER BY source"))


def _rows(connection: sqlite3.Connection, which: str, values: Sequence[int], articles: Articles | None = None) -> Iterator[Row]:
    cursor = connection.execute(f"SELECT {COLUMNS} FROM passages {which}", values)
    articles = {} if articles is None else articles
    while rows := cursor.fetchmany(MANY):
        _read_articles(connection, rows, articles)
        yield from (passage_row(articles, FILE, *row) for row in rows)


def _read_articles(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]], articles: Articles) -> None:
    """Add the articles of *rows* to *articles*, which forgets others before it grows too large."""
    needed = {article for _, article, *_ in rows}
    if new := sorted(needed - articles.keys()):
        if len(articles) > MOST_ARTICLES:
            articles.clear()
            new = sorted(needed)
        articles |= _articles(connection, new)


def _articles(connection: sqlite3.Connection, keys: Sequence[int]) -> Articles:
    """Return the articles of these keys, each with what its file says."""
    return {key: article_of(row, FILE) for key, *row in connection.execute(f"{ARTICLES} WHERE a.key IN ({_marks(keys)})", keys)}


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))
