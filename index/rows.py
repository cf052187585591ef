"""The truth of an index folder: files, articles, passages and vectors as SQLite rows, each with a digest that is checked when it is read.

files ──< articles ──< passages      deleting a file deletes what was read out of it
state                                the generation that belongs to these rows, and what made it

The key of a passage is made of its source's name and its place in the page, so it does not tell what was indexed when: where keys
decide between equals, an index that was updated many times answers as one that was made at once.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import xxhash

from index.article import Article, Citation, Page, Passage
from index.errors import DamagedIndex
from index.sealed import REPAIR
from index.store import Source

if TYPE_CHECKING:
    from index.encode import Vectors

FILE = "passages.db"
WAIT = 10.0  # seconds for SQLite's own locks, which are held for moments only
MANY = 500  # keys a query; SQLite's oldest limit on parameters is 999
CACHE = 64  # MB of the database that a writer keeps in memory
PLACES = 25  # bits of a key for the place in the page: more paragraphs than the largest file that is read can hold
PAGES = 63 - PLACES  # bits for the page

SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    source TEXT PRIMARY KEY, page INTEGER NOT NULL UNIQUE, path BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    noted INTEGER NOT NULL, sha256 TEXT NOT NULL, encoding TEXT NOT NULL, sidecar TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE articles (
    key INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES files ON DELETE CASCADE, number INTEGER NOT NULL,
    place TEXT, record TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, id TEXT NOT NULL,
    paragraph INTEGER NOT NULL, text TEXT NOT NULL, heading TEXT NOT NULL, lines TEXT NOT NULL, vector BLOB NOT NULL,
    content INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE INDEX articles_of_a_file ON articles (source);
CREATE INDEX passages_of_an_article ON passages (article);
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_content ON passages (content);
"""

_JOINED = """
SELECT p.key, p.article, p.id, p.paragraph, p.text, p.heading, p.lines, p.vector, p.digest,
       a.source, a.number, a.place, a.record, a.digest, f.page, f.path, f.size, f.modified, f.noted,
       f.sha256, f.encoding, f.sidecar, f.digest
FROM passages p JOIN articles a ON a.key = p.article JOIN files f ON f.source = a.source
"""


class Row(NamedTuple):
    """One passage as it is stored: *vector* holds dim float16; *article* is the key of its article, *record* what is known of that."""

    key: int
    article: int
    passage: Passage
    vector: bytes
    record: dict[str, Any]


def connect(path: Path) -> sqlite3.Connection:
    """Open a database in autocommit mode: transactions begin and end where the code says so."""
    address = path.resolve().as_uri()
    if not os.access(path.parent, os.W_OK):  # a read-only folder cannot hold the shared memory of a write-ahead log
        log = path.with_name(f"{path.name}-wal")
        address += "?mode=ro" if log.exists() and log.stat().st_size else "?immutable=1"  # which would pass over what is in the log
    connection = sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns, with the generation that it names
        connection.execute("PRAGMA fullfsync = ON")  # macOS alone: past the drive's own cache
        connection.execute(f"PRAGMA cache_size = -{CACHE * 1024}")
    except BaseException:
        connection.close()
        raise
    return connection


def state(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the state, empty when there is none yet. A state that does not agree with its digest raises DamagedIndex."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        return {}
    found = dict(connection.execute("SELECT key, value FROM state"))
    if found and found.pop("digest", None) != _state_digest(found):
        raise DamagedIndex(f"the state in {FILE} does not agree with its digest; index the sources anew, with another --index")
    return found


def set_state(connection: sqlite3.Connection, values: dict[str, str]) -> None:
    values = {**values, "digest": _state_digest(values)}
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values.items())


def sources(connection: sqlite3.Connection) -> Iterator[Source]:
    for source, page, path, size, modified, noted, sha256, encoding, sidecar, digest in connection.execute(
        "SELECT * FROM files ORDER BY source"
    ):
        agree(digest, f"file {source}", source, page, path, size, modified, noted, sha256, encoding, sidecar)
        yield Source(source, Path(os.fsdecode(path)), size, modified, sha256, sidecar, noted)


