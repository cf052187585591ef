"""A real browser on a real server. Where no browser is installed these tests are left out, and the end of the run says so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driving import Visitor, context_of, indexed, launched, missing, served
from tests.browser.pages_asked import write_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HERE = Path(__file__).parent
TOKEN = "a-token-that-only-tests-know"
REQUIRED = os.environ.get("QIANLI_BROWSER") == "required"
LACKING = missing()
HOW = "install it with: make browser (Debian, Ubuntu), or install chromium and name the file axe.min.js in QIANLI_AXE"

Visit = Callable[..., Visitor]  # options of `context_of` -> a visitor, on the start page unless path says otherwise


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if LACKING and not REQUIRED:
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(f"no {LACKING}"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "tests/browser/" in report.nodeid]
    if skipped and LACKING:
        terminalreporter.write_line(f"{len(skipped)} browser tests were left out, since {LACKING} is missing; {HOW}")


# The scope is the package: playwright's event loop must be gone before other tests of this thread run theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if LACKING:
        pytest.fail(f"QIANLI_BROWSER is required, but {LACKING} is missing; {HOW}", pytrace=False)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, launched(playwright) as started:
        yield started


@pytest.fixture(scope="package")
def office_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    return indexed(write_pages(folder / "pages"), folder / ".qianli")


@pytest.fixture(scope="package")
def address(office_index: Path) -> Iterator[str]:
    """The address of a server that asks nobody for a token."""
    with served(office_index, office_index.parent / "server.log") as started:
        yield started


@pytest.fixture(scope="package")
def guarded_address(office_index: Path) -> Iterator[str]:
    """The address of a server that asks for TOKEN."""
    with served(office_index, office_index.parent / "guarded.log", TOKEN) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Return a function that opens a fresh browser; when the test ends, nothing may have gone wrong in any of them."""
    visitors: list[Visitor] = []
    with ExitStack() as opened:

        def visit(path: str = "/", at: str = address, **options: Any) -> Visitor:
            context = context_of(browser, **options)
            opened.callback(context.close)
            visitor = Visitor(context.new_page(), at)
            visitors.append(visitor)
            return visitor.goes(path)

        yield visit
        assert [trouble for visitor in visitors for trouble in visitor.troubles] == []
