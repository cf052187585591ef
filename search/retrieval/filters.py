"""Filters that leave nothing to search: which filter it is, and what the index knows instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.engine.protocol import Filter, Index

MOST_NAMED = 5  # places or sources that a message names


def empty_filters(index: Index, wanted: Filter) -> Iterator[str]:
    """Yield one line if *wanted* keeps no passage of the index, else nothing."""
    if not any(part is not None for part in wanted) or index.select(*wanted):
        return
    place, source, since, until = wanted
    said = _said(wanted)
    if place is not None and not index.select(place=place):
        yield f"no passage of the index is about {place}; {_known('places', place, index.places())}"
    elif source is not None and not index.select(source=source):
        yield f"no source of the index is called {source}; {_known('sources', source, sorted(index.sources()))}"
    elif (since or until) and not index.select(since=since, until=until):
        dates = _options(wanted._replace(place=None, source=None))
        yield f"no passage of the index {said[-1]}; articles without a printed date are left out: leave {dates} out"
    else:
        yield f"no passage of the index {' and '.join(said)}; leave {_options(wanted)} out"


def _said(wanted: Filter) -> list[str]:
    """Return what the passages are asked to be, one phrase for the place, the source and the time."""
    time = " ".join(f"{word} {date}" for word, date in (("since", wanted.since), ("until", wanted.until)) if date)
    phrases = (wanted.place and f"is about {wanted.place}", wanted.source and f"stands in {wanted.source}", time and f"was printed {time}")
    return [phrase for phrase in phrases if phrase]


def _options(wanted: Filter) -> str:
    """Return the options that were given, as in `--place or --source`."""
    return " or ".join(f"--{name}" for name, value in wanted._asdict().items() if value is not None)


def _known(kind: str, wanted: str, names: Sequence[str]) -> str:
    """Name some of *names*, those that share most characters with *wanted* first."""
    near = sorted(names, key=lambda name: -len(set(name) & set(wanted)))
    return f"{kind} it knows: {', '.join(near[:MOST_NAMED])}{' …' if len(near) > MOST_NAMED else ''}" if near else f"it knows no {kind}"
