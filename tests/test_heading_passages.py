"""Captions, document numbers and other headings that lead to no paragraph are passages: found, shown and verified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import open_index
from index.document import Page, Passage
from index.encoders.open import open_encoder
from index.engine.protocol import model_of
from index.indexing import build
from index.passages import passages_of
from index.segmentation.articles import articles
from search.searcher import Searcher, open_search

TEXT = """# 柳溪镇办好夜校

柳府办〔2022〕31号

镇里在三个村开了夜校，每周二和周四晚上上课，请退休教师讲农技、会计和法律，学员有两百多人。

![学员在晒谷场练习舞狮](img/1.jpg)

学费全免，教材由镇里印发，结业的发证书，已有八十人考取了会计证。

## 下一步打算

## 明年计划

明年再开四个班，把课堂搬到田头。
"""


def passages(text: str, markdown: bool = True) -> list[Passage]:
    page = Page("a.md", text, "0" * 64, "utf-8", markdown)
    return list(passages_of(page, articles(page)))


def own(text: str, markdown: bool = True) -> list[tuple[str, str]]:
    return [(one.citation.kind, one.text) for one in passages(text, markdown) if one.citation.paragraph is None]


def test_what_no_path_holds_is_a_passage_in_its_place() -> None:
    assert [(one.citation.kind, one.citation.paragraph, one.text[:6]) for one in passages(TEXT)] == [
        ("paragraph", 1, "镇里在三个村"),
        ("caption", None, "学员在晒谷场"),
        ("paragraph", 2, "学费全免，教"),
        ("heading", None, "下一步打算"),  # nothing stands below it
        ("paragraph", 3, "明年再开四个"),
    ]


def test_a_number_that_stands_below_no_title_is_a_passage() -> None:
    text = "柳府办〔2022〕31号\n\n镇里在三个村开了夜校，每周上两次课。\n\n学费全免。\n"
    assert own(text) == [("number", "柳府办〔2022〕31号")] or passages(text)[0].heading.startswith("柳府办〔2022〕31号")


def test_its_citation_says_what_it_is_and_leads_to_its_own_lines() -> None:
    caption = next(one for one in passages(TEXT) if one.citation.kind == "caption")
    assert (caption.text, caption.citation.lines) == ("学员在晒谷场练习舞狮", ((7, 7),))
    assert str(caption.citation).startswith("《柳溪镇办好夜校》图注 · ")


def test_a_page_that_is_only_a_title_has_one_passage_and_a_table_of_names_alone_too() -> None:
    assert own("# 关于征集夜校教师的公告\n") == [("heading", "关于征集夜校教师的公告")]
    assert [one.text for one in passages("# 夜校\n\n| 课程 | 教师 |\n|---|---|\n")] == ["| 课程 | 教师 |"]


def test_a_title_that_a_path_cannot_hold_is_a_passage_whole() -> None:
    title = "关于在全镇各村开办夜校并聘请退休教师授课" * 25
    found = passages(f"# {title}\n\n学费全免。每周上两次课。\n")
    assert "".join(one.text for one in found if one.citation.kind == "heading") == title
    assert max(len(one.heading) for one in found) < 200


def test_furniture_and_fragments_are_no_passages() -> None:
    text = "夜校报\n\n镇里在三个村开了夜校，每周上两次课，请了退休\n\n— 3 —\n\n教师来讲课。\n\n，\n\n3\n\n学费全免，教材由镇里印发。\n"
    assert all("— 3 —" not in one.text and len(one.text) > 3 for one in passages(text, markdown=False))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("headings")
    (folder / "夜校.md").write_text(TEXT, "utf-8")
    elsewhere = "\n\n".join(f"第{n}村修了{n + 3}里水渠，浇地不用愁。" for n in range(1, 20))
    (folder / "别处.md").write_text(f"# 白石镇修水渠\n\n{elsewhere}\n", "utf-8")
    encoder = open_encoder("static")
    index = open_index(folder / ".qianli", model_of(encoder))
    with index:
        build([folder], index, encoder)
    with open_search(folder / ".qianli") as opened:
        yield opened


@pytest.mark.parametrize("query", ["舞狮", "柳府办[2022]31号", "柳府办（2022）31号", "下一步打算", "明年计划"])
def test_its_own_words_bring_it_first(searcher: Searcher, query: str) -> None:
    result = searcher.search(query)
    assert result.found
    expected = {"舞": ["学员在"], "柳": ["镇里在", "学费全", "明年再"], "下": ["下一步"], "明": ["明年再"]}[query[0]]
    assert result.hits[0].text[:3] in expected


def test_a_paragraph_that_answers_comes_before_a_caption(searcher: Searcher) -> None:
    assert searcher.search("夜校的学费怎么收").hits[0].citation.paragraph == 2


def test_it_is_shown_among_its_neighbours_and_paragraphs_among_paragraphs(searcher: Searcher) -> None:
    hit = searcher.search("舞狮", context=1).hits[0]
    assert hit.context and [one.text[:2] for one in (*hit.context.before, *hit.context.after)] == ["镇里", "学费"]
    assert searcher.show(hit).passage.text == hit.text
    paragraph = searcher.search("学费全免", context=1).hits[0]
    assert paragraph.context and [one.text[:2] for one in (*paragraph.context.before, *paragraph.context.after)] == ["镇里", "明年"]
    assert [one.text[:2] for one in searcher.show(paragraph).passages] == ["镇里", "学费", "明年"]


def test_it_is_verified_and_asked_with(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(searcher.index.address).parent)
    for query in ("舞狮", "下一步打算"):
        hit = searcher.search(query).hits[0]
        assert [verdict.status for verdict in searcher.verify([hit])] == ["ok"]
        assert all(other.citation.source == "别处.md" for other in searcher.like(hit, min_score=0).hits)
        assert hit.to_dict()["citation"]["paragraph"] is None and hit.to_dict()["citation"]["kind"] == hit.citation.kind
