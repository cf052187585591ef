"""The places of an index as a tree: province, city, county, street or town, each with how many articles speak of it.

Index.areas() ──place_tree──▶ 浙江省 31 ─▶ 杭州市 24 ─▶ 上城区 10 ─▶ 笕桥街道 1
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from index.text.gazetteer import gazetteer
from index.text.place_names import units_of


class Place(NamedTuple):
    """A place in the tree. *name* is what it is called below the place above it, *whole* the name that a filter takes.

    *articles*: how many speak of it or of a place below it. *below*: the places below it, those of most articles first.
    """

    name: str
    whole: str
    articles: int
    below: tuple[Place, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"name": self.name, "place": self.whole, "articles": self.articles, "below": [place.to_dict() for place in self.below]}


@dataclass(slots=True)
class _Node:
    articles: int = 0
    below: dict[str, _Node] = field(default_factory=dict)


def place_tree(areas: Iterable[tuple[str, ...]]) -> tuple[Place, ...]:
    """Return the places that *areas* name for each article, as a tree; an article counts once in each place.

    >>> (zhejiang,) = place_tree([("浙江省杭州市上城区", "浙江省杭州市西湖区"), ("浙江省杭州市上城区",), ()])
    >>> zhejiang.name, zhejiang.articles, [(place.name, place.articles) for place in zhejiang.below[0].below]
    ('浙江省', 2, [('上城区', 2), ('西湖区', 1)])
    """
    root = _Node()
    for places in areas:
        for path in {path for place in places for path in _paths(place)}:
            node = root
            for unit in path:
                node = node.below.setdefault(unit, _Node())
            node.articles += 1
    return tuple(_sorted(root, ""))


def _paths(place: str) -> Iterator[tuple[str, ...]]:
    """Yield the way from the root to a place, and to each place above it.

    >>> list(_paths("北京市朝阳区")), list(_paths("浙江省天台县"))[-1]
    ([('北京市',), ('北京市', '朝阳区')], ('浙江省', '天台县'))
    """
    units = units_from_province(place)
    yield from (units[:size] for size in range(1, len(units) + 1))


def units_from_province(place: str) -> tuple[str, ...]:
    """Return the units of a place, its province first where it is named.

    >>> units_from_province("浙江省杭州市上城区"), units_from_province("北京市朝阳区"), units_from_province("上城区")
    (('浙江省', '杭州市', '上城区'), ('北京市', '朝阳区'), ('上城区',))
    """
    known = gazetteer().provinces
    province = next((place[:size] for size in range(len(place), 1, -1) if known.get(place[:size]) == place[:size]), "")
    rest = place.removeprefix(province) or place
    units = [province] if province else []
    return (*units, *(unit for unit in units_of(rest) if unit != province))


def _sorted(node: _Node, above: str) -> Iterator[Place]:
    ordered = sorted(node.below.items(), key=lambda item: (-item[1].articles, item[0]))
    for name, below in ordered:
        yield Place(name, above + name, below.articles, tuple(_sorted(below, above + name)))
