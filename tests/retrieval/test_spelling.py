"""Typos: a slip is looked up as what it may mean, and what is typed well stays alone."""

from pathlib import Path

import numpy as np
import pytest

from index.document import Article, Citation, Page, Passage
from index.engine.open import open_index
from index.engine.protocol import Index, Model, Source
from index.text.tokens import CHARACTERS, terms
from search.retrieval.query import QueryState, accepted, with_terms
from search.retrieval.spelling import corrections

PASSAGES = [
    "村里把智慧印章锁进柜子，谁用印章都有记录。",
    "河道清淤之后，河道两岸的居民又愿意开窗了。",
    "老旧小区加装电梯，一楼住户也同意了。",
]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return made(tmp_path / "ix", PASSAGES)


def made(place: Path, texts: list[str]) -> Index:
    index = open_index(place, create=Model("toy", 2, ""))
    cited = [Citation("a.txt", ((n, n),), n, None, None, (), None, "", f"{n:016x}") for n, _ in enumerate(texts, 1)]
    passages = [Passage(text, "", 1, citation) for text, citation in zip(texts, cited, strict=True)]
    with index.writing() as writer:
        article = Article("a.txt", 1, None, None, None, (), None, ())
        vectors = np.tile(np.array([[1, 0]], np.float32), (len(texts), 1))
        writer.add(Page("a.txt", "", "", "utf-8"), Source("a.txt", Path("a.txt"), 0, 0, ""), [article], passages, vectors)
    return index


def looked_up(index: Index, query: str) -> list[str]:
    state = accepted(query)
    assert isinstance(state, QueryState)
    return with_terms([state], index)[0].terms or []


def best(index: Index, query: str) -> str:
    (ranking,) = index.matching([looked_up(index, query)], 1)
    return index.passages(ranking.keys.tolist())[0].text


@pytest.mark.parametrize(
    ("typed", "right"),
    [("智彗", "智慧"), ("河到清淤", "河道清淤"), ("加装电悌", "加装电梯"), ("智慧监官", "智慧监管"), ("停车男怎么办", "停车难怎么办")],
)
def test_a_character_that_sounds_or_looks_like_the_right_one_is_understood(typed: str, right: str) -> None:
    [[slip]] = corrections([typed])
    assert set(slip.terms) <= set(terms(right))
    assert set(slip.terms) - set(terms(typed)) == set(slip.terms)


@pytest.mark.parametrize(
    "query", ["", "。", "车", "WEB3 2.5", "老旧小区加装电梯怎么协商", "人口普查", "电瓶车到处乱停堵住楼道，别处怎么解决的？", "\ud800"]
)
def test_what_is_typed_well_means_itself(query: str) -> None:
    assert corrections([query]) == [[]]


@pytest.mark.parametrize(("query", "at"), [("智彗怎么管", 0), ("河到怎么清", 1), ("电悌", 2)])
def test_a_mistyped_question_finds_its_passage(index: Index, query: str, at: int) -> None:
    with index:
        assert best(index, query) == PASSAGES[at]


def test_what_is_typed_is_always_looked_up(index: Index) -> None:
    with index:
        asked = looked_up(index, "智彗印章")
    assert asked[: len(terms("智彗印章"))] == list(dict.fromkeys(terms("智彗印章")))
    assert set(asked) - set(terms("智彗印章")) == {"慧", "智慧", "慧印"}


def test_a_name_that_the_index_has_is_no_slip(tmp_path: Path) -> None:
    with made(tmp_path / "ix", [*PASSAGES, "智彗公司来访。"]) as index:
        assert looked_up(index, "智彗") == terms("智彗")


def test_what_the_index_has_not_is_not_asked_for(tmp_path: Path) -> None:
    with made(tmp_path / "ix", PASSAGES[1:]) as index:
        assert looked_up(index, "智彗") == terms("智彗")


def test_a_long_question_is_not_looked_through() -> None:
    assert corrections(["老旧小区加装电梯怎么协商，" * 10 + "智彗印章"]) == [[]]


def test_the_table_of_characters_is_small_and_each_part_holds_what_it_says() -> None:
    folded, sounds, shapes = CHARACTERS.read_text("utf-8").split("\n\n")
    old, new = folded.split("\n")
    assert len(old) == len(new) == len(set(old)) and not set(old) & set(new)
    alike = {line[0]: line[1:] for line in shapes.split()}
    assert all(pair[1] in alike[pair[0]] for pair in ("未末", "己已", "日曰", "人入", "土士"))
    assert any({"到", "道", "导"} <= set(line) for line in sounds.split())
    assert CHARACTERS.stat().st_size < 200_000


@pytest.mark.parametrize(("one", "other"), [("車庫漏水", "车库漏水"), ("電梯改裝", "电梯改装"), ("２０２４年ＡＰＰ", "2024年app")])
def test_either_script_and_width_finds_the_other_with_the_same_scores(tmp_path: Path, one: str, other: str) -> None:
    with made(tmp_path / "ix", [f"關於{one}的說明，居民同意了。", f"关于{other}的说明，居民同意了。", *PASSAGES]) as index:
        by_one, by_other = index.matching([looked_up(index, one), looked_up(index, other)], 9)
        first, second = (passage.text for passage in index.passages(by_one.keys[:2].tolist()))
    assert (by_one.keys.tolist(), by_one.scores.tolist()) == (by_other.keys.tolist(), by_other.scores.tolist())
    assert by_one.scores[0] == by_one.scores[1]
    assert {first[2:3], second[2:3]} == {one[:1], other[:1]}
