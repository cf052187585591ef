"""Mentions of places in running text: `浙江省杭州市上城区笕桥街道`, `舟山嵊泗`, `在笕桥街道`, each with what it is a part of.

    text ──▶ regions (浙江, 杭州市), and names before a suffix (上城区, 笕桥街道) ──▶ chains ──▶ Mention: a Place and its characters

A name counts if it is in the gazetteer, or if the text itself says what it is: printed right after a city or a county (杭州市新设区,
苍南县新设镇). A street or town alone counts if a county or city that the text names has it, or if the text names neither and
there is such a town anywhere. All else is a word: 财政和镇, 城乡.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.text.gazetteer import County, gazetteer, is_town, short, short_counties
from index.text.place_words import COMMON, FUNCTION, NEEDS_CITY, NOT_AFTER, NOT_BEFORE, WORDS, may_be_county, may_be_town

NO_REGION = re.compile(  # what makes a name without its suffix another name
    r"[东西南北中]?路|[东西南北中]?[大一二三四五]?街(?!道)|湾(?!区)|[镇乡村县]|街道|社区|大学|银行|日报|晚报|早报|卫视|出版社"
)
SUFFIX = re.compile(
    r"区(?![域块间别])|县(?!级)|市(?![场值容])|旗(?![下号帜手杆])|街道(?!口)|镇(?![江定政静痛压守长街])|乡(?![镇村亲里贤情愁土音民间])|苏木"
)
ZONE = re.compile(
    r"[\u4e00-\u9fff]{2}新区|(?:国家级?)?(?:高新|经开|保税)区|(?:国家级?)?(?:高新技术产业|高新技术|经济技术|经济)开发区|工业园区"
)
TOWN = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:街道|镇|乡)")
HAN = re.compile(r"[\u4e00-\u9fff]+")
BETWEEN = re.compile(r"[·• ]?")
LONGEST_NAME = 9  # characters of a county; longer names are found after their city alone
LONGEST_BELOW = 15  # characters of a county or town right after the larger unit: 积石山保安族东乡族撒拉族自治县
LONGEST_PAGE = 200_000  # characters of a page that are searched for the cities of its counties
LONGEST_STEM = 5  # characters of a town, without its suffix; longer names are found after their county alone
ENDS, NOT_BEHIND_SHORT = "区县市旗", frozenset("区县市旗自新路街")  # of counties; what stands behind no county without its end


class Place(NamedTuple):
    """A place by its units, each as it is written in full, "" where it is not known or not named."""

    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""

    @property
    def name(self) -> str:
        """The place as an article and a citation name it: without its province, if it has a city."""
        return f"{self.city}{self.county}{self.town}" or self.province

    @property
    def within(self) -> County:
        return County(self.city, self.county)


class Mention(NamedTuple):
    """A place and the characters (half-open) that name it."""

    start: int
    end: int
    place: Place


class Ending(NamedTuple):
    """A word that may be a town: it begins at *first* or later, and its suffix at *suffix*."""

    first: int
    suffix: int
    end: int


def mentions(text: str, page: str = "") -> list[Mention]:
    """Return the places that *text* names, in its order; *page* is the text of its page, which may name the city of a county.

    >>> [mention.place.name for mention in mentions("杭州市上城区笕桥街道的社工说，笕桥街道的补助由县财政和镇财政承担。")]
    ['杭州市上城区笕桥街道', '杭州市上城区笕桥街道']
    """
    chains, endings = _chains(text)
    settled = list(_settled(text, chains, page))
    towns = _towns_alone(text, endings, settled)
    return sorted([*settled, *towns])


def named_units(text: str) -> list[str]:
    """Return the names of the provinces and cities of *text* for short, and those of its counties with their suffix.

    >>> named_units("浙江省杭州市西湖区和舟山嵊泗")
    ['浙江', '杭州', '西湖区', '舟山', '嵊泗']
    """
    names: list[str] = []
    for start, end, place in _chains(text)[0]:
        inside = [short(name) for _, _, name in regions(text, start, end)]
        county = place.county if text[start:end].endswith(place.county + place.town) else short(place.county)
        names += [*inside, *([county] if county else [])]
    return list(dict.fromkeys(names))


@functools.lru_cache(1 << 10)  # every city is looked at, for each place that a question names
def cities_within(province: str) -> tuple[str, ...]:
    """Return the short names of the cities of a province, which is called so for short; none for what is no province or one city alone."""
    full = gazetteer().provinces.get(province)
    return tuple(short(city) for city, holder in gazetteer().province_of.items() if holder == full and city != full)


def regions(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield the names of provinces and cities in *text*, whole or without their suffix, with their characters.

    >>> list(regions("从杭州到北京市，再去黄河南岸"))
    [(1, 3, '杭州'), (4, 7, '北京市')]
    """
    names = _region_names()
    end = len(text) if end is None else end
    last = start
    for hit in _region_beginning().finditer(text, start, end):
        first = hit.start()
        if first >= last and (known := names.get(text[first : first + 2])) and (region := _region_at(text, first, end, known)):
            last = first + len(region)
            yield first, last, region


