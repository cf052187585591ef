"""What is read out of the rows of an index: passages by key, page, place or digest. Every row is checked before it is believed.

An article may have as many heads as a page has lines: it is read once for its passages, not with each of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import xxhash

from index.document import Citation, Passage
from index.engine.folder.checksums import REPAIR
from index.engine.folder.rows import FILE, PLACES, Row, agree, content_of, digest_of, sources
from index.errors import DamagedIndex

MANY = 500  # keys a query; SQLite's oldest limit on parameters is 999


class _About(NamedTuple):
    """What is known of an article besides its passages."""

    source: str
    number: int
    place: str | None
    sha256: str
    record: dict[str, Any]
    digest: str


def every(connection: sqlite3.Connection) -> Iterator[Row]:
    """Give all passages in the order of their keys, digests checked; some hundreds are held in memory."""
    yield from _rows(connection, "ORDER BY key", ())


def of_keys(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Row]:
    """Return the rows of *keys* in this order; a key without a row means that rows and generation are of different states."""
    found: dict[int, Row] = {}
    for at in range(0, len(keys), MANY):
        some = keys[at : at + MANY]
        found.update((row.key, row) for row in _rows(connection, f"WHERE key IN ({_marks(some)})", some))
    missing = [key for key in keys if key not in found]
    if missing:
        raise DamagedIndex(f"{FILE} has no passage {missing[0]}, which the generation names; {REPAIR}")
    return [found[key] for key in keys]


def of_page(connection: sqlite3.Connection, page: int) -> list[Row]:
    """Return the rows of a page by their keys alone, so that a damaged index of SQLite's hides none."""
    return [*_rows(connection, "WHERE key >= ? AND key < ? ORDER BY key", (page << PLACES, (page + 1) << PLACES))]


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
    return [row for row in of_page(connection, found[0]) if row.passage.citation.source == source] if found else []


def places(connection: sqlite3.Connection) -> list[str]:
    query = "SELECT place FROM articles WHERE place IS NOT NULL GROUP BY place ORDER BY count(*) DESC, place"
    return [place for (place,) in connection.execute(query)]


def of_file(connection: sqlite3.Connection, sha256: str) -> list[int]:
    """Return the keys of the passages of every file with this digest."""
    files = [file.source for file in sources(connection) if file.sha256 == sha256]
    return sorted(row.key for source in files for row in of_source(connection, source))


def select(connection: sqlite3.Connection, place: str | None, source: str | None, known: str | None) -> list[int]:
    """Return the keys of passages of articles whose place holds *place*, in sources that match the glob *source*.

    Nothing is left out in silence: digests of all articles are checked, all together against the *known* one (see `articles_state`), and
    SQLite's index of their passages against the passages.
    """
    if known not in (None, articles_state(connection)):
        raise DamagedIndex(f"the articles in {FILE} are not of one state; {REPAIR}")
    pages = dict(connection.execute("SELECT source, page FROM files NOT INDEXED"))
    query = """SELECT key, (?1 IS NULL OR instr(place, ?1)) AND (?2 IS NULL OR source GLOB ?2), digest, source, number, place, record
               FROM articles NOT INDEXED"""
    chosen = set()
    for key, fits, digest, of, number, *about in connection.execute(query, (place, source)):
        agree(digest, f"article {number} of {of}", of, number, *about)
        agree(digest_of(key), f"article {number} of {of}", pages.get(of, 0) << PLACES | number)
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


def states(connection: sqlite3.Connection, pages: Iterable[int]) -> dict[int, int]:
    """Return the keys of the passages of these pages, each with the digest of its state (see `Row`)."""
    return {row.key: row.state for page in pages for row in of_page(connection, page)}


def articles_state(connection: sqlite3.Connection) -> str:
    """Return a digest of all articles together: those of each, added up."""
    total = sum(int(digest, 16) for (digest,) in connection.execute("SELECT digest FROM articles"))
    return f"{total % (1 << 64):016x}"


