"""What a server refuses: other names, other pages, no token, too much, too often; and what every answer carries."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.errors import BadInput
from search.searcher import Searcher
from search.server.guards.sign_in import SignIn, read_token
from search.server.settings import ServerSettings
from tests.server.conftest import client_of

TOKEN = "correct-horse-battery"
SEARCH = "/v1/search?q=停车&k=1"


@pytest.fixture
def guarded(searcher: Searcher) -> Iterator[TestClient]:
    settings = ServerSettings("desk.example", token=TOKEN, allowed_hosts=("Intranet",))
    with client_of(searcher, settings, follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8321", "LOCALHOST", "[::1]:8321", "localhost."])
def test_a_server_answers_under_its_own_names(server: TestClient, host: str) -> None:
    assert server.get("/v1/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:8321", "", "10.0.0.9"])
def test_a_page_elsewhere_cannot_lead_its_own_name_here(server: TestClient, host: str) -> None:
    got = server.get(SEARCH, headers={"Host": host})
    assert (got.status_code, got.headers["content-type"]) == (421, "application/problem+json")


def test_further_names_are_allowed_by_name(guarded: TestClient) -> None:
    for host in ("desk.example", "intranet:80", "INTRANET"):
        assert guarded.get("/v1/health", headers={"Host": host}).status_code == 200


def test_every_answer_has_the_headers_that_keep_it_to_itself(server: TestClient) -> None:
    for got in (
        server.get("/v1/health"),
        server.get("/nothing"),
        server.get("/", headers={"Host": "evil.example"}),
        server.put("/v1/search"),
    ):
        assert "default-src 'none'" in got.headers["content-security-policy"]
        assert "unsafe" not in got.headers["content-security-policy"]
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["referrer-policy"] == "same-origin"
        assert got.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in got.headers
    assert server.options("/v1/search", headers={"Origin": "http://evil.example"}).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_a_form_of_another_page_is_refused(server: TestClient, headers: dict[str, str]) -> None:
    assert server.post("/v1/search", json={"queries": ["停车"]}, headers=headers).status_code == 403
    own = {"Origin": "http://127.0.0.1:8321", "Sec-Fetch-Site": "same-origin"}
    assert server.post("/v1/search", json={"queries": ["停车"]}, headers=own).status_code == 200


def test_a_body_that_is_too_long_is_refused_however_it_is_sent(server: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    long = b'{"queries": ["' + b"x" * 2**20 + b'"]}'
    assert server.post("/v1/search", content=long, headers=headers).status_code == 413
    assert server.post("/v1/search", content=(long[at : at + 9999] for at in range(0, len(long), 9999)), headers=headers).status_code == 413
    assert server.post("/v1/search", content=b"{}", headers={**headers, "Content-Length": "-1"}).status_code == 413
    assert server.post("/v1/search", content=b'{"queries": ["x"]}', headers={"Content-Type": "text/plain"}).status_code == 415
    assert server.post("/v1/search", content=b'{"queries": ["x"]}').status_code == 415


def test_who_asks_too_often_is_told_when_to_come_back(searcher: Searcher) -> None:
    with client_of(searcher, ServerSettings(rate=0.5, burst=3)) as client:
        assert [client.get("/v1/health").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert int(client.get("/v1/health").headers["retry-after"]) in (1, 2)


def test_the_questions_of_one_request_count_one_by_one(searcher: Searcher) -> None:
    with client_of(searcher, ServerSettings(rate=0.01, burst=10)) as client:
        assert client.post("/v1/search", json={"queries": ["停车"] * 8}).status_code == 200
        assert client.post("/v1/search", json={"queries": ["停车"] * 8}).status_code == 429


def test_programs_send_the_token_with_each_request(guarded: TestClient) -> None:
    assert guarded.get(SEARCH).status_code == 401
    assert guarded.get(SEARCH).headers["www-authenticate"] == "Bearer"
    assert guarded.get("/openapi.json").status_code == 401
    assert guarded.get(SEARCH, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer", TOKEN, "Bearer 口令".encode()):
        assert guarded.get(SEARCH, headers={"Authorization": wrong}).status_code == 401


def test_health_says_little_to_strangers(guarded: TestClient) -> None:
    assert guarded.get("/v1/health").json() == {"schema": "qianli.health.v1", "status": "ok"}
    assert "passages" in guarded.get("/v1/health", headers={"Authorization": f"Bearer {TOKEN}"}).json()


def test_a_browser_signs_in_once(guarded: TestClient) -> None:
    sent_away = guarded.get("/search?q=停车", headers={"Accept": "text/html"})
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/sign-in?next=%2Fsearch%3Fq%3D%25E5%2581%259C%25E8%25BD%25A6")
    form = guarded.get(sent_away.headers["location"])
    assert re.search(r'<form method="post" action="/sign-in\?next=', form.text)
    wrong = guarded.post(sent_away.headers["location"], data={"token": "wrong"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
    right = guarded.post(sent_away.headers["location"], data={"token": TOKEN})
    assert (right.status_code, right.headers["location"]) == (303, "/search?q=%E5%81%9C%E8%BD%A6")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert TOKEN not in cookie
    assert guarded.get(SEARCH).status_code == 200  # the client keeps the cookie
    guarded.cookies.clear()
    name, _, value = cookie.partition(";")[0].partition("=")
    for forged in ("", "x", value[:-1] + ("0" if value[-1] != "0" else "1"), "9" + value, "9999999999." + value.partition(".")[2]):
        assert guarded.get(SEARCH, headers={"Cookie": f"{name}={forged}"}).status_code == 401
    assert guarded.get(SEARCH, headers={"Cookie": f"a=b; {name}={value}"}).status_code == 200


def test_a_cookie_is_secure_under_tls(searcher: Searcher) -> None:
    settings = ServerSettings(token=TOKEN)
    with client_of(searcher, settings, follow_redirects=False) as client:
        got = client.post("https://127.0.0.1/sign-in", data={"token": TOKEN})
        assert "; Secure" in got.headers["set-cookie"]


@pytest.mark.parametrize("page", ["//evil.example", "http://evil.example", "/\\evil.example", "evil", "/a\r\nSet-Cookie: x=1"])
def test_signing_in_leads_nowhere_else(guarded: TestClient, page: str) -> None:
    got = guarded.post("/sign-in", params={"next": page}, data={"token": TOKEN})
    assert got.headers["location"] == "/"


def test_who_tries_out_tokens_must_wait(guarded: TestClient) -> None:
    for _ in range(5):
        assert guarded.post("/sign-in", data={"token": "guess"}).status_code == 401
    assert guarded.post("/sign-in", data={"token": TOKEN}).status_code == 429
    got = guarded.get(SEARCH, headers={"Authorization": f"Bearer {TOKEN}"})
    assert got.status_code == 429
    assert int(got.headers["retry-after"]) > 0


def test_a_cookie_of_another_token_is_worth_nothing() -> None:
    one, other = SignIn(TOKEN), SignIn(TOKEN + "2")
    cookie = one.cookie(secure=False).partition(";")[0]
    assert one.knows("", cookie)
    assert not other.knows("", cookie)
    assert not other.knows("", cookie.replace(one.name, other.name))


def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIANLI_TOKEN", raising=False)
    assert read_token(None) is None
    file = tmp_path / "令牌.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TOKEN.encode() + b"\r\n")
    assert read_token(file) == TOKEN
    for text in ("", "short", "x" * 15, "x" * 20 + "\ny", "口令" * 10):
        file.write_text(text, "utf-8")
        with pytest.raises(BadInput, match="a token has 16 characters or more"):
            read_token(file)
    with pytest.raises(BadInput, match="no such file"):
        read_token(tmp_path / "nothing")
    monkeypatch.setenv("QIANLI_TOKEN", "")
    with pytest.raises(BadInput, match="QIANLI_TOKEN: a token has 16"):
        read_token(None)


def test_the_log_counts_questions_and_does_not_repeat_them(searcher: Searcher) -> None:
    lines: list[dict[str, object]] = []
    with client_of(searcher, log=lines.append) as client:
        client.get(SEARCH)
        client.post("/v1/search", json={"queries": ["消防", "食堂"], "k": 1})
        client.get("/nothing?secret=1")
    assert [(line["method"], line["path"], line["status"], line["questions"]) for line in lines] == [
        ("GET", "/v1/search", 200, 1),
        ("POST", "/v1/search", 200, 2),
        ("GET", "/nothing", 404, 0),
    ]
    assert "停车" not in str(lines) and "消防" not in str(lines) and "secret" not in str(lines)
    with client_of(searcher, ServerSettings(log_questions=True), log=lines.append) as client:
        client.get(SEARCH)
    assert lines[-1]["asked"] == ["停车"]


def test_a_mistake_of_the_server_has_an_id_and_shows_nothing_else(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("in /home/somebody/secret.py")

    lines: list[dict[str, object]] = []
    monkeypatch.setattr(Searcher, "search_many", broken)
    with client_of(searcher, log=lines.append) as client:
        got = client.get(SEARCH)
    assert (got.status_code, got.headers["content-type"]) == (500, "application/problem+json")
    assert lines[-1]["error"] == "RuntimeError"
    assert str(lines[-1]["id"]) in got.json()["detail"]
    assert "secret" not in got.text and "broken" in str(lines[-1]["trace"])


def test_a_header_origin_that_is_no_address_is_refused_as_another_page_is(server: TestClient) -> None:
    assert server.post("/basket", data={"action": "empty"}, headers={"Origin": "http://["}).status_code == 403


@pytest.mark.parametrize("path", ["/", SEARCH, "/v1/health", "/nothing"])
def test_head_is_answered_as_get_is_without_a_body(server: TestClient, path: str) -> None:
    asked, wanted = server.head(path), server.get(path)
    assert (asked.status_code, asked.headers["content-type"]) == (wanted.status_code, wanted.headers["content-type"])
