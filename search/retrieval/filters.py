"""Filters that leave nothing to search: which filter it is, and what the index knows instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.engine.protocol import Index

MOST_NAMED = 5  # places or sources that a message names


def empty_filters(index: Index, place: str | None, source: str | None) -> Iterator[str]:
    """Yield one line if no passage is about *place* in a source that matches *source*, else nothing."""
    if (place is None and source is None) or index.select(place, source):
        return
    if place is not None and not index.select(place, None):
        yield f"no passage of the index is about {place}; {_known('places', place, index.places())}"
    elif source is not None and not index.select(None, source):
        yield f"no source of the index is called {source}; {_known('sources', source, sorted(index.sources()))}"
    else:
        yield f"no passage of the index is about {place} and stands in {source}; leave --place or --source out"


def _known(kind: str, wanted: str, names: Sequence[str]) -> str:
    """Name some of *names*, those that share most characters with *wanted* first."""
    near = sorted(names, key=lambda name: -len(set(name) & set(wanted)))
    return f"{kind} it knows: {', '.join(near[:MOST_NAMED])}{' …' if len(near) > MOST_NAMED else ''}" if near else f"it knows no {kind}"
