"""Filters: a place that is written in short; and filters that leave nothing to search, with what the index knows instead.

杭州上城区, 浙江义乌 ──as the index does not print it──▶ 浙江省杭州市上城区, 浙江省金华市义乌市
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from index.engine.protocol import Filter, Index, Selection
from index.messages import listed, say
from index.text.gazetteer import full_names, with_province

MOST_NAMED = 5  # places or sources that a message names
SEPARATORS = str.maketrans("·•・、,，/|-—", " " * 10)  # between the units of a place: 杭州市·上城区


def passages_within(index: Index, wanted: Filter) -> Selection | None:
    """Return the passages that *wanted* keeps; a place that no passage is about as it is written may be written in short."""
    place = wanted.place
    if place and not index.select(place=place):
        bare = "".join(unicodedata.normalize("NFKC", place).translate(SEPARATORS).split())
        place = next((name for name in (bare, *full_names(bare)) if index.select(place=name)), place)
    return index.select(place, *wanted[1:])


def empty_filters(index: Index, wanted: Filter) -> Iterator[str]:
    """Yield one line if *wanted* keeps no passage of the index, else nothing."""
    if not any(part is not None for part in wanted) or passages_within(index, wanted):
        return
    place, source, since, until = wanted
    said = _said(wanted)
    if place is not None and not passages_within(index, Filter(place)):
        near = _named(_nearest(place, index.places()))
        known = say("places it knows: {names}", names=near) if near else say("it knows no places")
        yield say("no passage of the index is about {place}; {known}", place=place, known=known)
    elif source is not None and not index.select(source=source):
        near = _named(_alike(source, sorted(index.sources())))
        known = say("sources it knows: {names}", names=near) if near else say("it knows no sources")
        yield say("no source of the index is called {source}; {known}", source=source, known=known)
    elif (since or until) and not index.select(since=since, until=until):
        dates = _options(wanted._replace(place=None, source=None))
        yield say(
            "no passage of the index {what}; articles without a printed date are left out: leave {options} out",
            what=said[-1],
            options=dates,
        )
    else:
        yield say("no passage of the index {what}; leave {options} out", what=say(" and ").join(said), options=_options(wanted))


def _said(wanted: Filter) -> list[str]:
    """Return what the passages are asked to be, one phrase for the place, the source and the time."""
    place, source, since, until = wanted
    time = [*([say("since {date}", date=since)] if since else []), *([say("until {date}", date=until)] if until else [])]
    return [
        *([say("is about {place}", place=place)] if place else []),
        *([say("stands in {source}", source=source)] if source else []),
        *([say("was printed {time}", time=" ".join(time))] if time else []),
    ]


def _options(wanted: Filter) -> str:
    """Return the options that were given, as in `--place or --source`."""
    return say(" or ").join(f"--{name}" for name, value in wanted._asdict().items() if value is not None)


def _named(names: Sequence[str]) -> str:
    """Return the first of *names* as a list."""
    return listed(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _nearest(place: str, names: Sequence[str]) -> list[str]:
    """Order the *names* of places: first those in the same county, then in the same city, then in the same province as *place*."""
    meant = [*full_names(place), place]
    shared = {name: max(_shared_beginning(with_province(name), full) for full in meant) for name in names}
    return sorted(_alike(place, names), key=lambda name: -shared[name])


def _shared_beginning(one: str, other: str) -> int:
    return next((size for size, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))


def _alike(wanted: str, names: Sequence[str]) -> list[str]:
    """Order *names*: those that share most characters with *wanted* first."""
    return sorted(names, key=lambda name: -len(set(name) & set(wanted)))