def add(
    connection: sqlite3.Connection, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage], vectors: Vectors
) -> int:
    """Insert one page and return its number. *vectors* is (len(passages), dim); they are kept as float16, as the vector index does."""
    number = free_page(connection, file.source)
    add_file(connection, number, file, page.encoding)
    keys = {
        article.number: add_article(connection, number, file.source, article.number, article.place, _record(article))
        for article in articles
    }
    for at, (passage, half) in enumerate(zip(passages, vectors.astype("<f2"), strict=True)):
        citation, lines = passage.citation, json.dumps(passage.citation.lines)
        about = (keys[passage.article], citation.id, citation.paragraph, passage.text, passage.heading, lines, half.tobytes())
        add_passage(connection, number, at, *about)
    return number


def free_page(connection: sqlite3.Connection, source: str) -> int:
    """Return a number for a new page: a digest of its name, or the next free one after it."""
    number: int = xxhash.xxh3_64_intdigest(source.encode()) >> (64 - PAGES)
    while connection.execute("SELECT 1 FROM files WHERE page = ?", (number,)).fetchone():
        number = (number + 1) % (1 << PAGES)
    return number


def add_file(connection: sqlite3.Connection, page: int, file: Source, encoding: str) -> None:
    columns = (file.source, page, os.fsencode(file.path), file.size, file.modified, file.noted, file.sha256, encoding, file.sidecar)
    names = "source, page, path, size, modified, noted, sha256, encoding, sidecar, digest"
    updates = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ")[1:])
    connection.execute(
        f"INSERT INTO files ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET {updates}",
        (*columns, _digest(*columns)),
    )


def add_article(connection: sqlite3.Connection, page: int, source: str, number: int, place: str | None, record: str) -> int:
    """Insert an article of this page; return its key."""
    values = (source, number, place, record)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", (page << PLACES | number, *values, _digest(*values)))
    return page << PLACES | number


def add_passage(connection: sqlite3.Connection, page: int, at: int, *values: str | int | bytes) -> None:
    """Insert the passage that stands at place *at* of this page: key of its article, id, paragraph, text, heading, lines, vector."""
    _, _, _, text, heading, _, _ = values
    kept = (page << PLACES | at, *values, _content(heading, text), _digest(*values))
    connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)


def remove(connection: sqlite3.Connection, source: str) -> int | None:
    """Delete a page with all that was read out of it; return its number, None where there is no such source."""
    found = connection.execute("SELECT page FROM files WHERE source = ?", (source,)).fetchone()
    connection.execute("DELETE FROM files WHERE source = ?", (source,))
    return int(found[0]) if found else None


def drop_damaged(connection: sqlite3.Connection) -> list[str]:
    """Delete each page of which a row does not agree with its digest; return their sources."""
    dropped = []
    for source, page, *columns, digest in connection.execute("SELECT * FROM files ORDER BY source").fetchall():
        try:
            agree(digest, f"file {source}", source, page, *columns)
            of_source(connection, source)
        except (DamagedIndex, ValueError, TypeError, KeyError):  # what is no JSON any more, too
            connection.execute("DELETE FROM files WHERE source = ?", (source,))
            dropped.append(str(source))
    connection.execute("DELETE FROM articles WHERE source NOT IN (SELECT source FROM files)")
    return dropped


def touch(connection: sqlite3.Connection, file: Source) -> None:
    page, encoding = connection.execute("SELECT page, encoding FROM files WHERE source = ?", (file.source,)).fetchone()
    add_file(connection, page, file, encoding)


def set_vector(connection: sqlite3.Connection, row: Row, vector: Vectors) -> None:
    citation = row.passage.citation
    half = vector.astype("<f2").tobytes()
    values = (row.article, citation.id, citation.paragraph, row.passage.text, row.passage.heading, json.dumps(citation.lines), half)
    connection.execute("UPDATE passages SET vector = ?, digest = ? WHERE key = ?", (half, _digest(*values), row.key))


