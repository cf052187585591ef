"""Filters by place: however a place is written in short, its passages are kept; where there are none, the nearest places are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.engine.protocol import Filter, Index, model_of
from index.indexing import build
from search.retrieval.filters import empty_filters, passages_within
from tests.toy import ToyEncoder

PAGES = {
    "a": "近日，宁波市慈溪市周巷镇办了夜校，周巷镇的居民说好。",
    "b": "近日，宁波市海曙区望春街道修了桥，望春街道的居民说好。",
    "c": "近日，湖北省恩施州利川市修了路，利川市的居民说好。",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    for name, text in PAGES.items():
        (tmp_path / f"{name}.txt").write_text(f"{text}\n", "utf-8")
    encoder = ToyEncoder()
    with open_index(tmp_path / ".qianli", create=model_of(encoder)) as index:
        build([tmp_path], index, encoder)
        yield index


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        *((place, "a") for place in ("慈溪", "宁波慈溪", "浙江慈溪市", "浙江省 宁波市 慈溪市", "宁波·慈溪", "慈溪周巷", "宁波周巷镇")),
        *((place, "ab") for place in ("宁波", "浙江宁波", "浙江省宁波", "浙江")),
        *((place, "b") for place in ("宁波海曙", "海曙望春街道", "望春街道")),
        *((place, "c") for place in ("恩施利川", "湖北恩施", "湖北利川市")),
        *((place, "") for place in ("宁波余姚", "江苏慈溪", "湖北宁波", "火星", "Mars")),
    ],
)
def test_a_place_may_be_written_in_short(index: Index, place: str, pages: str) -> None:
    kept = passages_within(index, Filter(place))
    assert kept is not None
    assert len(kept) == len(pages)
    if pages:
        assert len(passages_within(index, Filter(place, f"{pages[0]}.txt")) or ()) == 1


def test_the_nearest_places_are_named_where_there_are_no_passages(index: Index) -> None:
    (line,) = empty_filters(index, Filter("湖北武汉"))
    assert line.startswith("no passage of the index is about 湖北武汉; places it knows: 恩施土家族苗族自治州利川市, ")
    (line,) = empty_filters(index, Filter("余姚"))  # of 宁波, which the name does not say
    assert line.endswith("恩施土家族苗族自治州利川市")
    assert list(empty_filters(index, Filter("宁波慈溪"))) == []
