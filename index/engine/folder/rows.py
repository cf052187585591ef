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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import xxhash

from index.document import Article, Page, Passage
from index.engine.folder.checksums import REPAIR
from index.engine.protocol import Source
from index.errors import DamagedIndex

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

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


class Row(NamedTuple):
    """One passage as it is stored: *vector* holds dim float16; *article* is the key of its article, *record* what is known of that.
    *state* is a digest of all of it: of the passage, its article and the text of its page."""

    key: int
    article: int
    passage: Passage
    vector: bytes
    record: dict[str, Any]
    state: int


def connect(path: Path) -> sqlite3.Connection:
    """Open a database in autocommit mode: transactions begin and end where the code says so."""
    address = path.resolve().as_uri() + ("" if os.access(path.parent, os.W_OK) else "?mode=ro")
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


def copied(path: Path) -> sqlite3.Connection:
    """Read a database that nobody writes into memory and open it there: SQLite's own way needs room on the disk and leave to write, for
    the shared memory of the write-ahead log. Raises OperationalError where that log holds something."""
    log = path.with_name(f"{path.name}-wal")
    try:
        if log.exists() and log.stat().st_size:
            raise sqlite3.OperationalError(f"{log.name} cannot be read without writing")
        raw = bytearray(path.read_bytes())
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error
    raw[18:20] = b"\x01\x01"  # it has no log (sqlite.org/c3ref/deserialize.html)
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.deserialize(bytes(raw))
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
        (*columns, digest_of(*columns)),
    )


def add_article(connection: sqlite3.Connection, page: int, source: str, number: int, place: str | None, record: str) -> int:
    """Insert an article of this page; return its key."""
    values = (source, number, place, record)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", (page << PLACES | number, *values, digest_of(*values)))
    return page << PLACES | number


def add_passage(connection: sqlite3.Connection, page: int, at: int, *values: str | int | bytes) -> None:
    """Insert the passage that stands at place *at* of this page: key of its article, id, paragraph, text, heading, lines, vector."""
    _, _, _, text, heading, _, _ = values
    kept = (page << PLACES | at, *values, content_of(heading, text), digest_of(*values))
    connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)


def remove(connection: sqlite3.Connection, source: str) -> int | None:
    """Delete a page with all that was read out of it; return its number, None where there is no such source."""
    found = connection.execute("SELECT page FROM files WHERE source = ?", (source,)).fetchone()
    connection.execute("DELETE FROM files WHERE source = ?", (source,))
    return int(found[0]) if found else None


def touch(connection: sqlite3.Connection, file: Source) -> None:
    page, encoding = connection.execute("SELECT page, encoding FROM files WHERE source = ?", (file.source,)).fetchone()
    add_file(connection, page, file, encoding)


def set_vector(connection: sqlite3.Connection, row: Row, vector: Vectors) -> None:
    citation = row.passage.citation
    half = vector.astype("<f2").tobytes()
    values = (row.article, citation.id, citation.paragraph, row.passage.text, row.passage.heading, json.dumps(citation.lines), half)
    connection.execute("UPDATE passages SET vector = ?, digest = ? WHERE key = ?", (half, digest_of(*values), row.key))


def content_of(heading: Any, text: Any) -> int:
    """Return a number that is the same for the same heading and text; SQLite's integers have a sign."""
    return xxhash.xxh3_64_intdigest(f"{len(heading)}:{heading}{text}".encode()) - (1 << 63)


def _record(article: Article) -> str:
    """Return what is known of an article besides its paragraphs, as JSON."""
    heads = [{"role": head.role, "text": head.text, "lines": head.lines} for head in article.headings]
    known = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle, "authors": article.authors,
             "place": article.place, "kind": article.kind, "heads": heads}  # fmt: skip
    return json.dumps(known, ensure_ascii=False)


def digest_of(*values: str | bytes | int | None) -> str:
    """Return the xxh3 digest of *values*; each goes in with its kind and length, so that no two lists look the same."""
    digest = xxhash.xxh3_64()
    for value in values:
        raw = value if isinstance(value, bytes) else b"" if value is None else str(value).encode("utf-8")
        digest.update(f"{type(value).__name__}{len(raw)}:".encode())
        digest.update(raw)
    return digest.hexdigest()


def _state_digest(values: dict[str, str]) -> str:
    return digest_of(*(part for item in sorted(values.items()) for part in item))


def agree(digest: str, what: str, *values: str | bytes | int | None) -> None:
    if digest != digest_of(*values):
        raise DamagedIndex(f"{what} in {FILE} does not agree with its digest; {REPAIR}")
