"""The administrative divisions of China: provinces, cities, counties, and the streets, towns and townships of each.

    data/places.txt ──first use, a few ms──▶ Gazetteer

A *city* is a unit of prefecture rank (杭州市, 恩施土家族苗族自治州), one of the four cities that are provinces, or a unit that a
province governs itself (天门市). A *county* is one of county rank (上城区, 苍南县, 义乌市). A *town* is a street, town or township.
`index.training.gazetteer` makes the table.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

PLACES = Path(__file__).parent / "data" / "places.txt"
SUFFIXES = ("街道", "镇", "乡", "苏木")  # of towns; in the table a town stands in the column of its suffix, without it
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|"
    "仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
AUTONOMOUS = re.compile(f"^(.{{2,}}?)族?(?:(?:{PEOPLES})族?)*自治[区州县旗]$")  # 恩施土家族苗族自治州
PLAIN = re.compile(r"^(.{2,}?)(?:特别行政区|地区|林区|新区|[省市区县旗盟])$")


Unit = TypeVar("Unit")


class County(NamedTuple):
    """A county and its city; *name* is "" for the towns that have a city and no county above them (东莞市)."""

    city: str
    name: str


class Gazetteer(NamedTuple):
    """Names of units, whole and without their suffix, and what they are a part of.

    - *provinces*: 浙江, 浙江省 → 浙江省.
    - *cities*: 杭州, 杭州市 → 杭州市; *province_of*: 杭州市 → 浙江省.
    - *counties*: 西湖区 → the counties of this name; *counties_of*: 杭州市 → its counties.
    - *towns*: a county → its columns of the table; *towns_of_city*: a city → those of all its counties.
    """

    provinces: dict[str, str]
    cities: dict[str, str]
    province_of: dict[str, str]
    counties: dict[str, tuple[County, ...]]
    counties_of: dict[str, tuple[County, ...]]
    towns: dict[County, str]
    towns_of_city: dict[str, str]

    def has_town(self, county: County, stem: str, suffix: str) -> bool:
        """Whether the county has a street, town or township of this name, which is given without its suffix, and its suffix."""
        return _is_in(stem, suffix, self.towns.get(county, ""))

    def counties_with_town(self, stem: str, suffix: str, city: str) -> list[County]:
        """Return the counties of *city* that have a town of this name."""
        if stem not in self.towns_of_city.get(city, ""):  # most are not: this is the fast way to know
            return []
        return [county for county in self.counties_of[city] if self.has_town(county, stem, suffix)]


@functools.cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer; the first call reads the table."""
    provinces: dict[str, str] = {}
    cities: dict[str, str] = {}
    province_of: dict[str, str] = {}
    counties: defaultdict[str, list[County]] = defaultdict(list)
    counties_of: defaultdict[str, list[County]] = defaultdict(list)
    towns: dict[County, str] = {}
    province = city = ""
    for line in PLACES.read_text("utf-8").splitlines():
        if line.startswith("="):
            province = line[1:]
            provinces[province] = provinces[short(province)] = province
        elif line.startswith("+"):
            city = line[1:]
            cities[city] = city
            province_of[city] = province
        else:
            name, _, columns = line.partition("\t")
            county = County(city, name)
            towns[county] = columns
            counties_of[city].append(county)
            if name:
                counties[name].append(county)
    for city in [*cities]:
        bare = short(city)
        for name in (bare, f"{bare}州") if city.endswith("州") else (bare,):
            if name not in provinces:  # 吉林 is the province
                cities.setdefault(name, city)
    return Gazetteer(
        provinces,
        cities,
        province_of,
        {name: tuple(known) for name, known in counties.items()},
        {name: tuple(known) for name, known in counties_of.items()},
        towns,
        {city: "\n".join(towns[county] for county in known) for city, known in counties_of.items()},
    )


