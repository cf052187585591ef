"""The basket is kept by the browser, works by forms alone, and becomes files that a report can use."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from index.errors import BadInput
from search.searcher import Searcher
from search.server.page.basket import LONGEST_COOKIE, MOST, NAME, Basket, Item, item_of, packed, unpacked
from search.server.page.handing_out import Handout
from tests.server.page.conftest import QUESTION, Got
from tests.server.page.reading import Element, read
from tests.server.page.test_passage_page import id_of

A, B, C = ("a" * 16, "b" * 16, "c" * 16)


def send(desk: TestClient, form: Element) -> Element:
    """Send a form of a page as a browser does, and return the page that it leads to."""
    fields = {field.attributes["name"]: field.attributes.get("value", "") for field in form.all("input")}
    assert form.attributes == {"method": "post", "action": "/basket", "class": "inline"}
    return read(desk.post("/basket", data=fields, headers={"Origin": str(desk.base_url)}).text)


def button(page: Element, words: str) -> Element:
    """Return the first form whose button says *words*."""
    return next(form for form in page.all("form", method="post") if words in form.one("button").words)


def test_a_passage_is_put_in_shown_with_its_question_and_taken_out_by_forms_alone(desk: TestClient, got: Got) -> None:
    page = send(desk, button(got("/search", q=QUESTION), "Into the basket"))
    assert button(page, "In the basket") and page.one("input", id="q").attributes["value"] == QUESTION  # back on the answer
    assert page.one("nav").words.endswith("Basket 1: 1 passage")
    basket = got("/basket")
    assert [section.one("h2").words for section in basket.all("section", "asked")] == [QUESTION]
    assert basket.one("p", "checked").words.endswith("Checked: the source says exactly this.")
    assert send(desk, button(basket, "Remove")).one("p", "lead").words.startswith("There is nothing in it yet")
    assert NAME not in desk.cookies


def test_passages_change_places_and_keep_their_questions(desk: TestClient, got: Got) -> None:
    page = got("/search", q=QUESTION)
    for _ in range(2):
        page = send(desk, button(page, "Into the basket"))
    first, second = [item.one("blockquote").words for item in got("/basket").one("ol", "chosen-list").all("li")]
    basket = send(desk, button(got("/basket"), "Move down"))
    assert [item.one("blockquote").words for item in basket.one("ol", "chosen-list").all("li")] == [second, first]
    assert send(desk, button(basket, "Empty the basket")).one("h1").words == "Basket"


def test_the_basket_becomes_an_evidence_sheet_and_references(desk: TestClient, got: Got) -> None:
    send(desk, button(got("/search", q=QUESTION), "Into the basket"))
    quoted = got("/basket").one("blockquote").text.strip()
    sheet = desk.get("/basket/md")
    assert sheet.headers["content-type"] == "text/markdown; charset=utf-8"
    assert QUESTION in sheet.text and quoted[:20] in sheet.text and "the source says exactly this" in sheet.text
    assert desk.get("/basket/gbt7714").text.startswith("[1] ")
    docx = desk.get("/basket/docx")
    with zipfile.ZipFile(io.BytesIO(docx.content)) as parts:
        assert quoted[:20] in parts.read("word/document.xml").decode("utf-8")
    assert [desk.get(f"/basket/{form}").status_code for form in ("ris", "bibtex", "csl-json", "exe")] == [200, 200, 200, 422]


def test_a_sheet_of_passages_that_are_not_precedents_says_that_none_was_found(desk: TestClient, office: Searcher) -> None:
    desk.post("/basket", data={"action": "add", "id": id_of(office, "停跳一周"), "q": "深海采矿", "score": "0.01"})
    assert "No precedent was found." in desk.get("/basket/md").text


def test_a_name_in_chinese_reaches_the_browser_whole(desk: TestClient) -> None:
    made = Handout("先例检索-2026-11-27.docx", "", b"").disposition
    assert made.isascii()
    plain, _, whole = made.partition("; filename*=UTF-8''")
    assert (plain, unquote(whole)) == ('attachment; filename="qianli-2026-11-27.docx"', "先例检索-2026-11-27.docx")
    got = desk.get("/basket/gbt7714?lang=zh").headers["content-disposition"]
    assert unquote(got.partition("UTF-8''")[2]).startswith("先例检索-20")


def test_an_empty_basket_is_handed_out_as_what_it_is(desk: TestClient) -> None:
    assert desk.get("/basket/gbt7714").content == b""
    assert "No question was handed over." in desk.get("/basket/md").text


def test_what_is_no_basket_is_an_empty_one(desk: TestClient) -> None:
    bomb = packed(Basket((Item(A, "一" * 30_000),)))
    for cookie in ("", "x", "=" * 9, "é", bomb, "eJw", packed(Basket((Item("../../etc/passwd", ""),))), "A" * 5000, None):
        assert unpacked(cookie) == Basket(), cookie
    desk.cookies.set(NAME, "nonsense")
    assert read(desk.get("/basket").text).one("p", "lead")


def test_a_basket_comes_back_as_it_was_packed() -> None:
    basket = Basket((Item(A, "问一", 0.5), Item(B, "问一"), Item(C, "")))
    assert unpacked(packed(basket)) == basket
    assert basket.moved(A, 1).items == (Item(B, "问一"), Item(A, "问一", 0.5), Item(C, ""))
    assert basket.moved(A, -1) == basket and basket.moved("d" * 16, 1) == basket
    assert basket.added(Item(A, "另一个问题")) == basket  # a passage is quoted once
    assert Basket((Item(A, "一"), Item(C, "二"), Item(B, "一"))).questions == {"一": [Item(A, "一"), Item(B, "一")], "二": [Item(C, "二")]}


def test_a_full_basket_says_what_to_do_and_loses_nothing() -> None:
    basket = Basket()
    with pytest.raises(BadInput, match="the basket is full"):
        for number in range(MOST + 1):
            basket = basket.added(Item(f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}", f"第{number}个问题怎么办" * 3, 0.5))
    assert len(basket) > 30
    assert len(packed(basket)) <= LONGEST_COOKIE and unpacked(packed(basket)) == basket


@pytest.mark.parametrize("id_", ["", "../x", "A" * 16, "g" * 16, "a" * 17, "<b>"])
def test_what_is_no_passage_is_refused(desk: TestClient, id_: str) -> None:
    with pytest.raises(BadInput, match="is no passage"):
        item_of(id_, "", "")
    assert desk.post("/basket", data={"action": "add", "id": id_}).status_code == 422


@pytest.mark.parametrize("score", ["nan", "inf", "-1", "2", "x", ""])
def test_a_probability_that_is_none_is_not_kept(score: str) -> None:
    assert item_of(A, "", score).score is None


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:alert(1)", "/a\r\nX: y", ""]
)
def test_a_form_leads_to_no_other_server(desk: TestClient, back: str) -> None:
    answer = desk.post("/basket", data={"action": "remove", "id": A, "back": back}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/basket")


def test_a_page_elsewhere_cannot_fill_the_basket(desk: TestClient, office: Searcher) -> None:
    form = {"action": "add", "id": id_of(office, "停跳一周")}
    assert desk.post("/basket", data=form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert desk.post("/basket", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_passage_that_the_index_lost_is_named_and_can_be_taken_out(desk: TestClient, got: Got) -> None:
    desk.post("/basket", data={"action": "add", "id": A, "q": QUESTION})
    basket = got("/basket")
    assert basket.one("p", "missing").words == f"The index does not have the passage {A} any more."
    assert desk.get("/basket/gbt7714").content == b""
    assert send(desk, button(basket, "Remove")).one("p", "lead")


@pytest.mark.parametrize(
    "back", ["//[", "/\\\\elsewhere.example", "//elsewhere.example", "/\r\nSet-Cookie: a=b", "https://elsewhere.example"]
)
def test_a_form_leads_back_to_a_page_of_this_server_alone(desk: TestClient, back: str) -> None:
    answer = desk.post("/basket", data={"action": "empty", "back": back}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/basket")


def test_a_form_with_more_fields_than_the_page_has_is_refused(desk: TestClient) -> None:
    assert desk.post("/basket", data={f"field{number}": "1" for number in range(40)}).status_code == 422
