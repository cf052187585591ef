"""Whether an index in a cluster is sound, and how it is derived anew from its rows and vectors: without the sources.

faults     every row by its digest, the sums of the state, the terms, and whether searches find what is there
rebuild    new tables, with terms, weights and indexes made anew
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.engine.cluster import state as states
from index.engine.cluster.address import ClusterAddress
from index.engine.cluster.changes import Changes, terms_of
from index.engine.cluster.connection import Connection
from index.engine.cluster.loading import Load, drop_leftovers
from index.engine.cluster.queries import MANY, Rows
from index.engine.cluster.state import State
from index.engine.cluster.writer import locked, refuse_unfinished
from index.engine.protocol import FIELDS, Embed, Tell
from index.engine.stored.digests import WRAP, values_digest
from index.engine.stored.rows import Row
from index.errors import DamagedIndex, NoIndex, QianliError
from index.messages import say

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

LOOKED_FOR = 1000  # passages that are searched for by their own vectors and terms


def faults(connection: Connection, address: ClusterAddress, state: State, rows: Rows) -> list[str]:
    """Return a line for each fault, none where the index is sound."""
    wrong: list[str] = []
    try:
        for _ in rows.files():
            pass
        if state.articles != sum(digest for (digest,) in connection.rows(f"SELECT digest FROM {rows.tables.articles}")) % WRAP:
            wrong.append(say("the articles in {file} are not of one state; repair it with: qianli index --rebuild", file=address))
        wrong += _passage_faults(connection, address, state, rows)
    except QianliError as error:
        wrong.append(str(error))
    return wrong


def rebuild(address: ClusterAddress, wait: float, tell: Tell, embed: Embed | None) -> None:
    """Fill new tables with the sound pages of the present ones, with terms as this qianli cuts them.

    Vectors that are not those that were written are made anew by *embed*; without it DamagedIndex is raised. Pages with damaged rows are
    left out; *tell* gets a line for each.
    """
    with locked(address, wait, tell) as connection:
        old = states.read(connection, address)
        if old is None:
            raise NoIndex("no index in {folder}; make one with: qianli index FOLDER", folder=address)
        if Load.resumed(connection, address, old):
            refuse_unfinished(address)
        drop_leftovers(connection, address, old, None)
        rows = Rows(connection, states.tables_of(address, old.tables))
        damaged = {}
        for page, source in connection.rows(f"SELECT page, source FROM {rows.tables.files} ORDER BY source"):
            if not _is_sound(rows, page, source):
                damaged[page] = source
                tell(say("{source}: its rows were damaged and are left out; take it in again with: qianli index FOLDER", source=source))
        _refuse_lost_pages(rows, damaged, old, address)
        load = Load.begin(connection, address, old, old.model)
        try:
            load.copy(rows, _vectors(rows, old, damaged, embed, address), damaged.__contains__)
            load.finish()
            connection.commit()
        except BaseException:
            connection.roll_back()
            raise


def _passage_faults(connection: Connection, address: ClusterAddress, state: State, rows: Rows) -> list[str]:
    total = vectors = count = 0
    having: defaultdict[str, Counter[str]] = defaultdict(Counter)
    every, lengths = rows.every(), [0, 0]
    keys: list[int] = []
    while some := [*islice(every, MANY)]:
        count, total = count + len(some), total + sum(row.state for row in some)
        halves = dict(connection.rows(f"SELECT `key`, half FROM {rows.tables.passages} WHERE `key` IN %s", [row.key for row in some]))
        vectors += sum(values_digest(key, half) for key, half in halves.items())
        _count_terms(some, having, lengths)
        keys += [row.key for row in some]
    wrong = []
    if (count, total % WRAP) != (state.lengths.passages, state.rows):
        wrong.append(
            say("{file} has {count} passages, the generation {held}; repair it with: qianli index --rebuild",
                file=address, count=count, held=state.lengths.passages)
        )  # fmt: skip
    if vectors % WRAP != state.vectors:
        wrong.append(say("the vectors in {file} are not those that were written; repair it with: qianli index --rebuild", file=address))
    if not _same_terms(connection, rows, having) or (*lengths,) != state.lengths[1:]:
        wrong.append(say("the terms in {file} are not those of its passages; repair it with: qianli index --rebuild", file=address))
    if not wrong:
        wrong += _lost(connection, rows, state, keys, address)
    return wrong


def _count_terms(rows: list[Row], having: defaultdict[str, Counter[str]], lengths: list[int]) -> None:
    """Count the passages that have each term in each field, and the terms of each field."""
    for fields in terms_of([row.passage for row in rows]):
        for number, (field, terms) in enumerate(zip(FIELDS, fields, strict=True)):
            found = terms.split()
            lengths[number] += len(found)
            having[field].update({*found})


def _same_terms(connection: Connection, rows: Rows, having: defaultdict[str, Counter[str]]) -> bool:
    """Whether the table of terms has these counts."""
    expected = {term: (having["text"][term], having["heading"][term]) for term in {*having["text"], *having["heading"]}}
    found = connection.rows(f"SELECT term, in_text, in_heading FROM {rows.tables.terms} WHERE in_text <> 0 OR in_heading <> 0")
    return {bytes(term).decode("utf-8", "surrogatepass"): (text, heading) for term, text, heading in found} == expected


def _lost(connection: Connection, rows: Rows, state: State, keys: list[int], address: ClusterAddress) -> list[str]:
    """Return a line where passages, spread over all of the index, are not found by their own vectors and terms."""
    changes = Changes(connection, rows.tables, state)
    lost = [key for key in keys[:: -(-len(keys) // LOOKED_FOR) or 1] if not changes.is_found(key)]
    if not lost:
        return []
    return [
        say(
            "searches in {file} miss {count} of {all} passages that are there; repair it with: qianli index --rebuild",
            file=address,
            count=len(lost),
            all=min(len(keys), LOOKED_FOR),
        )
    ]


def _is_sound(rows: Rows, page: int, source: str) -> bool:
    """Whether the file, the articles and the passages of a page agree with their digests."""
    try:
        return rows.page_of(source) == page and rows.file(source) is not None and rows.of_page(page) is not None
    except (DamagedIndex, ValueError, TypeError, KeyError):  # the last three: what is no JSON any more
        return False


def _refuse_lost_pages(rows: Rows, damaged: dict[int, str], old: State, address: ClusterAddress) -> None:
    """Raise DamagedIndex where no page is damaged, and pages are missing all the same."""
    if damaged:
        return
    ((count, total),) = rows.connection.rows(f"SELECT COUNT(*), COALESCE(SUM(state), 0) FROM {rows.tables.passages}")
    if (int(count), int(total) % WRAP) != (old.lengths.passages, old.rows):
        raise DamagedIndex("{file} holds rows of two states; index the sources anew, with another --index", file=address)


def _vectors(
    rows: Rows, old: State, damaged: dict[int, str], embed: Embed | None, address: ClusterAddress
) -> Iterator[tuple[int, Vectors]]:
    """Yield the vectors of all sound pages by key; where those that are kept do not add up, *embed* makes all of them."""
    kept = sum(values_digest(key, half) for key, half in rows.connection.rows(f"SELECT `key`, half FROM {rows.tables.passages}")) % WRAP
    if kept != old.vectors and not damaged and embed is None:
        raise DamagedIndex(
            "{folder} has lost vectors; they are made anew, from the rows alone, with: qianli index --rebuild", folder=address
        )
    for (page,) in rows.connection.rows(f"SELECT page FROM {rows.tables.files} ORDER BY page"):
        if page not in damaged and (found := rows.of_page(page)):
            yield from zip([row.key for row in found], _of(rows, found, old, embed if kept != old.vectors else None), strict=True)


def _of(rows: Rows, found: list[Row], old: State, embed: Embed | None) -> Vectors:
    if embed is not None:
        return embed([row.passage for row in found])
    return rows.vectors([row.key for row in found], old.model.dim)
