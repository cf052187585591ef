"""Store pages as the rows of an index: files, articles and passages, each with a digest that is checked when it is read.

files ──< articles ──< passages      deleting a file deletes its articles; its passages are those from the first key of its page on
state                                what a commit says of the whole index (see `database.py`)

The key of a passage is made of its source's name and its position in the page, so it does not depend on what was indexed when: where
keys decide between equal scores, an index that was updated many times answers as an index that was made at once. Vectors lie in files of
their own, by the same keys (`vectors.py`).
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import xxhash

from index.document import Article, Citation, Page, Passage
from index.engine.folder.checksums import values_digest
from index.engine.folder.database import FILE
from index.engine.protocol import Source
from index.errors import DamagedIndex
from index.text.gazetteer import with_province

if TYPE_CHECKING:
    pass

POSITION_BITS = 25  # of a key, for the position in the page: no file that is read has as many paragraphs
PAGE_BITS = 63 - POSITION_BITS  # of a key, for the number of the page

EMPTY: dict[str, Any] = {
    "title": None, "kicker": None, "subtitle": None, "authors": [], "place": None, "places": [], "date": None, "publication": None,
    "newspaper_page": None, "status": None, "kind": None, "heads": [],
}  # fmt: skip  # what a record says of an article where it says nothing
PAIR = struct.Struct("<II")  # the first and the last of some lines: the column `lines` holds such pairs
PARAGRAPH = "paragraph"  # the kind of most passages, which their rows leave out
SPOT = ("page", "page_label", "box", "sheet", "cell", "part", "reader")  # of a citation: the column `spot` holds them as JSON

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


class Row(NamedTuple):
    """One passage as it is stored. *article* is the key of its article, *record* what is known of the article.

    *state* is a digest of the passage, its article and the text of its page.
    """

    key: int
    article: int
    passage: Passage
    record: dict[str, Any]
    state: int


class TextRow(NamedTuple):
    """What a snapshot is made of: the text of a passage, its heading and its state (see `Row`)."""

    key: int
    text: str
    heading: str
    state: int


def first_key(page: int) -> int:
    """Return the lowest key of a page; the keys of the page lie below `first_key(page + 1)`."""
    return page << POSITION_BITS


def page_of_key(key: int) -> int:
    return key >> POSITION_BITS


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
        values = _values(article, passage)
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


def state_of(digest: int, article: int, sha256: str) -> int:
    """Return the state of a passage (see `Row`) of these digests: its row's, its article's and its file's."""
    return int(xxhash.xxh3_64_intdigest(f"{digest} {article} {sha256}".encode()))


def content_number(passage: Passage) -> int:
    """Return a number that is the same for the same heading and text; SQLite's integers have a sign."""
    content = f"{len(passage.heading)}:{passage.heading}{passage.text}"
    return xxhash.xxh3_64_intdigest(content.encode()) - (1 << 63)


def require_digest(digest: int, what: Callable[[], str], *values: str | bytes | int | None) -> None:
    """Raise DamagedIndex, naming the row by what *what* returns, unless *digest* is the one of its *values*."""
    if digest != values_digest(*values):
        raise DamagedIndex(
            "{what} in {file} does not agree with its digest; repair it with: qianli index --rebuild", what=what(), file=FILE
        )


def _free_number(connection: sqlite3.Connection, source: str) -> int:
    """Return a number for a new page: a digest of its source, or the next free number after it."""
    number: int = xxhash.xxh3_64_intdigest(source.encode()) >> (64 - PAGE_BITS)
    while connection.execute("SELECT 1 FROM files WHERE page = ?", (number,)).fetchone():
        number = (number + 1) % (1 << PAGE_BITS)
    return number


def _put_file(connection: sqlite3.Connection, page: int, file: Source, encoding: str) -> None:
    """Insert or update the row of a file."""
    values = (file.source, page, os.fsencode(file.path), file.size, file.modified, file.noted, file.sha256, encoding, file.sidecar)
    names = "source, page, path, size, modified, noted, sha256, encoding, sidecar, digest"
    updates = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ")[1:])
    connection.execute(
        f"INSERT INTO files ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source) DO UPDATE SET {updates}",
        (*values, values_digest(*values)),
    )


def _add_article(connection: sqlite3.Connection, page: int, article: Article, source: str) -> tuple[int, int]:
    """Insert an article of a page; return its key and its digest."""
    key = first_key(page) | article.number
    values = (source, article.number, article.place, _areas(article), article.date, _record(article))
    digest = values_digest(*values)
    connection.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (key, *values, digest))
    return key, digest


def _values(article: int, passage: Passage) -> tuple[int | str | bytes | None, ...]:
    """Return the columns of a passage that its digest covers: all from *article* to *words* in SCHEMA."""
    cited = passage.citation
    lines = b"".join(PAIR.pack(*pair) for pair in cited.lines)
    chars = json.dumps(cited.chars) if cited.chars else None
    kind = None if cited.kind == PARAGRAPH else cited.kind
    return (
        article, cited.id.encode(), cited.paragraph, passage.text, passage.heading, lines, kind, cited.place, chars, _spot(cited),
        passage.vocabulary,
    )  # fmt: skip


def _spot(citation: Citation) -> str | None:
    """Return where a passage stands in a document, as JSON, None for one of a text file."""
    known = {name: value for name in SPOT if (value := getattr(citation, name)) is not None}
    return json.dumps(known, ensure_ascii=False) if known else None


def _areas(article: Article) -> str:
    """Return what a filter by place searches: every place of the article with its province, one a line."""
    return "\n".join(dict.fromkeys(with_province(place) for place in (article.place, *article.places) if place))


def _record(article: Article) -> str:
    """Return what is known of an article besides its paragraphs, as JSON."""
    heads = [{"role": heading.role, "text": heading.text, "lines": heading.lines} for heading in article.headings]
    known = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle, "authors": article.authors,
             "place": article.place, "places": article.places, "date": article.date, "publication": article.publication,
             "newspaper_page": article.newspaper_page, "status": article.status, "kind": article.kind, "heads": heads}  # fmt: skip
    known = {name: value for name, value in known.items() if value}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))
