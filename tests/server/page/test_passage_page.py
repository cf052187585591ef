"""A passage's own page shows it in its article and beside the lines of its source, and says whether the source still says so."""

from pathlib import Path

import pytest

from search.searcher import Searcher
from search.server.page.source_lines import source_lines
from tests.server.conftest import client_of
from tests.server.page.conftest import PAGES, QUESTION, Got
from tests.server.page.reading import Element, read


def id_of(office: Searcher, words: str) -> str:
    return next(passage.citation.id for _, passage in office.index.every_passage() if words in passage.text)


def test_the_quoted_lines_stand_among_the_lines_of_the_source_with_their_numbers(got: Got, office: Searcher) -> None:
    page = got(f"/passages/{id_of(office, '楼长')}")
    lines = {int(item.attributes["value"]): item for item in page.one("ol", "source").all("li")}
    expected = dict(enumerate(PAGES["corridor.txt"].split("\n"), 1))
    assert {number: item.one("span", "line-text").text.strip() for number, item in lines.items()} == {n: expected[n] for n in lines}
    assert [number for number, item in lines.items() if "quoted" in item.attributes["class"]] == [5]
    assert [number for number, item in lines.items() if "quoted:" in item.words] == [5]  # in words as well
    assert page.one("p", "checked").words == "As quoted Compared with the file just now."


def test_the_passage_stands_among_its_neighbours_which_are_links(got: Got, office: Searcher) -> None:
    page = got(f"/passages/{id_of(office, '楼长')}", q=QUESTION)
    article = page.one("section", "in-article")
    assert "配了一名楼长" in article.one("blockquote").text
    neighbours = article.all("p", "neighbour")
    assert [words in neighbour.text for words, neighbour in zip(("搬走两百车", "不再磕碰"), neighbours, strict=True)] == [True, True]
    assert "不再磕碰" in got(neighbours[1].one("a").attributes["href"]).one("section", "in-article").one("blockquote").text
    assert page.one("p", "back").words == f"← Back to: {QUESTION}"


def test_a_passage_leads_to_its_references_and_to_more_like_it(got: Got, office: Searcher) -> None:
    id_ = id_of(office, "楼长")
    page = got(f"/passages/{id_}")
    assert [reference.one("h3").words for reference in page.all("div", "reference")] == ["GB/T 7714", "RIS", "BibTeX", "CSL-JSON"]
    assert "楼道清爽了[" in page.one("div", "reference").one("pre").text
    more = next(link for link in page.all("a") if link.words == "More like this")
    assert got(more.attributes["href"]).one("h1").words == "More like this passage"


def test_a_citation_names_its_passage_in_an_address_too(got: Got) -> None:
    assert "楼长" in got("/passages/pages/corridor.txt:5").one("blockquote").text


def test_what_names_no_passage_is_not_found_and_said(got: Got) -> None:
    assert "000000" in got("/passages/000000", 404).one("p", "detail").words


@pytest.fixture
def changed(pages: Path, office: Searcher) -> Element:
    """The page of a passage whose source says otherwise now."""
    path = pages / "pages" / "noise.txt"
    kept = path.read_bytes()
    path.write_text(PAGES["noise.txt"].replace("停跳一周", "停跳一月"), "utf-8")
    try:
        with client_of(office, headers={"Accept": "text/html"}) as client:
            return read(client.get(f"/passages/{id_of(office, '停跳一周')}").text)
    finally:
        path.write_bytes(kept)


def test_a_source_that_says_otherwise_is_shown_as_altered_with_what_changed(changed: Element) -> None:
    assert changed.one("p", "checked").words.startswith("Altered Not as quoted")
    assert changed.one("del").words == "周" and changed.one("ins").words == "月"
    assert "停跳一周" in changed.one("blockquote").text  # what was indexed


def test_a_source_that_is_gone_is_said_and_shows_no_lines(pages: Path, office: Searcher) -> None:
    path = pages / "pages" / "noise.txt"
    kept = path.read_bytes()
    path.unlink()
    try:
        with client_of(office, headers={"Accept": "text/html"}) as client:
            answer = client.get(f"/passages/{id_of(office, '停跳一周')}")
    finally:
        path.write_bytes(kept)
    page = read(answer.text)
    assert page.one("p", "checked").words.startswith("Not confirmed")
    assert not page.all("ol", "source")
    assert str(pages) not in answer.text


def test_lines_far_apart_have_a_gap_between_them_and_a_very_long_line_is_cut_around_the_quote() -> None:
    text = "\n".join(str(number) for number in range(1, 101))
    lines = source_lines(text, ((10, 11), (50, 50)))
    assert [line.number for line in lines] == [*range(6, 16), *range(46, 55)]
    assert [line.number for line in lines if line.gap] == [46]
    assert [line.number for line in lines if line.quoted] == [10, 11, 50]
    beside = source_lines(f"{'前' * 900}近\n引文\n近{'后' * 900}", ((2, 2),))
    assert [line.cut for line in beside] == [True, False, True]
    assert beside[0].text.endswith("近") and beside[2].text.startswith("近") and len(beside[0].text) < 200
    (long,) = source_lines("前" * 5000 + "引文" + "后" * 5000, ((1, 1),), (5000, 5002))
    assert long.cut and "引文" in long.text and len(long.text) < 2000
    assert source_lines("一行", ((7, 9),)) == []  # a source that became shorter
