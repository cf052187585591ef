"""What a colleague does at the page, in a real browser: ask, read, choose, take the evidence sheet away."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.conftest import Visit
from tests.browser.driving import PHONE
from tests.browser.pages_asked import ARTICLES, MINUTES, NOTICE, QUESTION, UNANSWERED

ANSWER = f"/search?q={quote(QUESTION)}"


def test_a_question_is_asked_and_a_passage_opened_by_keyboard_alone(visit: Visit) -> None:
    page = visit("/").page
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    title = page.locator(".hit h3").first.inner_text()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit h3') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/passages/**")
    assert page.locator("h1").inner_text() == title


def test_the_first_key_leads_past_the_navigation(visit: Visit) -> None:
    page = visit(ANSWER).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_passage_is_quoted_as_its_source_prints_it(visit: Visit) -> None:
    page = visit(ANSWER).page
    quotes = page.locator(".hit blockquote").all_inner_texts()
    printed = {paragraph for parts in (*ARTICLES.values(), MINUTES, NOTICE) for paragraph in parts}
    assert len(quotes) > 3 and set(quotes) <= printed
    assert page.locator(".hit mark").count() > 0


def test_a_passage_stands_in_its_article_and_beside_the_lines_of_its_source(visit: Visit) -> None:
    page = visit(ANSWER).page
    hit = page.locator(".hit:has(cite:text('.txt'))").first
    quoted = hit.locator("blockquote").inner_text()
    hit.locator("h3 a").click()
    page.wait_for_url("**/passages/**")
    assert quoted in page.locator(".this blockquote").inner_text()
    assert page.locator(".source li.quoted .line-text").all_inner_texts() == [quoted]


def test_a_passage_of_a_pdf_stands_beside_a_picture_of_its_page(visit: Visit) -> None:
    page = visit(ANSWER).page
    page.locator(".hit:has(cite:text('.pdf')) h3 a").first.click()
    page.wait_for_url("**/passages/**")
    picture = page.locator(".in-source img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300  # once it has come
    assert picture.get_attribute("alt")


def test_no_precedent_is_said_and_nothing_is_called_one(visit: Visit) -> None:
    page = visit(f"/search?q={quote(UNANSWERED)}").page
    assert page.get_by_role("heading", name="No precedent").is_visible()
    assert page.locator(".hit.likely, .hit.possible").count() == 0
    chinese = visit(f"/search?q={quote(UNANSWERED)}", language="zh").page
    assert chinese.get_by_role("heading", name="没有先例").is_visible()


def test_filters_by_place_source_and_date_leave_their_passages_alone(visit: Visit) -> None:
    visitor = visit(ANSWER)
    page = visitor.page
    page.locator("details.filters > summary").click()
    page.get_by_label("Printed since").fill("2024")
    page.get_by_label("Printed until").fill("2024-05")
    page.get_by_label("Source").fill("suzhou")
    page.get_by_role("button", name="Search with these").click()
    page.wait_for_url("**since=2024**")
    assert "/suzhou/2024-05-28.txt" in page.locator(".hit cite").first.inner_text()
    assert all("/suzhou/" in citation for citation in page.locator(".hit cite").all_inner_texts())
    page.get_by_role("link", name="Without filters").click()
    page.wait_for_url(lambda url: "since" not in url)
    places = visitor.goes(f"{ANSWER}&place={quote('江苏省苏州市')}").page.locator(".hit cite").all_inner_texts()
    assert places and all("苏州市" in place for place in places)


def test_more_like_this_leads_to_other_articles(visit: Visit) -> None:
    page = visit(ANSWER).page
    title = page.locator(".hit h3").first.inner_text()
    page.locator(".hit").first.get_by_role("link", name="More like this").click()
    page.wait_for_url("**like=**")
    assert title not in page.locator(".hit h3").all_inner_texts() and page.locator(".hit").count() > 0


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_basket_becomes_an_evidence_sheet_that_word_opens(visit: Visit, tmp_path: Path, script: bool) -> None:
    from docx import Document

    page = visit("/", script=script).page
    page.locator("#q").fill(QUESTION)
    page.locator("form.ask button").first.click()
    page.wait_for_url("**/search?**")
    quotes = page.locator(".hit blockquote").all_inner_texts()[:2]
    for number in (0, 1):
        page.locator(".hit").nth(number).get_by_role("button", name="Into the basket").click()
        page.locator(".hit").nth(number).get_by_role("button", name="In the basket").wait_for()
    page.get_by_role("link", name="Basket").click()
    page.wait_for_url("**/basket")
    assert page.locator(".chosen-list blockquote").all_inner_texts() == quotes
    with page.expect_download() as download:
        page.get_by_role("link", name="Evidence sheet (Word)").click()
    assert download.value.suggested_filename.endswith(".docx")
    sheet = Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    text = "\n".join([*(paragraph.text for paragraph in sheet.paragraphs),
                      *(cell.text for table in sheet.tables for row in table.rows for cell in row.cells)])  # fmt: skip
    assert QUESTION in text and all(quote in text for quote in quotes)
    page.get_by_role("button", name="Empty the basket").click()
    page.get_by_text("There is nothing in it yet").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_number_of_the_figures_leads_to_as_many_passages(visit: Visit, script: bool) -> None:
    page = visit(ANSWER, script=script).page
    page.get_by_role("link", name="At a glance").click()
    page.wait_for_url("**/figures?**")
    row = page.locator(".crossed tbody tr", has_text="杭州市")
    count = int(row.locator("td a").nth(1).inner_text().split()[0])
    row.locator("td a").nth(1).click()
    page.wait_for_url("**has=**")
    assert page.locator(".passages > li").count() == count > 0
    assert all("杭州市" in citation for citation in page.locator(".passages cite").all_inner_texts())
    assert page.locator(".crossed a[aria-current]").count() == 1


def test_without_script_one_asks_reads_and_goes_back(visit: Visit) -> None:
    page = visit("/", script=False, language="zh").page
    page.locator("#q").fill(QUESTION)
    page.locator("form.ask button").first.click()
    page.wait_for_url("**/search?**")
    page.locator(".hit h3 a").first.click()
    page.wait_for_url("**/passages/**")
    page.locator(".back a").click()
    page.wait_for_url("**/search?**")
    assert page.locator(".hit").count() > 3
    assert page.locator("button[data-copy]:visible").count() == 0  # what needs script is not shown


def test_the_language_is_changed_on_any_page_and_stays(visit: Visit) -> None:
    page = visit(ANSWER).page
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("a.language").click()
    page.wait_for_selector("html[lang^=zh]")
    assert page.locator(".hit").count() > 3
    page.locator(".brand").click()
    page.wait_for_url(re.compile(r"/$"))
    assert page.get_by_role("button", name="检索").is_visible()


def test_the_history_stays_in_the_browser_and_can_be_cleared(visit: Visit) -> None:
    visitor = visit(ANSWER)
    page = visitor.goes("/").page
    assert page.locator("#history a").all_inner_texts() == [QUESTION]
    assert visit("/").page.locator("#history").is_hidden()  # another browser knows nothing of it
    page.get_by_role("button", name="Clear it").click()
    assert page.locator("#history").is_hidden()
    assert visitor.goes("/").page.locator("#history").is_hidden()
    page = visitor.goes(ANSWER).goes("/").page
    page.get_by_label("do not keep it").check()
    assert visitor.goes(ANSWER).goes("/").page.locator("#history a").count() == 0


def test_what_looks_like_markup_is_shown_as_text(visit: Visit) -> None:
    visitor = visit(f"/search?q={quote('<script>document.title=1</script><img src=x onerror=alert(1)> 充电桩')}")
    assert visitor.page.locator("#q").input_value().startswith("<script>")
    assert visitor.page.locator("main img").count() == 0 and "qianli" in visitor.page.title()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_every_page_without_scrolling_sideways(visit: Visit, language: str) -> None:
    visitor = visit("/", width=PHONE, touch=True, language=language)
    paths = ["/", ANSWER, f"/search?q={quote(UNANSWERED)}", f"/figures?q={quote(QUESTION)}", "/basket", "/passages/none"]
    wider = {path: visitor.goes(path).overflow() for path in paths}
    visitor.expects(404)
    assert wider == dict.fromkeys(paths, 0)


def test_a_printed_answer_leaves_out_what_only_a_screen_has(visit: Visit) -> None:
    page = visit(ANSWER).page
    assert page.locator("nav").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".hit blockquote").first.is_visible() and page.locator(".hit cite").first.is_visible()
    assert page.locator("nav").is_hidden() and page.locator(".hit button:visible").count() == 0


def test_an_address_that_is_none_says_so_in_a_page(visit: Visit) -> None:
    visitor = visit("/passages/0000000000000000")
    visitor.expects(404)
    assert visitor.page.locator("h1").inner_text() == "Not found"
    visitor.goes("/search?q=a&since=yesterday").expects(422)
    assert "yesterday" in visitor.page.locator("main").inner_text()