def _region_at(text: str, first: int, end: int, names: Sequence[_RegionName]) -> str:
    """Return the one of *names* that *text* has from *first* on, "" for none."""
    for name, bare, not_before, not_after in names:
        last = first + len(name)
        if not text.startswith(name, first, end) or (first and text[first - 1] in not_before) or (last < end and text[last] in not_after):
            continue
        if not (bare and NO_REGION.match(text, last, end)):
            return name
    return ""


class _RegionName(NamedTuple):
    """The name of a region, without its suffix if *bare*, and the characters beside it that make it another word."""

    name: str
    bare: bool
    not_before: str
    not_after: str


@functools.cache
def _region_beginning() -> re.Pattern[str]:
    """Return a pattern of the first characters of names: it is quicker than to look up each two characters."""
    return re.compile("[{}](?=[{}])".format(*("".join(dict.fromkeys(pair[i] for pair in _region_names())) for i in (0, 1))))


@functools.cache
def _region_names() -> dict[str, list[_RegionName]]:
    """Return the names of regions by their first two characters, the longest first."""
    names: dict[str, list[_RegionName]] = {}
    known = gazetteer()
    for name in (*known.provinces, *known.cities):
        bare = name not in known.province_of and known.provinces.get(name) != name
        if bare and (name in WORDS or len(name) < 2):
            continue
        names.setdefault(name[:2], []).append(_RegionName(name, bare, NOT_BEFORE.get(short(name), ""), NOT_AFTER.get(name, "")))
    return {pair: sorted(alike, key=lambda one: len(one.name), reverse=True) for pair, alike in names.items()}


def _chains(text: str) -> tuple[list[Mention], list[Ending]]:
    """Return the regions and counties that *text* names, with what comes right after them, and the towns that come after neither."""
    known, tails = gazetteer(), _county_tails()
    events = [*regions(text)]
    events += [(*match.span(), "") for match in SUFFIX.finditer(text)]
    found: list[Mention] = []
    endings: list[Ending] = []
    last = Mention(-1, -LONGEST_BELOW, Place())
    for start, end, region in sorted(events):
        if start < last.end:
            continue
        if region:
            mention = _extended(text, _region(start, end, region))
            if last.end == start and not last.place.city and mention.place.province == last.place.province:
                found.pop()
                mention = mention._replace(start=last.start)
        else:
            below = _below(text, last, end) if end - last.end <= LONGEST_BELOW else None
            if below:
                found.pop()
            elif text[start:end] in ENDS and text[end - 2 : end] in tails and (name := _county_before(text, last.end, end)):
                counties = known.counties[name]
                if (after := text[end : end + 1]) in ("镇", "乡") and (end - len(name) == last.end or is_town(name, after)):
                    continue  # 永丰县古县镇
                county = counties[0] if len(counties) == 1 else County("", name)
                below = Mention(end - len(name), end, Place(known.province_of.get(county.city, ""), *county))
            elif text[start:end] not in ENDS:
                endings.append(Ending(max(last.end, 0), start, end))
            if not below:
                continue
            mention = below
        found.append(mention)
        last = mention
    return found, endings


