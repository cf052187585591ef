"""Pictures of every page, to be looked at: `python -m tests.browser.screenshots [FOLDER]` prints where they lie.

At the width of a phone and of a desk, in both languages and colour schemes: name-width-language-scheme.png.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from urllib.parse import quote

from tests.browser.conftest import TOKEN
from tests.browser.driving import DESK, PHONE, Visitor, context_of, indexed, launched, missing, served
from tests.browser.pages_asked import QUESTION, UNANSWERED, write_pages

ANSWER = f"/search?q={quote(QUESTION)}"
FIGURES = f"/figures?q={quote(QUESTION)}"
PAGES = {
    "start": "/",
    "answer": ANSWER,
    "none": f"/search?q={quote(UNANSWERED)}",
    "nowhere": f"{ANSWER}&place={quote('火星')}",
    "figures": FIGURES,
    "part": f"{FIGURES}&at={quote('浙江省杭州市')}&has={quote('充电桩')}#chosen",
    "mistaken": "/search?q=a&since=yesterday",
    "error": "/passages/none",
}


def pictures(visitor: Visitor, folder: Path, suffix: str) -> Iterator[Path]:
    """Take the pages one after the other; yield the picture of each."""

    def taken(name: str) -> Path:
        path = folder / f"{name}-{suffix}.png"
        visitor.page.screenshot(path=path, full_page=True)
        return path

    for name, path in PAGES.items():
        visitor.goes(path)
        yield taken(name)
    page = visitor.goes(ANSWER).page
    for number in (0, 1):
        page.locator(".hit").nth(number).locator("form button").click()
        page.locator(".hit").nth(number).locator("button.chosen").wait_for()
    for name, source in (("passage", ".txt"), ("passage-pdf", ".pdf"), ("passage-docx", ".docx")):
        links = page.locator(f".hit:has(cite:text('{source}')) h3 a")
        if links.count():
            links.first.click()
            page.wait_for_url("**/passages/**")
            page.wait_for_load_state("networkidle")
            yield taken(name)
            visitor.goes(ANSWER)
    visitor.goes("/basket")
    yield taken("basket")


def main(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    if lacking := missing():
        sys.exit(f"{lacking} is missing; install it with: make browser")
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        work = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        index = indexed(write_pages(work / "pages"), work / ".qianli")
        address = opened.enter_context(served(index, work / "server.log"))
        guarded = opened.enter_context(served(index, work / "guarded.log", TOKEN))
        browser = opened.enter_context(launched(opened.enter_context(sync_playwright())))
        for width, language, scheme in product((PHONE, DESK), ("zh", "en"), ("light", "dark")):
            suffix = f"{width}-{language}-{scheme}"
            with context_of(browser, language, scheme, width) as context:
                visitor = Visitor(context.new_page(), address)
                paths = list(pictures(visitor, folder, suffix))
                stranger = Visitor(context.new_page(), guarded).goes("/")
                paths.append(folder / f"sign-in-{suffix}.png")
                stranger.page.screenshot(path=paths[-1], full_page=True)
            print(*paths, sep="\n")
            print(*visitor.troubles, sep="\n", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp(prefix="qianli-pages-")))
