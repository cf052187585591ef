"""The places of an article: the one that it reports from, and all that it speaks of; and the place by which a passage is cited.

    headings, paragraphs ──▶ mentions, those in headings and datelines weigh more ──▶ Reported: 杭州市上城区笕桥街道; all places

The place is the most precise unit that the text settles, or None: an article of two streets reports from their district, reports from
several cities have no one place.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.text.gazetteer import gazetteer, short, short_counties
from index.text.place_mentions import Mention, Place, mentions
from index.text.place_words import COMMON

LONGEST_SEARCHED = 20_000  # characters of an article that are searched: its place is named long before
HEADING_WEIGHT = 3  # mentions in the text that one in a title or a caption is worth, set by hand
OPENING_WEIGHT = 6  # mentions in the text that `余杭区：` before a title, a dateline, or the place that opens a report is worth; by hand
MAJORITY_OF_TOWNS = 0.6  # share of all mentions of towns from which on a town is the place; these four shares were set by hand
MAJORITY_OF_REPORTS = 0.7  # share of the mentions of counties and towns that belong to one city; below it the reports come from several
MAJORITY_OF_COUNTIES = 0.5  # share of all mentions of counties
MAJORITY_OF_CITIES = 0.7  # share of all mentions of cities, where no county is known
OPENING = re.compile(r"([\u4e00-\u9fff]{2,12})\s?[:：|｜丨]")  # of a title: `余杭区：`, `苍南：`
OPENS = re.compile(r"\s*(?:[^\s，,。：:]{2,10}[，,])?[在从]?")  # what may come before the place that opens a report: `近日，`
COUNTY = re.compile(r"[\u4e00-\u9fff]{2,}?[区县旗市]")  # of a place whose county is not in the gazetteer
DATELINE = re.compile(
    r"[\s（(【\[]*(?:本报|新华社|新华网|中新社|中新网|人民网|央广网|本台|[\u4e00-\u9fff]{2,4}(?:社|网|日报|晚报|在线))(?P<place>[\u4e00-\u9fff]{2,6}?)"
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:专?电|讯|消息)"
)


class Reported(NamedTuple):
    """The *place* from which an article reports, and all *places* that it speaks of, that one first."""

    place: str | None
    places: tuple[str, ...]


def reported_place(headings: Sequence[str], body: Sequence[str], page: str = "") -> str | None:
    """Return the place that an article reports from; *page*, the text of its page, may name the city of a county.

    >>> reported_place([], ["近日，杭州市上城区笕桥街道省农科院社区牵头。笕桥街道相关负责人说。"])
    '杭州市上城区笕桥街道'
    >>> reported_place([], ["来自杭州市上城区南星街道的社工说。南星街道选派干部。在紫阳街道，有一支团队。紫阳街道分班。"])
    '杭州市上城区'
    """
    return reported_places(headings, body, page).place


def reported_places(headings: Sequence[str], body: Sequence[str], page: str = "") -> Reported:
    """Return the place that an article reports from, and all that it speaks of; see `reported_place`."""
    heading = "\n".join(headings)
    text = f"{heading}\n" + "\n".join(body)[:LONGEST_SEARCHED]
    found = mentions(text, page)
    weighed: Counter[Place] = Counter()
    for mention in found:
        weighed[mention.place] += HEADING_WEIGHT if mention.start < len(heading) else 1
    for place in (*_openings(headings, body), *_opened(text, len(heading) + 1, found)):
        weighed[place] += OPENING_WEIGHT
    settled = _reported(weighed, (mention.place.province for mention in found if mention.start < len(heading)))
    names = dict.fromkeys(leaf.name for leaf in _leaves(weighed))
    if settled and settled.name:
        return Reported(settled.name, tuple(dict.fromkeys((settled.name, *names))))
    return Reported(None, tuple(names))


def place_of_passage(text: str, place: str | None, places: Sequence[str]) -> str | None:
    """Return the place by which a passage is cited: that of its article, unless the passage names another town or county of *places*.

    >>> south, purple = "杭州市上城区南星街道", "杭州市上城区紫阳街道"
    >>> [place_of_passage(text, south, [south, purple]) for text in ("社工来了。", "紫阳街道分班。", "南星街道和紫阳街道的社工。")]
    ['杭州市上城区南星街道', '杭州市上城区紫阳街道', '杭州市上城区南星街道']
    >>> place_of_passage("紫阳街道和笕桥街道的社工。", south, [south, purple, "杭州市上城区笕桥街道"])
    '杭州市上城区'
    >>> [place_of_passage(text, "杭州市上城区", [south, purple]) for text in ("上城区紫阳街道分班。", "上城区推广紫阳街道的分班。")]
    ['杭州市上城区紫阳街道', '杭州市上城区']
    """
    if len(places) < 2 and place:
        return place
    own = units_of(place) if place else ()
    below = [units for units in map(units_of, places) if own and len(units) > len(own) and units[: len(own)] == own]
    for units in below:
        text = text.replace(own[-1] + units[len(own)], units[len(own)])  # 上城区紫阳街道 names the street, not the district
    if any(_is_named(unit, text) for unit in own[-1:]):
        return place
    named = [units for units in map(units_of, places) if len(units) > 1 and _is_named(units[-1], text) and units != own[: len(units)]]
    if not named:
        return place
    if len(named) == 1:
        return "".join(named[0])
    shared = [units[0] for units in zip(*named, *([own] if own else ()), strict=False) if len(set(units)) == 1]
    return "".join(shared) or None


@functools.lru_cache(1 << 12)
def units_of(place: str) -> tuple[str, ...]:
    """Return the units of a place.

    >>> units_of("杭州市上城区笕桥街道"), units_of("浙江省"), units_of("笕桥街道")
    (('杭州市', '上城区', '笕桥街道'), ('浙江省',), ('笕桥街道',))
    """
    known = gazetteer()
    city = next((place[:size] for size in range(len(place), 1, -1) if place[:size] in known.province_of), "")
    rest = place[len(city) :]
    names = [county.name for county in known.counties_of.get(city, ()) if county.name and rest.startswith(county.name)]
    county = max(names, key=len, default="") or (match[0] if (match := COUNTY.match(rest)) else "")
    return tuple(unit for unit in (city, county, rest[len(county) :]) if unit)


def _is_named(unit: str, text: str) -> bool:
    """Whether a text names a unit, a county also without its suffix."""
    whole, bare = _names_of(unit)
    return whole in text or bare in text


@functools.lru_cache(1 << 12)
def _names_of(unit: str) -> tuple[str, str]:
    """Return a unit as it is written in full, and without its suffix where it is called so; else in full again."""
    bare = short(unit)
    return unit, bare if len(bare) > 1 and bare not in COMMON and unit[-1] in "县市旗" else unit


def _reported(weighed: Counter[Place], provinces: Iterable[str]) -> Place | None:
    """Return the most precise place that most mentions agree on; else the one of the *provinces* of headings, if it is one alone."""
    towns, counties, cities, reports = (Counter[Place]() for _ in range(4))
    for place, weight in weighed.items():
        city = Place(place.province, place.city)
        if place.town:
            towns[place] += weight
        if place.county:
            counties[Place(*place[:3])] += weight
        if units := bool(place.county) + bool(place.town):
            reports[city] += weight * units
        if place.city:
            cities[city] += weight
    reports.pop(Place(), None)
    if len(reports) > 1 and not _majority(reports, MAJORITY_OF_REPORTS):
        return None  # reports from several cities
    town = _majority(towns, MAJORITY_OF_TOWNS)
    if town and (town.county or not counties):
        return town
    near = {city.province for city in cities}
    cities.update({place: weight for place, weight in weighed.items() if not place.city and place.province and place.province not in near})
    settled = _majority(counties, MAJORITY_OF_COUNTIES) or _majority(cities, MAJORITY_OF_CITIES)
    if settled and not settled.city and not settled.county:
        settled = None  # a province that the text alone names
    return settled or (Place(*provinces) if len(provinces := set(provinces)) == 1 else None)


def _openings(headings: Sequence[str], body: Sequence[str]) -> list[Place]:
    """Return the places that stand before a colon in a heading, or in the dateline of the text."""
    opened = [match[1] for heading in headings if (match := OPENING.match(heading))]
    datelines = [match["place"] for paragraph in body[:3] if (match := DATELINE.match(paragraph))]
    return [place for name in (*opened, *datelines) if (place := named_alone(name))]


def _opened(text: str, start: int, found: Iterable[Mention]) -> Iterator[Place]:
    """Yield the place by which the report opens that begins at *start*, if it is printed with its city and the report names it again.

    >>> text = "近日，台州市桐潭区鹤港街道试行新办法，鹤港街道的居民说好。"
    >>> [place.name for place in _opened(text, 0, mentions(text))]
    ['台州市桐潭区鹤港街道']
    """
    opens = OPENS.match(text, start)
    first = next((mention for mention in found if mention.start >= start), None)
    if not opens or not first or first.start not in (start, opens.end()) or not (first.place.city and first.place.county):
        return
    if first.end - first.start > len(unit := first.place.town or first.place.county) and unit in text[first.end :]:
        yield first.place


def named_alone(name: str) -> Place | None:
    """Return the place that *name* as a whole means, with or without its suffix; None if there is none, or several.

    >>> named_alone("苍南"), named_alone("江北区"), named_alone("社区")
    (Place(province='浙江省', city='温州市', county='苍南县', town=''), None, None)
    """
    known = gazetteer()
    if city := known.cities.get(name):
        return Place(known.province_of[city], city)
    if province := known.provinces.get(name):
        return Place(province, province if province in known.province_of else "")
    counties = known.counties.get(name) or (short_counties().get(name, ()) if name not in COMMON else ())
    return Place(known.province_of[counties[0].city], *counties[0]) if len(counties) == 1 else None


def _leaves(places: Iterable[Place]) -> list[Place]:
    """Return the *places* without those of which another one is a part."""
    once = list(places)
    above = {Place(*place[:size]) for place in once for size in (1, 2, 3) if place[size:] != ("",) * (4 - size)}
    return [place for place in once if place not in above]


def _majority(counts: Counter[Place], share: float) -> Place | None:
    """Return the place with most counts if it has at least this *share* of all, else None."""
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= share * counts.total() else None
