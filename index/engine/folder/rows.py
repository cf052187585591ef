"""Store pages as the rows of an index (see `engine.stored.rows`) in SQLite: files, articles and passages.

files ──< articles ──< passages      deleting a file deletes its articles; its passages are those from the first key of its page on
state                                what a commit says of the whole index (see `database.py`)

Vectors lie in files of their own, by the same keys (`vectors.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from index.document import Article, Page, Passage
from index.engine.protocol import Source
from index.engine.stored.digests import content_number, state_of, values_digest
from index.engine.stored.keys import first_key, next_number, page_number
from index.engine.stored.rows import FILE_COLUMNS, article_values, file_values, passage_values

SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    source TEXT PRIMARY KEY, page INTEGER NOT NULL UNIQUE, path BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    noted INTEGER NOT NULL, sha256 TEXT NOT NULL, encoding TEXT NOT NULL, sidecar TEXT NOT NULL, digest INTEGER NOT NULL);
CREATE TABLE articles (
    key INTEGER PRIMARY KEY, source TEXT NOT NULL REFERENCES files ON DELETE CASCADE, number INTEGER NOT NULL,
    place TEXT, areas TEXT NOT NULL, date TEXT, record TEXT NOT NULL, digest INTEGER NOT NULL);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, article INTEGER NOT NULL, id BLOB NOT NULL,
    paragraph INTEGER, text TEXT NOT NULL, heading TEXT NOT NULL, lines BLOB NOT NULL, kind TEXT, place TEXT, chars TEXT,
    spot TEXT, words BLOB, content INTEGER NOT NULL, digest INTEGER NOT NULL);
CREATE INDEX articles_of_a_file ON articles (source);
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_content ON passages (content);
"""


def add_page(
    connection: sqlite3.Connection, page: Page, file: Source, articles: Sequence[Article], passages: Sequence[Passage]
) -> tuple[int, list[int]]:
    """Insert one page; return its number and the states of its passages, whose keys rise by one from `first_key` of the number."""
    number = _free_number(connection, file.source)
    _put_file(connection, number, file, page.encoding)
    inserted = {article.number: _add_article(connection, number, article, file.source) for article in articles}
    rows, states = [], []
    for key, passage in enumerate(passages, first_key(number)):
        article, article_digest = inserted[passage.article]
        values = passage_values(article, passage)
        digest = values_digest(*values)
        rows.append((key, *values, content_number(passage), digest))
        states.append(state_of(digest, article_digest, file.sha256))
    connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return number, states


def remove_page(connection: sqlite3.Connection, source: str) -> int | None:
    """Delete a page with all that was read out of it; return its number, None where there is no such source."""
    row = connection.execute("SELECT page FROM files WHERE source = ?", (source,)).fetchone()
    if row is None:
        return None
    connection.execute("DELETE FROM passages WHERE key >= ? AND key < ?", (first_key(row[0]), first_key(row[0] + 1)))
    connection.execute("DELETE FROM files WHERE source = ?", (source,))
    return int(row[0])


def touch_file(connection: sqlite3.Connection, file: Source) -> None:
    """Note a new path, size or time of a file whose text is the same."""
    number, encoding = connection.execute("SELECT page, encoding FROM files WHERE source = ?", (file.source,)).fetchone()
    _put_file(connection, number, file, encoding)


def empty_rows(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a database without rows in place of *connection*, which is closed: what readers see of a first build that goes on."""
    connection.close()
    empty = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    empty.executescript(SCHEMA)
    return empty


def _free_number(connection: sqlite3.Connection, source: str) -> int:
    """Return a number for a new page: a digest of its source, or the next free number after it."""
    number = page_number(source)
    while connection.execute("SELECT 1 FROM files WHERE page = ?", (number,)).fetchone():
        number = next_number(number)
    return number


def _put_file(connection: sqlite3.Connection, page: int, file: Source, encoding: str) -> None:
    """Insert or update the row of a file."""
    values = file_values(file, page, encoding)
    updates = ", ".join(f"{name} = excluded.{name}" for name in FILE_COLUMNS.split(", ")[1:])
    connection.execute(
        f"INSERT INTO files ({FILE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET {updates}",
        (*values, values_digest(*values)),
    )


def _add_article(connection: sqlite3.Connection, page: int, article: Article, source: str) -> tuple[int, int]:
    """Insert an article of a page; return its key and its digest."""
    key = first_key(page) | article.number
    values = article_values(article, source)
    digest = values_digest(*values)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (key, *values, digest))
    return key, digest