@functools.cache
def short_counties() -> dict[str, tuple[County, ...]]:
    """Return the counties that are called by each short name: 苍南."""
    known: defaultdict[str, list[County]] = defaultdict(list)
    for name, counties in gazetteer().counties.items():
        if len(short(name)) < len(name):
            known[short(name)] += counties
    return {name: tuple(counties) for name, counties in known.items()}


@functools.lru_cache(1 << 14)
def is_town(stem: str, suffix: str) -> bool:
    """Whether any county of the country has a town of this name.

    >>> is_town("笕桥", "街道"), is_town("财政和", "镇")
    (True, False)
    """
    return f" {stem} " in _stems(suffix)


@functools.cache
def _stems(suffix: str) -> str:
    """Return the names of all towns of the country with this suffix, without it, each between blanks."""
    column = SUFFIXES.index(suffix)
    lines = (columns.split("\t") for columns in gazetteer().towns.values())
    return " ".join(["", *(columns[column] for columns in lines if column < len(columns)), ""])


def with_province(place: str) -> str:
    """Return a place with its province before it, if it begins with a city.

    >>> with_province("杭州市上城区"), with_province("北京市朝阳区"), with_province("上城区")
    ('浙江省杭州市上城区', '北京市朝阳区', '上城区')
    """
    known = gazetteer().province_of
    province = next((known[place[:size]] for size in range(len(place), 1, -1) if place[:size] in known), "")
    return place if place.startswith(province) else province + place


def full_names(name: str) -> list[str]:
    """Return in full, with their province, the places that *name* may mean; none for what the gazetteer does not know.

    Every unit may lack its suffix, and units above it may be left out.

    >>> full_names("杭州上城区"), full_names("浙江义乌"), full_names("杭州笕桥街道"), full_names("上城笕桥"), full_names("火星")
    (['浙江省杭州市上城区'], ['浙江省金华市义乌市'], ['浙江省杭州市上城区笕桥街道'], ['浙江省杭州市上城区笕桥'], [])
    """
    known = gazetteer()
    names: list[str] = []
    for province, below_province in _beginnings(name, lambda unit: [known.provinces[unit]] if unit in known.provinces else []):
        for city, below in _beginnings(below_province, lambda unit: [known.cities[unit]] if unit in known.cities else []):
            if province and city and known.province_of[city] != province:
                continue
            for county, town in _beginnings(below, lambda unit: known.counties.get(unit, ()) + short_counties().get(unit, ())):
                if county and not (county.city == city if city else known.province_of[county.city] == province or not province):
                    continue
                if county and county.name:
                    names.append(with_province(f"{county.city}{county.name}{town}"))
                elif city and town:
                    ends = [suffix for suffix in SUFFIXES if town.endswith(suffix) and town != suffix]
                    holders = [one for end in ends for one in known.counties_with_town(town.removesuffix(end), end, city)]
                    names += [with_province(f"{city}{one.name}{town}") for one in holders]
                elif not town and (unit := city or province):
                    names.append(with_province(unit))
    return list(dict.fromkeys(names))


def _beginnings(name: str, units: Callable[[str], Sequence[Unit]]) -> Iterator[tuple[Unit | None, str]]:
    """Yield what the longest beginning of *name* may mean, each with the rest of the name; then None with the whole name."""
    longest = next((size for size in range(len(name), 1, -1) if units(name[:size])), 0)
    yield from ((unit, name[longest:]) for unit in units(name[:longest]))
    yield None, name


def short(name: str) -> str:
    """Return the name of a unit as it is called for short.

    >>> [short(name) for name in ("浙江省", "恩施土家族苗族自治州", "苍南县", "和县", "内蒙古自治区", "神农架林区")]
    ['浙江', '恩施', '苍南', '和县', '内蒙古', '神农架']
    """
    match = (AUTONOMOUS if "自治" in name else PLAIN).match(name) or PLAIN.match(name)
    return match[1] if match else name


def _is_in(stem: str, suffix: str, line: str) -> bool:
    if stem not in line:
        return False
    columns = line.split("\t")
    column = SUFFIXES.index(suffix)
    return column < len(columns) and f" {stem} " in f" {columns[column]} "
