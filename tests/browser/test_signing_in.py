"""A server with a token: a browser signs in once."""

from __future__ import annotations

from urllib.parse import quote

from tests.browser.conftest import TOKEN, Visit
from tests.browser.pages_asked import QUESTION


def test_a_browser_signs_in_once_and_comes_to_the_page_it_wanted(visit: Visit, guarded_address: str) -> None:
    visitor = visit(f"/search?q={quote(QUESTION)}", at=guarded_address)
    page = visitor.page
    visitor.expects(401)
    assert page.locator(".hit").count() == 0
    page.get_by_label("Token").fill("not-the-token-at-all")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("alert").wait_for()
    visitor.expects(401)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Go on").click()
    page.locator(".hit").first.wait_for()
    assert TOKEN not in page.url
    visitor.goes("/")
    assert page.locator("#q").is_visible()


def test_without_the_token_nothing_of_the_index_is_shown(visit: Visit, guarded_address: str) -> None:
    visitor = visit("/", at=guarded_address, script=False)
    visitor.expects(401)
    assert visitor.page.locator("#q").count() == 0 and visitor.page.get_by_label("Token").is_visible()
