"""The page of figures: every number on it is the number of passages that its address shows."""

from collections.abc import Iterator

import pytest
from lxml import html
from starlette.testclient import TestClient

from search.searcher import open_search
from tests.browser.driving import indexed
from tests.browser.pages_asked import QUESTION, UNANSWERED, write_pages
from tests.server.conftest import client_of


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("office")
    with open_search(indexed(write_pages(folder / "pages"), folder / ".qianli")) as searcher, client_of(searcher) as client:
        yield client


def page_of(client: TestClient, path: str, **query: str) -> html.HtmlElement:
    answer = client.get(path, params=query or None, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def number(link: html.HtmlElement) -> int:
    return int(link.text)


def test_every_number_is_that_of_the_passages_it_leads_to(office: TestClient) -> None:
    page = page_of(office, "/figures", q=QUESTION)
    links = page.xpath("//table//a | //section/p/a[contains(@href, 'printed=')]")
    assert len(links) > 20
    for link in links:
        shown = page_of(office, link.get("href").partition("#")[0]).xpath("//ol[@class='passages' or @id='hits']/li")
        assert len(shown) == number(link), link.get("href")


def test_the_numbers_are_those_of_the_answer(office: TestClient) -> None:
    page = page_of(office, "/figures", q=QUESTION)
    answer = page_of(office, "/search", q=QUESTION, k="50", all="1")
    rows = page.xpath("//table[@class='crossed']/tbody/tr")
    assert sum(number(row.xpath("td[@class='all']/a")[0]) for row in rows) == len(answer.xpath("//ol[@id='hits']/li"))
    assert [" ".join(head.text_content().split()) for head in page.xpath("//table[@class='crossed']/tbody/tr/th")][-1] == "no place named"


def test_the_picture_says_its_numbers_in_words_and_as_a_table(office: TestClient) -> None:
    page = page_of(office, "/figures", q=QUESTION)
    (picture,) = page.xpath("//svg[@role='img']")
    told = picture.xpath("string(desc)")
    rows = {row.xpath("string(th)"): number(row.xpath("td/a")[0]) for row in page.xpath("//table[@class='periods']/tbody/tr")}
    assert told == ", ".join(f"{month}: {passages}" for month, passages in rows.items())
    assert len(picture.xpath("rect")) >= len(rows) and picture.xpath("string(title)") == "Passages by month"
    assert not page.xpath("//*[@style]")  # the content security policy would drop it


def test_the_words_of_a_part_are_marked_in_its_passages(office: TestClient) -> None:
    page = page_of(office, "/figures", q=QUESTION, has="充电桩")
    passages = page.xpath("//ol[@class='passages']/li")
    assert passages and all("充电桩" in [mark.text for mark in passage.xpath(".//mark")] for passage in passages)


def test_a_filter_of_the_answer_holds_for_its_figures(office: TestClient) -> None:
    page = page_of(office, "/figures", q=QUESTION, since="2024")
    assert all(month >= "2024" for month in page.xpath("//table[@class='periods']/tbody/tr/th/text()"))
    assert page.xpath("string(//p[@class='back']/a/@href)").endswith("since=2024")


def test_where_nothing_was_found_nothing_is_counted(office: TestClient) -> None:
    page = page_of(office, "/figures", q=UNANSWERED)
    assert not page.xpath("//table | //svg") and "nothing to count" in page.text_content()


@pytest.mark.parametrize(
    "part", [{"at": "月球"}, {"has": "<b>"}, {"printed": "1"}, {"at": "=", "has": "(", "printed": "["}, {"at": "x" * 999}]
)
def test_a_part_that_nothing_belongs_to_is_empty_and_no_error(office: TestClient, part: dict[str, str]) -> None:
    page = page_of(office, "/figures", q=QUESTION, **part)
    assert page.xpath("//table[@class='crossed']")
    assert not page.xpath("//b")


def test_without_a_question_there_is_the_form(office: TestClient) -> None:
    assert page_of(office, "/figures").xpath("//form[@role='search']")


def test_what_is_like_a_passage_has_figures_too(office: TestClient) -> None:
    answer = page_of(office, "/search", q=QUESTION)
    like = answer.xpath("//ol[@id='hits']//a[contains(@href, 'like=')]/@href")[0]
    found = page_of(office, like.replace("/search", "/figures"))
    assert found.xpath("//table[@class='crossed']") or "nothing to count" in found.text_content()
