"""Saved searches: a question with its options and what was known when it was asked; asked again, only what is new since.

    saved    question, options, index, and what was known: the digests of all sources, the digests of the texts that answered
    again    the hits of now ── less those of a source that was there ── less those of a text that answered ──▶ new

So a file that is read again, moved or rewritten around the passage tells nothing new, whatever the models or the ranks do; a passage of
a new or changed file does. Kept in the private store (own_files.py): only the person who saved a search can read it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import BadInput, Unwritten
from index.messages import say
from search.cli.history import unreadable
from search.cli.own_files import store, store_file
from search.options import SearchOptions

if TYPE_CHECKING:
    from search.results import Hit, Result
    from search.searcher import Searcher

DEEP = 200  # passages of an answer that are looked through for new ones
DIGITS = 16  # hexadecimal, of a digest: two of a million differ


@dataclass(frozen=True)
class SavedSearch:
    """A question (or, where *like* is true, a citation or file) with all that it was asked with; times are ISO 8601."""

    name: str
    query: str
    like: bool
    index: str
    options: dict[str, Any]
    model: str | None = None
    device: str | None = None
    rerank: str | None = None
    saved: str = ""
    asked: str = ""

    def ask(self, searcher: Searcher) -> Result:
        """Return the whole answer of now, as deep as new passages are looked for."""
        options = replace(SearchOptions(**self.options), k=max(DEEP, self.options["k"]), per_article=0)
        return searcher.like(self.query, options=options) if self.like else searcher.search(self.query, options=options)


@dataclass(frozen=True)
class Known:
    """What was known when a search was asked: digests of the sources of the index, and of the texts that answered."""

    sources: frozenset[str]
    texts: frozenset[str]

    def is_new(self, hit: Hit) -> bool:
        """Whether neither the hit nor a near-duplicate of it stands in a source that was there, nor its text answered before."""
        there = any(citation.sha256[:DIGITS] in self.sources for citation in (hit.citation, *hit.also))
        return not there and text_digest(hit.text) not in self.texts


def known_of(searcher: Searcher, result: Result, before: Known | None = None) -> Known:
    """Return what is known after *result*; a text that answered *before* stays known when its source goes and comes back."""
    texts = {text_digest(hit.text) for hit in result.hits}
    return Known(
        frozenset(source.sha256[:DIGITS] for source in searcher.index.sources().values()),
        frozenset(texts | (before.texts if before else set())),
    )


def new_hits(result: Result, known: Known, options: SearchOptions) -> list[Hit]:
    """Return the hits that are new, ranked from 1, at most as many as the options allow."""
    chosen: list[Hit] = []
    of_article: dict[tuple[str, int], int] = {}
    for hit in filter(known.is_new, result.hits):
        of_article[hit.article] = of_article.get(hit.article, 0) + 1
        if not options.per_article or of_article[hit.article] <= options.per_article:
            chosen.append(replace(hit, rank=len(chosen) + 1))
    return chosen[: options.k]


def text_digest(text: str) -> str:
    """Return a digest of the characters of *text* without its blanks."""
    return hashlib.sha256("".join(text.split()).encode("utf-8", "replace")).hexdigest()[:DIGITS]


def keep(search: SavedSearch, known: Known) -> bool:
    """Write a saved search; return whether one of this name was there before. Raises Unwritten."""
    row = (search.name, json.dumps(asdict(search), ensure_ascii=False), json.dumps([sorted(known.sources), sorted(known.texts)]))
    try:
        with store() as rows:
            before = rows.execute("SELECT 1 FROM saved WHERE name = ?", row[:1]).fetchone()
            rows.execute("INSERT OR REPLACE INTO saved (name, fields, known) VALUES (?, ?, ?)", row)
            return before is not None
    except (OSError, sqlite3.Error) as error:
        raise Unwritten(str(unreadable(error))) from error


def find(name: str) -> tuple[SavedSearch, Known]:
    """Return the saved search of this name. Raise BadInput where there is none."""
    for fields, known in _rows("SELECT fields, known FROM saved WHERE name = ?", (name,)):
        sources, texts = _read(known)
        return SavedSearch(**_read(fields)), Known(frozenset(sources), frozenset(texts))
    others = ", ".join(names())
    if others:
        raise BadInput(say("no search is saved as {name}; saved are: {names}", name=name, names=others))
    raise BadInput(say("no search is saved as {name}; save one with: qianli search QUESTION --save {name}", name=name))


def every_saved() -> list[SavedSearch]:
    """Return the saved searches in the order of their names."""
    return [SavedSearch(**_read(fields)) for (fields,) in _rows("SELECT fields FROM saved ORDER BY name")]


def names() -> list[str]:
    return [name for (name,) in _rows("SELECT name FROM saved ORDER BY name")]


def forget(name: str) -> None:
    """Remove a saved search. Raise BadInput where there is none."""
    find(name)
    _rows("DELETE FROM saved WHERE name = ?", (name,))


def accepted_name(name: str) -> str:
    """Return a name under which a search can be saved. Raise BadInput for any other."""
    if not name.strip() or not name.isprintable() or name.startswith("-") or len(name) > 100:
        raise BadInput(say("{name!r} is no name for a saved search; choose a word or two, such as 充电桩", name=name))
    return name.strip()


def now() -> str:
    """Return the time as ISO 8601 with the offset of this place."""
    from datetime import datetime

    return datetime.now().astimezone().isoformat(timespec="seconds")


def absolute(address: str) -> str:
    """Return the address of an index as it can be found from any folder."""
    return address if "://" in address else str(Path(address).absolute())


def _rows(query: str, values: Iterable[str] = ()) -> list[Any]:
    if (path := store_file()) is None or not path.exists():
        return []
    try:
        with store() as rows:
            return rows.execute(query, tuple(values)).fetchall()
    except (OSError, sqlite3.Error) as error:
        raise unreadable(error) from error


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise unreadable(error) from error
