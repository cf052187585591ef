"""No serious finding of axe-core on any page, in both languages and colour schemes."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.conftest import Visit
from tests.browser.driving import Visitor
from tests.browser.pages_asked import QUESTION, UNANSWERED

ANSWER = f"/search?q={quote(QUESTION)}"
FIGURES = f"/figures?q={quote(QUESTION)}"
PATHS = {
    "start": "/",
    "answer": ANSWER,
    "filtered": f"{ANSWER}&place={quote('浙江省杭州市')}",
    "none": f"/search?q={quote(UNANSWERED)}",
    "figures": FIGURES,
    "a part of the figures": f"{FIGURES}&at={quote('浙江省杭州市')}",
    "not found": "/passages/none",
}


COLOURS = ("color-contrast", "link-in-text-block")  # what another scheme can spoil


@pytest.mark.parametrize(
    ("language", "scheme", "rules"), [("zh", "light", ()), ("en", "dark", ()), ("zh", "dark", COLOURS), ("en", "light", COLOURS)]
)
def test_axe_finds_nothing_serious(visit: Visit, language: str, scheme: str, rules: tuple[str, ...]) -> None:
    visitor = visit(ANSWER, language=language, scheme=scheme)
    found = {name: visitor.goes(path).findings(rules) for name, path in PATHS.items()}
    found |= _chosen(visitor, rules)
    visitor.expects(404)
    assert {name: findings for name, findings in found.items() if findings} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_one_signs_in(visit: Visit, guarded_address: str, scheme: str) -> None:
    visitor = visit("/", at=guarded_address, scheme=scheme)
    visitor.expects(401)
    assert visitor.findings() == []


def _chosen(visitor: Visitor, rules: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the findings on a passage that is in the basket, and on the basket."""
    page = visitor.goes(ANSWER).page
    page.locator(".hit button:has-text('+')").first.click()
    page.locator(".hit button.chosen").first.wait_for()
    page.locator(".hit h3 a").first.click()
    page.wait_for_url("**/passages/**")
    passage = visitor.findings(rules)
    return {"passage": passage, "basket": visitor.goes("/basket").findings(rules)}
