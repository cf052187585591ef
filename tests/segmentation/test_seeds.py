"""The example pages: every citation quotes its source, and every character is in one paragraph or heading."""

from collections import Counter
from pathlib import Path

import pytest

from index.document import Article, Page
from index.files.discover import File, find
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from tests.segmentation.test_citations import occurs_in

SEEDS = Path(__file__).parent.parent.parent / "seeds"
NAMES = [
    "000_1e2b8c975dd70d3e.txt",
    "001_1ce795c8bb2c9173.txt",
    "002_2b72efd8dd5a418b.txt",
    "003_8a2bd877bb588409.txt",
    "004_43afb07974160658.txt",
]


def opened(name: str) -> tuple[Page, list[Article]]:
    page = read(SEEDS / name, name)
    assert isinstance(page, Page)
    return page, articles(page)


def bare(text: str) -> str:
    return "".join(text.split())


def test_all_five_are_found() -> None:
    assert [one.source for one in find([SEEDS]) if isinstance(one, File) and one.source in NAMES] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_passage_is_found_in_the_lines_it_cites(name: str) -> None:
    page, answer = opened(name)
    source = (SEEDS / name).read_text(encoding="utf-8").split("\n")
    for passage in passages_of(page, answer):
        cited = bare("".join("".join(source[a - 1 : b]) for a, b in passage.citation.lines))
        assert occurs_in(bare(passage.text), cited)


@pytest.mark.parametrize("name", NAMES)
def test_every_character_is_in_exactly_one_paragraph_or_heading(name: str) -> None:
    page, answer = opened(name)
    used = Counter(i for one in answer for part in (*one.paragraphs, *one.headings) for a, b in part.spans for i in range(a, b))
    assert [i for i, c in enumerate(page.text) if not c.isspace() and used[i] != (c != "#")] == []


@pytest.mark.parametrize("name", NAMES)
def test_ids_name_one_passage_each(name: str) -> None:
    page, answer = opened(name)
    ids = Counter(passage.citation.id for passage in passages_of(page, answer))
    assert set(ids.values()) == {1}


def test_the_printed_titles_and_authors_are_read() -> None:
    assert [(one.title, one.authors) for one in opened(NAMES[2])[1]] == [
        ("上城区:三方协同 破治理堵点", ("王鹏", "黄智")),
        ("余杭区:数字赋能 治理有“章”法", ("李佳佳", "邱永情")),
        ("拱墅区:五水共治 答好“生态卷”", ("何定宸",)),
        ("富阳区:慎终如始 决胜“全年红”", ("管章梅",)),
        ("萧山区:“潮创盈丰” 乘风树品牌", ("龚晨忱", "郑宸")),
        ("建德市:监督盯办 用心解民忧", ("纪苏雯",)),
    ]


def test_kickers_and_places_are_read() -> None:
    assert [(one.kicker, one.place) for one in opened(NAMES[4])[1]] == [
        ("“聚沙”成塔 惠民为本", "杭州市钱塘区下沙街道"),
        ("打好“区位牌” 奋力“大跨越”", "杭州市钱塘区新湾街道"),
    ]


def test_a_paragraph_broken_by_a_picture_is_whole() -> None:
    (paragraph,) = [p for one in opened(NAMES[3])[1] for p in one.paragraphs if p.text.startswith("为了加强社区")]
    assert "后备人才的培养" in paragraph.text
    assert paragraph.lines == ((27, 27), (33, 33))
