"""The API answers what the command line prints with --json, byte for byte, less the places of files on this machine."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.conftest import SEEDS, Command

QUESTION = "电动自行车停放充电"
CITED = "seeds/000_1e2b8c975dd70d3e.txt:37"
PATH = re.compile(r'"path": "(?:[^"\\]|\\.)*", ')


def printed(qianli: Command, *arguments: object) -> str:
    """Return what a command prints with --json, without the field path."""
    _, out, _ = qianli(*arguments, "--json")
    assert PATH.search(out) or arguments[0] != "search" or '"hits": []' in out
    return PATH.sub("", out)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"k": 3, "context": 1, "explain": True},
        {"k": 50, "min_score": 0, "per_article": 2},
        {"mode": "lexical", "place": "上城区"},
        {"mode": "dense", "source": "000*"},
        {"since": "2024", "until": "2025-03"},
    ],
    ids=lambda options: "-".join(options) or "none",
)
def test_a_search_answers_what_the_command_line_prints(server: TestClient, qianli: Command, options: dict[str, object]) -> None:
    arguments = [part for name, value in options.items() for part in ([f"--{name.replace('_', '-')}"] + ([] if value is True else [value]))]
    arguments = ["--top-k" if part == "--k" else part for part in arguments]
    expected = printed(qianli, "search", QUESTION, *arguments)
    params = {name: "true" if value is True else str(value) for name, value in options.items()}
    got = server.get("/v1/search", params={"q": QUESTION, **params})
    assert (got.status_code, got.text) == (200, expected)
    assert got.headers["content-type"] == "application/json"
    posted = server.post("/v1/search", json={"queries": [QUESTION], **options})
    assert posted.text == '{"results": [' + expected.rstrip("\n") + "]}\n"


def test_more_like_a_passage_answers_what_the_command_line_prints(server: TestClient, qianli: Command) -> None:
    expected = printed(qianli, "search", "--like", CITED, "-k", 2)
    assert server.get("/v1/search", params={"like": CITED, "k": 2}).text == expected
    assert '"like": "' in expected


def test_like_never_reads_a_file(server: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("电动自行车停放充电的办法", "utf-8")
    answer = server.get("/v1/search", params={"like": str(secret)})
    assert answer.status_code == 404
    assert "办法" not in answer.text


def test_a_passage_is_shown_as_the_command_line_shows_it(server: TestClient, qianli: Command) -> None:
    expected = printed(qianli, "show", CITED, "-C", 2)
    assert server.get(f"/v1/passages/{quote(CITED, safe='')}", params={"context": 2}).text == expected
    assert server.get(f"/v1/passages/{CITED}?context=2").text == expected
    id_ = json.loads(expected)["passages"][json.loads(expected)["at"]]["citation"]["id"]
    assert server.get(f"/v1/passages/{id_[:6]}?context=2").text == expected


def test_citations_and_results_are_verified_as_the_command_line_does(server: TestClient, qianli: Command, tmp_path: Path) -> None:
    result = server.get("/v1/search", params={"q": QUESTION, "k": 2}).json()
    result["hits"][1]["text"] += "另有三处。"
    (tmp_path / "results.jsonl").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    _, of_results, _ = qianli("verify", tmp_path / "results.jsonl", "--json")
    _, of_citation, _ = qianli("verify", CITED, "--json")
    lines = [*of_results.splitlines(), *of_citation.splitlines()]
    got = server.post("/v1/verify", json={"results": [result], "citations": [CITED, "no such:1"]})
    assert got.text.startswith('{"verdicts": [' + ", ".join(lines) + '], "unreadable": [{"where": "no such:1"')
    assert [json.loads(line)["status"] for line in lines] == ["ok", "altered", "ok"]


def test_verifying_opens_no_file_that_the_index_does_not_know(server: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("口令是芝麻开门。\n" * 3, "utf-8")
    monkeypatch.chdir(tmp_path)
    for source in ("secret.txt", str(tmp_path / "secret.txt"), f"seeds/../../{tmp_path.name}/secret.txt"):
        claim = {"text": "口令是什么呢？", "citation": {"source": source, "lines": [[1, 1]]}}
        got = server.post("/v1/verify", json={"results": [claim]})
        assert [verdict["status"] for verdict in got.json()["verdicts"]] == ["missing"]
        assert "芝麻" not in got.text


def test_what_holds_no_claim_is_named_and_stops_no_other(server: TestClient) -> None:
    got = server.post("/v1/verify", json={"results": [{"hits": [{"text": "修路"}]}, {"nothing": 1}], "citations": [CITED]}).json()
    assert [verdict["status"] for verdict in got["verdicts"]] == ["ok"]
    assert [flaw["where"] for flaw in got["unreadable"]] == ["result 1, hit 1", "result 2"]


@pytest.mark.parametrize("form", ["gbt7714", "ris", "bibtex", "csl-json"])
def test_references_are_those_of_the_command_line(server: TestClient, qianli: Command, form: str) -> None:
    _, expected, _ = qianli("cite", CITED, "--form", form)
    got = server.post(f"/v1/cite?form={form}", json={"citations": [CITED]})
    assert got.text == expected
    assert got.headers["content-disposition"].startswith("attachment")


def test_evidence_sheets_are_those_of_the_command_line_without_places_of_this_machine(server: TestClient, qianli: Command) -> None:
    _, expected, _ = qianli("cite", CITED, "--form", "md")
    got = server.post("/v1/cite?form=md", json={"citations": [CITED]}).text
    same = [(one, other) for one, other in zip(expected.splitlines(), got.splitlines(), strict=True) if one != other]
    assert all(one.startswith(("Index at the time", "1 quote was compared")) for one, _ in same)
    assert str(Path.home()) not in got and "/tmp" not in got
    docx = server.post("/v1/cite?form=docx", json={"citations": [CITED]})
    assert docx.content.startswith(b"PK")


def test_many_questions_are_answered_in_order_and_a_bad_one_fails_no_other(server: TestClient) -> None:
    questions: list[object] = ["停车", "？！", {"id": "七", "query": "燃气"}, "字" * 2000]
    got = server.post("/v1/search", json={"queries": questions, "k": 1}).json()["results"]
    assert [(result["query"][:2], result.get("id"), bool(result["hits"])) for result in got] == [
        ("停车", None, True),
        ("？！", None, False),
        ("燃气", "七", True),
        ("字字", None, False),
    ]
    assert got[1]["error"].startswith("the question is empty")
    assert got[3]["error"].startswith("a question has 4096 bytes at most")
    assert server.post("/v1/search", json={"queries": []}).json() == {"results": []}


def test_places_are_a_tree_with_counts(server: TestClient) -> None:
    got = server.get("/v1/places").json()["places"]
    assert [place["name"] for place in got][:1] == ["浙江省"]
    assert "上城区" in [below["name"] for below in got[0]["below"][0]["below"]]


def test_health_says_what_answers(server: TestClient, qianli: Command) -> None:
    facts = json.loads(qianli("info", "--json")[1])
    got = server.get("/v1/health").json()
    assert (got["status"], got["state"], got["passages"]) == ("ok", facts["generation"], facts["passages"])
    assert got["model"] == facts["model"]["name"]
    assert got["approximate"] is None is facts["approximate"]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"q": "？！"}, "the question is empty"),
        ({}, "ask one question with q"),
        ({"q": "停车", "like": CITED}, "ask one question with q"),
        ({"q": "停车", "k": "0"}, "k is '0'; give 1 or more"),
        ({"q": "停车", "k": "101"}, "k is '101'; give 100 or less"),
        ({"q": "停车", "k": "三"}, "k is '三'; give a whole number"),
        ({"q": "停车", "min_score": "2"}, "min_score is '2'; give 1 or less"),
        ({"q": "停车", "min_score": "nan"}, "min_score is 'nan'; give"),
        ({"q": "停车", "mode": "best"}, "mode is 'best'; choose one of 'hybrid', 'dense' or 'lexical'"),
        ({"q": "停车", "since": "gestern"}, "since is 'gestern'; give a date such as 2024"),
        ({"q": "停车", "since": "2025", "until": "2024"}, "since is 2025, which comes after until"),
        ({"q": "停车", "top_k": "3"}, "there is no field top_k"),
        ({"q": "停" * 1400}, "a question has 4096 bytes at most"),
    ],
)
def test_bad_input_is_a_problem_with_one_sentence(server: TestClient, params: dict[str, str], told: str) -> None:
    got = server.get("/v1/search", params=params)
    assert got.status_code == 422
    assert got.headers["content-type"] == "application/problem+json"
    assert set(got.json()) == {"type", "title", "status", "detail"}
    assert got.json()["status"] == 422
    assert got.json()["detail"].startswith(told)
    assert "\n" not in got.json()["detail"]


def test_a_passage_that_is_not_there_is_404(server: TestClient, qianli: Command) -> None:
    _, _, err = qianli("show", "seeds/nothing.txt:1")
    got = server.get("/v1/passages/seeds/nothing.txt:1")
    assert got.status_code == 404
    assert f"qianli: {got.json()['detail']}\n" == err
    assert server.get("/v1/passages/").status_code in (404, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"queries": ["\xff"]}', 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"queries": "x"}', 422),
        (b'{"queries": [1]}', 422),
        (b'{"queries": ["x"], "k": "3"}', 422),
        (b'{"queries": ["x"], "K": 3}', 422),
        (b'{"queries": ["x"], "min_score": NaN}', 422),
        (json.dumps({"queries": ["x"] * 101}).encode(), 422),
        (b'{"queries": ["x"], "k": 1' + b"0" * 5000 + b"}", 400),
    ],
    ids=range(12),
)
def test_a_body_that_is_wrong_is_a_problem(server: TestClient, body: bytes, status: int) -> None:
    got = server.post("/v1/search", content=body, headers={"Content-Type": "application/json"})
    assert (got.status_code, got.headers["content-type"]) == (status, "application/problem+json")


def test_half_a_character_is_asked_as_a_question_mark(server: TestClient) -> None:
    (result,) = server.post(
        "/v1/search", content=b'{"queries": ["\\ud800\\u505c\\u8f66"]}', headers={"Content-Type": "application/json"}
    ).json()["results"]
    assert result["query"] == "?停车"


def test_problems_are_in_the_language_of_qianli_lang_else_the_reader(server: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        server.get("/v1/search", params={"q": "？"}, headers={"Accept-Language": "zh"}).json()["detail"].startswith("the question is empty")
    )
    monkeypatch.delenv("QIANLI_LANG")
    got = server.get("/v1/search", params={"q": "？"}, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert got.json()["detail"].startswith("问题是空的")
    got = server.post("/v1/search", json={"queries": ["？"]}, headers={"Accept-Language": "zh"})
    assert got.json()["results"][0]["error"].startswith("问题是空的")


def test_no_answer_names_a_place_of_this_machine(server: TestClient, seeds_index: Path) -> None:
    answers = [
        server.get("/v1/search", params={"q": QUESTION, "k": 20, "context": 2, "explain": "true"}),
        server.get(f"/v1/passages/{CITED}"),
        server.get("/v1/health"),
        server.get("/openapi.json"),
        server.post("/v1/verify", json={"citations": [CITED]}),
        server.get("/v1/passages/000000"),
    ]
    for answer in answers:
        assert str(seeds_index.parent) not in answer.text
        assert str(SEEDS.parent) not in answer.text
