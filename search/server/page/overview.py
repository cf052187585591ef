"""What the page knows of a whole index: an index in; places with counts, names of sources and examples of questions out.

It is read once for each state of the index and kept as long as that state is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from index.engine.protocol import Index
from search.places import Place, place_tree
from search.server.kept import kept

EXAMPLES = 3
MOST_READ = 2000  # passages that are read to find examples
SHORTEST, LONGEST = 6, 24  # characters of a title that reads like a question
MOST_SOURCES = 200  # names that the form proposes
MOST_PLACES = 400  # places of the form; of a larger tree the places below a city are left to the figures and to typing


class Overview(NamedTuple):
    """*examples* are titles out of the index; *articles* is the number of articles; *whole*: all places of the index are in the tree."""

    places: tuple[Place, ...]
    sources: tuple[str, ...]
    examples: tuple[str, ...]
    articles: int


def overview(index: Index) -> Overview:
    """Return what the page knows of *index*."""
    known: Overview = kept(_read, index)
    return known


def _read(index: Index) -> Overview:
    areas = list(index.areas())
    return Overview(_pruned(place_tree(areas)), tuple(islice(index.sources(), MOST_SOURCES)), tuple(_examples(index)), len(areas))


def _examples(index: Index) -> Iterator[str]:
    """Yield some titles of articles, of different sources where there are several."""
    titles: dict[str, str] = {}
    for _, passage in islice(index.every_passage(), MOST_READ):
        title = " ".join((passage.citation.article or "").split())
        if SHORTEST <= len(title) <= LONGEST and title.isprintable():
            titles.setdefault(title, passage.citation.source)
    first: dict[str, str] = {}
    for title, source in titles.items():
        first.setdefault(source, title)
    yield from islice(dict.fromkeys([*first.values(), *titles]), EXAMPLES)


def _pruned(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Return *places*, without those at the bottom as long as there are too many."""
    for depth in (3, 2, 1):
        if _count(places) <= MOST_PLACES:
            break
        places = _cut(places, depth)
    return places


def _count(places: tuple[Place, ...]) -> int:
    return sum(1 + _count(place.below) for place in places)


def _cut(places: tuple[Place, ...], depth: int) -> tuple[Place, ...]:
    return tuple(place._replace(below=_cut(place.below, depth - 1) if depth > 1 else ()) for place in places)