def _region(start: int, end: int, name: str) -> Mention:
    known = gazetteer()
    if name in known.provinces and known.provinces[name] not in known.province_of:
        return Mention(start, end, Place(known.provinces[name]))
    city = known.cities.get(name) or known.provinces[name]
    return Mention(start, end, Place(known.province_of[city], city))


def _extended(text: str, region: Mention) -> Mention:
    """Return the region with a zone, or with a city or county without its suffix, that comes right after: 宁波市前湾新区, 浙江义乌."""
    place, end = region.place, region.end
    if place.city and (zone := ZONE.match(text, end)) and zone[0][0] not in FUNCTION:
        return Mention(region.start, zone.end(), place._replace(county=zone[0]))
    known = gazetteer()
    for size in (4, 3, 2):
        stem = text[end : end + size]
        if len(stem) < size or text[end + size : end + size + 1] in NOT_BEHIND_SHORT:
            continue
        city = known.cities.get(stem, "")
        if not place.city and known.province_of.get(city) == place.province:
            return _extended(text, Mention(region.start, end + size, Place(place.province, city)))
        if stem in COMMON:
            continue
        for county in short_counties().get(stem, ()):
            if county.city == place.city or (not place.city and known.province_of[county.city] == place.province):
                return Mention(region.start, end + size, Place(place.province, *county))
    return region


def _below(text: str, above: Mention, end: int) -> Mention | None:
    """Return the unit that comes right after the place *above* and ends at *end*, with that place; None if there is no such unit."""
    gap = BETWEEN.match(text, max(above.end, 0))
    start = gap.end() if gap else above.end
    name = text[start:end]
    place = above.place
    if above.end < 0 or len(name) < 2 or place.town or not HAN.fullmatch(name):
        return None
    known = gazetteer()
    if name[-1] in ENDS:
        if place.county or not (place.city or place.province):
            return None
        for county in known.counties.get(name, ()):
            if county.city == place.city or (not place.city and known.province_of[county.city] == place.province):
                return Mention(above.start, end, Place(place.province, *county))
        for county in short_counties().get(name[:-1], ()):  # 互助县, which in full is 互助土族自治县
            if county.city == place.city and county.name[-1] == name[-1]:
                return Mention(above.start, end, place._replace(county=county.name))
        new = place.city and name[-1] != "市" and may_be_county(name[:-1], _town_follows(text, end))
        return Mention(above.start, end, place._replace(county=name)) if new else None
    suffix = name[-1] if name[-1] in "镇乡" else name[-2:]
    stem = name.removesuffix(suffix)
    if known.has_town(place.within, stem, suffix):
        return Mention(above.start, end, place._replace(town=name))
    if place.county:
        return Mention(above.start, end, place._replace(town=name)) if may_be_town(stem) else None
    counties = known.counties_with_town(stem, suffix, place.city)
    return Mention(above.start, end, Place(place.province, *counties[0], name)) if len(counties) == 1 else None


def _town_follows(text: str, offset: int) -> bool:
    """Whether what may be a town comes right at *offset*: then the chain is printed whole, 杭州市新竹区松林街道."""
    return bool((town := TOWN.match(text, offset)) and may_be_town(town[1]))


@functools.cache
def _county_tails() -> frozenset[str]:
    """Return the last two characters of all names of counties: what ends otherwise is none, and most words do (社区, 小区)."""
    return frozenset(name[-2:] for name in gazetteer().counties)


def _county_before(text: str, first: int, end: int) -> str | None:
    """Return the name of a county that ends at *end* and begins at *first* or later."""
    counties = gazetteer().counties
    for size in range(min(LONGEST_NAME, end - max(first, 0)), 1, -1):
        if text[end - size : end] in counties:
            return text[end - size : end]
    return None