def every(connection: sqlite3.Connection) -> Iterator[Row]:
    """Give all passages in the order of their keys, digests checked; nothing is held in memory."""
    yield from map(_row, connection.execute(_JOINED + "ORDER BY p.key"))


def of_keys(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Row]:
    """Return the rows of *keys* in this order; a key without a row means that rows and generation are of different states."""
    found: dict[int, Row] = {}
    for at in range(0, len(keys), MANY):
        some = keys[at : at + MANY]
        marks = ",".join("?" * len(some))
        found.update((row.key, row) for row in map(_row, connection.execute(f"{_JOINED} WHERE p.key IN ({marks})", list(some))))
    missing = [key for key in keys if key not in found]
    if missing:
        raise DamagedIndex(f"{FILE} has no passage {missing[0]}, which the generation names; {REPAIR}")
    return [found[key] for key in keys]


def of_article(connection: sqlite3.Connection, article: int) -> list[Row]:
    return [row for row in _of_page(connection, article >> PLACES) if row.article == article]


def named(connection: sqlite3.Connection, id_: str) -> list[int]:
    """Return the keys of the passages whose id starts with *id_*, which is all hexadecimal digits."""
    for how in ("", "NOT INDEXED"):  # what the index of ids does not know may be there all the same, if the index is damaged
        within = (id_, id_ + "g")
        found = [key for (key,) in connection.execute(f"SELECT key FROM passages {how} WHERE id >= ? AND id < ? ORDER BY key", within)]
        if found:
            return found
    return []


def of_source(connection: sqlite3.Connection, source: str) -> list[Row]:
    found = connection.execute("SELECT page FROM files NOT INDEXED WHERE source = ?", (source,)).fetchone()
    return [row for row in _of_page(connection, found[0]) if row.passage.citation.source == source] if found else []


