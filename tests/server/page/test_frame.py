"""What all pages share: the language of the reader, files of the page, errors in the same look, and the form for the token."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from search.searcher import Searcher
from search.server.page.languages import chosen_language
from search.server.settings import ServerSettings
from tests.server.conftest import client_of
from tests.server.page.conftest import QUESTION, Got
from tests.server.page.reading import read

CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.mark.parametrize(
    ("asked", "kept", "variable", "accepted", "expected"),
    [
        ("en", "zh", "zh", "zh", "en"),
        (None, "zh", "en", "en", "zh"),
        (None, None, "zh_CN", "en", "zh"),
        (None, None, "", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr", "fr", "fr", "fr", "en"),  # the locale of the tests
    ],
)
def test_a_choice_goes_before_the_server_and_the_server_before_the_browser(
    asked: str | None, kept: str | None, variable: str, accepted: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_LANG", variable)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert chosen_language(asked, kept, accepted) == expected


def test_a_language_that_was_chosen_is_kept_and_one_screen_has_one_language(desk: TestClient, got: Got) -> None:
    assert got("/").one("html").attributes["lang"] == "en"
    other = got("/search", q=QUESTION).one("a", "language")
    assert (other.words, other.attributes["lang"]) == ("中文", "zh-Hans")
    page = got(other.attributes["href"])
    assert page.one("input", id="q").attributes["value"] == QUESTION  # the same state
    assert page.one("html").attributes["lang"] == "zh-Hans"
    for path in ("/", "/basket", f"/search?q={QUESTION}"):
        page = got(path)
        spoken = [element.words for tag in ("h1", "h2", "label", "button", "summary", "legend") for element in page.all(tag)]
        assert [words for words in spoken if words and not CHINESE.search(words)] == []


def test_what_is_quoted_says_its_own_language(got: Got) -> None:
    for quote in got("/search", q=QUESTION).all("blockquote"):
        assert quote.attributes["lang"] == "zh"


def test_files_of_the_page_may_be_kept_and_nothing_else_is_served(desk: TestClient, got: Got) -> None:
    style = got("/").one("link", rel="stylesheet").attributes["href"]
    answer = desk.get(style)
    assert answer.headers["content-type"].startswith("text/css") and "immutable" in answer.headers["cache-control"]
    assert not re.search(r"url\(|@import|https?:", answer.text)  # nothing from elsewhere
    for name in ("../routes.py", "base.html", "%2e%2e/routes.py", "page.css/", "PAGE.CSS"):
        assert desk.get(f"/static/{name}").status_code == 404
    assert desk.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_an_address_without_a_page_says_so_in_the_same_look(got: Got, desk: TestClient) -> None:
    page = got("/nowhere", 404)
    assert page.one("h1").words == "Not found"
    assert page.one("p", "detail").words == "there is no page at this address; go on from the search"
    assert page.one("header", "top")
    assert desk.get("/v1/nowhere").headers["content-type"] == "application/problem+json"
    assert desk.get("/nowhere", headers={"Accept": "application/json"}).headers["content-type"] == "application/problem+json"


@pytest.fixture
def hurried(office: Searcher) -> TestClient:
    """A browser of whom only two requests are answered at once."""
    return client_of(office, ServerSettings(rate=0.01, burst=2), headers={"Accept": "text/html"})


def test_who_asks_too_much_reads_when_to_try_again(hurried: TestClient) -> None:
    answers = [hurried.get("/basket") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    page = read(answers[-1].text)
    assert page.one("h1").words == "Not now"
    assert f"Try again in {answers[-1].headers['retry-after']} seconds." in page.one("main").words
    assert next(link for link in page.all("a") if link.words == "Try again").attributes["href"] == "/basket"


def test_a_server_that_is_busy_says_so_on_a_page(office: Searcher) -> None:
    with client_of(office, ServerSettings(queue=0), headers={"Accept": "text/html"}) as client:
        answer = client.get("/search", params={"q": QUESTION})
    assert answer.status_code == 503
    assert read(answer.text).one("p", "detail").words == "too many wait already; try again in a few seconds"


def test_a_mistake_of_ours_has_a_page_with_its_number_in_the_log(office: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("search.server.page.routes.chosen", fails)
    with client_of(office, headers={"Accept": "text/html"}) as client:
        answer = client.get("/basket")
    assert answer.status_code == 500 and "secret" not in answer.text
    assert "this is a mistake of the server" in read(answer.text).one("p", "detail").words


@pytest.fixture
def locked(office: Searcher) -> Iterator[TestClient]:
    with client_of(office, ServerSettings(token="a-token-for-this-test", rate=1e6, burst=1e6), headers={"Accept": "text/html"}) as client:
        yield client


def test_signing_in_leads_to_the_page_that_was_wanted(locked: TestClient) -> None:
    form = read(locked.get("/search", params={"q": QUESTION}).text)
    assert form.one("label", for_="token").words == "Token"
    assert not form.all("nav")
    action = form.one("form", method="post").attributes["action"]
    wrong = read(locked.post(action, data={"token": "not this one"}).text)
    assert wrong.one("p", "wrong").attributes["role"] == "alert"
    assert wrong.one("input", id="token").attributes["aria-invalid"] == "true"
    page = read(locked.post(action, data={"token": "a-token-for-this-test"}).text)
    assert page.one("input", id="q").attributes["value"] == QUESTION