def drop_damaged(connection: sqlite3.Connection, written: Mapping[int, int] | None) -> list[str]:
    """Delete each page of which a row does not agree with its digest, or its passages with what was *written*; return their sources."""
    known: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for key, its in (written or {}).items():
        known[key >> PLACES][key] = its
    dropped = []
    for source, page, *columns, digest in connection.execute("SELECT * FROM files ORDER BY source").fetchall():
        try:
            agree(digest, f"file {source}", source, page, *columns)
            sound = {row.key: row.state for row in of_source(connection, source)}
            if written is not None and sound != known[page]:
                raise DamagedIndex(f"passages of {source} are not those that were written")
        except (DamagedIndex, ValueError, TypeError, KeyError):  # what is no JSON any more, too
            connection.execute("DELETE FROM files WHERE source = ?", (source,))
            dropped.append(str(source))
    connection.execute("DELETE FROM articles WHERE source NOT IN (SELECT source FROM files)")
    connection.execute("DELETE FROM passages WHERE article NOT IN (SELECT key FROM articles)")
    return dropped


def _embedded(connection: sqlite3.Connection, heading: str, text: str) -> bytes | None:
    columns = "vector, digest, article, id, paragraph, text, heading, lines"
    for vector, digest, *about in connection.execute(f"SELECT {columns} FROM passages WHERE content = ?", (content_of(heading, text),)):
        if about[3:5] == [text, heading] and digest == digest_of(*about, vector):  # a damaged one must not get a new digest
            return bytes(vector)
    return None


def _rows(connection: sqlite3.Connection, which: str, values: Sequence[int]) -> Iterator[Row]:
    columns = "key, article, id, paragraph, text, heading, lines, vector, digest"
    found = connection.execute(f"SELECT {columns} FROM passages {which}", values)
    known: dict[int, _About] = {}
    while some := found.fetchmany(MANY):
        needed = {article for _, article, *_ in some}
        known = {article: known[article] for article in needed & known.keys()}
        if new := sorted(needed - known.keys()):
            known |= _about(connection, new)
        yield from (_row(known, *each) for each in some)


def _about(connection: sqlite3.Connection, articles: Sequence[int]) -> dict[int, _About]:
    """Return what is known of these *articles*."""
    query = f"""SELECT a.key, a.source, a.number, a.place, a.record, a.digest, f.page, f.path, f.size, f.modified, f.noted, f.sha256,
                       f.encoding, f.sidecar, f.digest
                FROM articles a JOIN files f ON f.source = a.source WHERE a.key IN ({_marks(articles)})"""
    found = {}
    for key, source, number, place, record, digest, *file, file_digest in connection.execute(query, articles):
        agree(digest, f"article {number} of {source}", source, number, place, record)
        agree(file_digest, f"file {source}", source, *file)
        found[key] = _About(source, number, place, file[5], json.loads(record), digest)
    return found


def _row(known: dict[int, _About], key: int, article: int, id_: str, *kept: Any) -> Row:
    paragraph, text, heading, lines, vector, digest = kept
    about = known.get(article)
    where = f"passage {id_} of {about.source if about else 'an unknown page'}"
    agree(digest, where, article, id_, paragraph, text, heading, lines, vector)
    if about is None:
        raise DamagedIndex(f"{FILE} has no article or file for {where}; {REPAIR}")
    citation = Citation(
        source=about.source, lines=tuple((first, last) for first, last in json.loads(lines)), paragraph=paragraph,
        article=about.record["title"], kicker=about.record["kicker"], authors=tuple(about.record["authors"]), place=about.place,
        sha256=about.sha256, id=id_,
    )  # fmt: skip
    state = xxhash.xxh3_64_intdigest(f"{digest} {about.digest} {about.sha256}".encode())
    return Row(key, article, Passage(text, heading, about.number, citation), vector, about.record, state)


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))