def places(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT place FROM articles WHERE place IS NOT NULL GROUP BY place ORDER BY count(*) DESC, place"
    return [place for (place,) in connection.execute(query)]


def of_file(connection: sqlite3.Connection, sha256: str) -> list[int]:
    """Return the keys of the passages of every file with this digest."""
    query = "SELECT p.key FROM passages p JOIN articles a ON a.key = p.article JOIN files f ON f.source = a.source WHERE f.sha256 = ?"
    return [key for (key,) in connection.execute(query + " ORDER BY p.key", (sha256,))]


def select(connection: sqlite3.Connection, place: str | None, source: str | None) -> list[int]:
    """Return the keys of passages of articles whose place holds *place*, in sources that match the glob *source*.

    Nothing is left out in silence: digests of all articles are checked, and SQLite's index of their passages against the passages.
    """
    pages = dict(connection.execute("SELECT source, page FROM files NOT INDEXED"))
    query = """SELECT key, (?1 IS NULL OR instr(place, ?1)) AND (?2 IS NULL OR source GLOB ?2), digest, source, number, place, record
               FROM articles NOT INDEXED"""
    chosen = set()
    for key, fits, digest, of, number, *about in connection.execute(query, (place, source)):
        agree(digest, f"article {number} of {of}", of, number, *about)
        agree(_digest(key), f"article {number} of {of}", pages.get(of, 0) << PLACES | number)
        if fits:
            chosen.add(key)
    standing: set[int] = set()
    for page in {key >> PLACES for key in chosen}:
        within = (page << PLACES, (page + 1) << PLACES)
        some = connection.execute("SELECT key, article FROM passages NOT INDEXED WHERE key >= ? AND key < ?", within)
        standing.update(key for key, article in some if article in chosen)
    indexed = "SELECT key FROM passages INDEXED BY passages_of_an_article WHERE article = ?"
    if standing != {key for article in chosen for (key,) in connection.execute(indexed, (article,))}:
        raise DamagedIndex(f"the passages in {FILE} do not agree with their index; {REPAIR}")
    return sorted(standing)


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = {"pages": "files", "articles": "articles", "passages": "passages"}
    return {name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for name, table in tables.items()}


def embedded(connection: sqlite3.Connection, passages: Sequence[Passage]) -> list[bytes | None]:
    """Return for each passage the vector of one that has the same text and heading, None where there is none."""
    return [_embedded(connection, passage.heading, passage.text) for passage in passages]


def keys(connection: sqlite3.Connection, pages: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return the keys of the passages of these pages, each with digests of what a generation is derived from: content and vector."""
    found: dict[int, tuple[int, int]] = {}
    for page in pages:
        within = (page << PLACES, (page + 1) << PLACES)
        for key, content, vector in connection.execute("SELECT key, content, vector FROM passages WHERE key >= ? AND key < ?", within):
            found[key] = (content, xxhash.xxh3_64_intdigest(vector))
    return found


def _embedded(connection: sqlite3.Connection, heading: str, text: str) -> bytes | None:
    columns = "vector, digest, article, id, paragraph, text, heading, lines"
    for vector, digest, *about in connection.execute(f"SELECT {columns} FROM passages WHERE content = ?", (_content(heading, text),)):
        if about[3:5] == [text, heading] and digest == _digest(*about, vector):  # a damaged one must not get a new digest
            return bytes(vector)
    return None


def _of_page(connection: sqlite3.Connection, page: int) -> list[Row]:
    """Return the rows of a page by their keys alone, so that a damaged index of SQLite's hides none."""
    within = (page << PLACES, (page + 1) << PLACES)
    return [_row(values) for values in connection.execute(_JOINED + "WHERE p.key >= ? AND p.key < ? ORDER BY p.key", within)]


def _content(heading: Any, text: Any) -> int:
    """Return a number that is the same for the same heading and text; SQLite's integers have a sign."""
    return xxhash.xxh3_64_intdigest(f"{len(heading)}:{heading}{text}".encode()) - (1 << 63)


def _record(article: Article) -> str:
    """Return what is known of an article besides its paragraphs, as JSON."""
    heads = [{"role": head.role, "text": head.text, "lines": head.lines} for head in article.heads]
    known = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle, "authors": article.authors,
             "place": article.place, "kind": article.kind, "heads": heads}  # fmt: skip
    return json.dumps(known, ensure_ascii=False)


def _row(values: Sequence[Any]) -> Row:
    (key, article, id_, paragraph, text, heading, lines, vector, digest, source, number, place, record, about, *file, file_digest) = values
    agree(digest, f"passage {id_} of {source}", article, id_, paragraph, text, heading, lines, vector)
    agree(about, f"article {number} of {source}", source, number, place, record)
    agree(file_digest, f"file {source}", source, *file)
    known = json.loads(record)
    citation = Citation(
        source=source, lines=tuple((first, last) for first, last in json.loads(lines)), paragraph=paragraph, article=known["title"],
        kicker=known["kicker"], authors=tuple(known["authors"]), place=place, sha256=file[5], id=id_,
    )  # fmt: skip
    return Row(key, article, Passage(text, heading, number, citation), vector, known)


def _digest(*values: str | bytes | int | None) -> str:
    """Return the xxh3 digest of *values*; each goes in with its kind and length, so that no two lists look the same."""
    digest = xxhash.xxh3_64()
    for value in values:
        raw = value if isinstance(value, bytes) else b"" if value is None else str(value).encode("utf-8")
        digest.update(f"{type(value).__name__}{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def _state_digest(values: dict[str, str]) -> str:
    return _digest(*(part for item in sorted(values.items()) for part in item))


def agree(digest: str, what: str, *values: str | bytes | int | None) -> None:
    if digest != _digest(*values):
        raise DamagedIndex(f"{what} in {FILE} does not agree with its digest; {REPAIR}")
