"""An index of an older release to one of this: its rows are kept, with their vectors; nothing is read or embedded again.

format 1    keys in the order of indexing; no note of when a file was looked at
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.engine.folder import rows
from index.engine.protocol import Source
from index.errors import OtherModel

TABLES = ("files", "articles", "passages")


def upgrade(place: Path, connection: sqlite3.Connection, theirs: str) -> None:
    """Bring the rows of format *theirs* into the tables of this release, inside the transaction of *connection*."""
    if theirs != "1":
        raise OtherModel(
            f"the index in {place} has format {theirs}, which this qianli does not know; make a new one with: qianli index FOLDER"
        )
    for name in ("articles_of_a_file", "passages_of_an_article", "passages_by_id"):
        connection.execute(f"DROP INDEX IF EXISTS {name}")
    for table in TABLES:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    for statement in rows.SCHEMA.split(";"):
        if "TABLE state" not in statement:
            connection.execute(statement)
    for file in connection.execute("SELECT * FROM old_files ORDER BY source").fetchall():
        _take(connection, *file)
    for table in reversed(TABLES):
        connection.execute(f"DROP TABLE old_{table}")


def _take(
    connection: sqlite3.Connection,
    source: str,
    path: bytes,
    size: int,
    modified: int,
    sha256: str,
    encoding: str,
    sidecar: str,
    digest: str,
) -> None:
    rows.agree(digest, f"file {source}", source, path, size, modified, sha256, encoding, sidecar)
    page = rows.free_page(connection, source)
    file = Source(source, Path(os.fsdecode(path)), size, modified, sha256, sidecar)
    rows.add_file(connection, page, file, encoding)
    keys = {}
    for key, *about, digest in connection.execute("SELECT * FROM old_articles WHERE source = ? ORDER BY key", (source,)).fetchall():
        rows.agree(digest, f"article {about[1]} of {source}", *about)
        keys[key] = rows.add_article(connection, page, *about)
    for at, (article, *values) in enumerate(_passages(connection, source)):
        rows.add_passage(connection, page, at, keys[article], *values)


def _passages(connection: sqlite3.Connection, source: str) -> Iterator[list[Any]]:
    query = "SELECT p.* FROM old_passages p JOIN old_articles a ON a.key = p.article WHERE a.source = ? ORDER BY p.key"
    for _, *values, digest in connection.execute(query, (source,)):
        rows.agree(digest, f"passage {values[1]} of {source}", *values)
        yield values