def _settled(text: str, chains: list[Mention], page: str) -> Iterator[Mention]:
    """Yield the mentions with the city of each county; a name that is a word as well, or has many counties, needs a border or its city."""
    known = gazetteer()
    named = {mention.place.city for mention in chains if mention.place.city and mention.end - mention.start > len(mention.place.county)}
    provinces = {mention.place.province for mention in chains if not mention.place.county}
    for mention in chains:
        place = mention.place
        if not place.county or mention.end - mention.start > len(place.county + place.town):  # its city or province comes before
            yield mention
            continue
        possible = known.counties.get(place.county, ())
        near = [county for county in possible if county.city in named]
        if not near and len(possible) > 1:
            near = [county for county in possible if _cities_on(page).get(county.name) == county.city]
        near = near or [county for county in possible if known.province_of[county.city] in provinces]
        chosen = near[0] if len(near) == 1 else possible[0] if len(possible) == 1 else None
        common = short(place.county) in COMMON or len(place.county) < 3
        if not near and place.county in NEEDS_CITY:
            continue
        if common and not near and not (_is_border(text, mention.start) and text[mention.end : mention.end + 1] not in "城级"):
            continue
        yield mention._replace(place=Place(known.province_of[chosen.city], *chosen, place.town) if chosen else place)


@functools.lru_cache(4)
def _cities_on(page: str) -> dict[str, str]:
    """Return the city of each county that a page names right after its city: `杭州市上城区`, `杭州建德市`."""
    known = gazetteer()
    named: dict[str, str] = {}
    for _, end, region in regions(page, 0, LONGEST_PAGE):
        for size in (3, 4, 2, 5) if region in known.cities else ():
            if text_after := page[end : end + size]:
                named.setdefault(text_after, known.cities[region])
    return {name: city for name, city in named.items() if name in known.counties}


def _towns_alone(text: str, endings: list[Ending], settled: list[Mention]) -> Iterator[Mention]:
    """Yield the towns that come after no larger unit, if the places that are *settled* have them, or if there are no such places."""
    if not endings:
        return
    printed = {mention.place.town: mention.place for mention in settled if mention.place.town}
    counties = list(dict.fromkeys(mention.place._replace(town="") for mention in settled if mention.place.county))
    cities = list(dict.fromkeys(mention.place.city for mention in settled if mention.place.city))
    for first, suffix, end in endings:
        run = HAN.findall(text[max(first, suffix - LONGEST_STEM) : suffix])
        if not run or (first < suffix and not HAN.match(text[suffix - 1])):
            continue
        for size in range(len(run[-1]), 1, -1):
            stem = run[-1][-size:]
            place = printed.get(stem + text[suffix:end]) or _town_of(stem, text[suffix:end], counties, cities)
            if not place and not counties and not cities and _stands_alone(text, suffix - size, end) and is_town(stem, text[suffix:end]):
                place = Place(town=stem + text[suffix:end])
            if place:
                yield Mention(suffix - size, end, place)
                break


def _town_of(stem: str, suffix: str, counties: list[Place], cities: list[str]) -> Place | None:
    """Return the town of this name in one of the *counties*, else in the one county of the *cities* that has one."""
    known = gazetteer()
    for county in counties:
        if known.has_town(county.within, stem, suffix):
            return county._replace(town=stem + suffix)
    holders = [county for city in cities for county in known.counties_with_town(stem, suffix, city)]
    return Place(known.province_of[holders[0].city], *holders[0], stem + suffix) if len(holders) == 1 else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a town that no known place has is more than a word: it begins at a border and comes again, or after 区, 县 or 市."""
    return text[start - 1 : start] in ("区", "县", "市") or (_is_border(text, start) and text.count(text[start:end]) > 1)


def _is_border(text: str, offset: int) -> bool:
    """Whether a name may begin at *offset*: at the beginning, after no Chinese character, or after a word that comes before names."""
    return offset == 0 or text[offset - 1] in FUNCTION or not HAN.match(text[offset - 1])
