"""The tools answer what the command line answers, in the form that they promise, and refuse in its words."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from search.cli.app import run
from search.server.mcp.listing import MOST_HITS
from tests.server.mcp.wire import Server

CHARGING = "电动自行车进楼充电怎么办"
SHED = "集中充电棚"
PARKING = "晚上没有车位怎么办"


@pytest.fixture(scope="module")
def tools(server: Server) -> dict[str, dict[str, Any]]:
    return {tool["name"]: tool for tool in server.ask("tools/list")["result"]["tools"]}


def strict(schema: Any) -> Any:
    """Return *schema* so that an object has no other fields than the schema names."""
    if isinstance(schema, dict):
        closed = {name: strict(part) for name, part in schema.items()}
        return closed | ({"additionalProperties": False} if "properties" in closed and "required" in closed else {})
    return [strict(part) for part in schema] if isinstance(schema, list) else schema


def printed(capsys: pytest.CaptureFixture[str], index: Path, *arguments: object) -> list[dict[str, Any]]:
    """Return the JSON lines that a command prints, without the paths of files."""
    run([*map(str, arguments), "--index", str(index), "--json"])
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        drop_paths(line)
    return lines


def drop_paths(fields: Any) -> None:
    if isinstance(fields, dict):
        fields.pop("path", None)
    for part in fields.values() if isinstance(fields, dict) else fields if isinstance(fields, list) else ():
        drop_paths(part)


def test_four_tools_are_listed_with_titles_schemas_and_the_promise_to_change_nothing(tools: dict[str, dict[str, Any]]) -> None:
    assert list(tools) == ["find_precedents", "show_passage", "verify_citations", "list_places"]
    for tool in tools.values():
        assert tool["title"] and len(tool["description"]) > 80
        hints = {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False, "destructiveHint": False, "title": tool["title"]}
        assert tool["annotations"] == hints
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"


def test_an_answer_is_what_search_prints_as_json(server: Server, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = (
        ({"question": CHARGING}, ("-k", 5)),
        ({"question": PARKING, "k": 2, "context": 1}, ("-k", 2, "-C", 1)),
        ({"question": "车位", "mode": "lexical", "min_score": 0}, ("-k", 5, "--mode", "lexical", "--min-score", 0)),
        ({"question": "车位", "source": "停车.txt", "place": "嘉兴市"}, ("-k", 5, "--source", "停车.txt", "--place", "嘉兴市")),
        ({"question": "量子计算机怎么保养"}, ("-k", 5)),
    )  # fmt: skip
    for arguments, options in asked:
        answer = server.call("find_precedents", **arguments)
        assert [answer["structuredContent"]] == printed(capsys, small_index, "search", arguments["question"], *options)


def test_every_answer_fits_its_schema_and_the_schema_knows_every_field(server: Server, tools: dict[str, dict[str, Any]]) -> None:
    found = server.call("find_precedents", question=CHARGING, context=1, min_score=0)["structuredContent"]
    assert len(found["hits"]) > 1 and found["hits"][0]["matches"] and found["hits"][0]["context"]["after"]
    altered = {**found["hits"][0], "text": found["hits"][0]["text"].replace("飞线", "电线")}
    answers = {
        "find_precedents": found,
        "show_passage": server.call("show_passage", citation=found["hits"][0]["citation"]["id"])["structuredContent"],
        "verify_citations": server.call("verify_citations", results=[found, altered], citations=["ffffffff"])["structuredContent"],
        "list_places": server.call("list_places")["structuredContent"],
    }
    for name, fields in answers.items():
        Draft202012Validator(strict(tools[name]["outputSchema"])).validate(fields)


def test_the_text_has_the_passage_word_for_word_with_a_citation_line_that_leads_back(server: Server) -> None:
    answer = server.call("find_precedents", question=CHARGING, k=1)
    (hit,) = answer["structuredContent"]["hits"]
    text = answer["content"][0]["text"]
    assert hit["text"] in text and "电动自行车进楼充电，楼道里飞线乱拉" in text
    (line,) = [line for line in text.splitlines() if line.startswith("— ")]
    assert "《老小区建起集中充电棚》" in line and line.endswith(hit["citation"]["id"])
    shown = server.call("show_passage", citation=line, context=0)["structuredContent"]
    assert [passage["text"] for passage in shown["passages"]] == [hit["text"]]


def test_no_precedent_is_an_answer_and_no_error(server: Server) -> None:
    answer = server.call("find_precedents", question="量子计算机怎么保养")
    assert not answer.get("isError")
    assert (answer["structuredContent"]["found"], answer["structuredContent"]["hits"]) == (False, [])
    assert answer["content"][0]["text"].startswith("No precedent found.")


def test_a_passage_is_shown_as_show_prints_it(server: Server, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = server.call("show_passage", citation="充电.txt:5", context=2)
    assert [shown["structuredContent"]] == printed(capsys, small_index, "show", "充电.txt:5", "-C", 2)
    assert "街道同时请物业每晚巡查两次，劝离进楼的电动自行车。" in shown["content"][0]["text"]


def test_citations_are_verified_as_verify_does(server: Server, small_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verified = server.call("verify_citations", citations=["充电.txt:5", "停车.txt:3"])
    assert verified["structuredContent"]["counts"] == {"ok": 2}
    assert verified["structuredContent"]["verdicts"] == printed(capsys, small_index, "verify", "充电.txt:5", "停车.txt:3")


def test_a_quotation_that_was_changed_is_found_out(server: Server) -> None:
    (hit,) = server.call("find_precedents", question=SHED, k=1)["structuredContent"]["hits"]
    changed = {**hit, "text": hit["text"].replace("三个月", "三年")}
    verified = server.call("verify_citations", results=[changed])
    assert verified["structuredContent"]["counts"] == {"altered": 1}
    assert "[-年-]{+个月+}" in verified["content"][0]["text"]


def test_what_cannot_be_verified_is_named_beside_what_can(server: Server) -> None:
    verified = server.call("verify_citations", citations=["充电.txt:5", "abcdef012345"], results=[{"text": "没有出处"}])
    fields = verified["structuredContent"]
    assert fields["counts"] == {"ok": 1}
    assert ["abcdef012345" in reason for reason in fields["unreadable"]] == [True, False]
    assert "3 citations" not in verified["content"][0]["text"] and "2 unreadable" in verified["content"][0]["text"]


def test_no_other_file_is_opened_than_those_of_the_index(server: Server) -> None:
    stranger = {"text": "何处", "citation": {"source": "pyproject.toml", "lines": [[1, 1]]}}
    (verdict,) = server.call("verify_citations", results=[stranger])["structuredContent"]["verdicts"]
    assert (verdict["status"], verdict["diff"]) == ("missing", None)


def test_places_are_listed_as_a_tree(server: Server) -> None:
    places = server.call("list_places")["structuredContent"]["places"]
    assert [(place["place"], place["articles"]) for place in places] == [("浙江省", 2)]
    within = server.call("list_places", within="吴兴")
    assert [place["place"] for place in within["structuredContent"]["places"]] == ["浙江省湖州市吴兴区"]
    assert within["content"][0]["text"] == "浙江省湖州市吴兴区 1"


def test_a_place_that_is_listed_is_one_to_ask_in(server: Server) -> None:
    (place,) = server.call("list_places", within="南湖")["structuredContent"]["places"]
    hits = server.call("find_precedents", question="车位", place=place["place"], min_score=0)["structuredContent"]["hits"]
    assert {hit["citation"]["source"] for hit in hits} == {"停车.txt"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"question": ""}, "the question is empty; ask in a few words"),
        ({"question": "  \n"}, "the question is empty; ask in a few words"),
        ({}, "find_precedents needs question: "),
        ({"question": None}, "find_precedents needs question: "),
        ({"question": ["停车"]}, "question is ['停车']; give a text"),
        ({"question": "停" * 20_001}, "the question has 20,001 characters; ask in at most 20,000"),
        ({"question": "停车", "k": 0}, f"k is 0; give a whole number from 1 to {MOST_HITS}"),
        ({"question": "停车", "k": MOST_HITS + 1}, f"k is {MOST_HITS + 1}; give a whole number from 1 to {MOST_HITS}"),
        ({"question": "停车", "k": True}, "k is True; give a whole number"),
        ({"question": "停车", "k": "many"}, "k is 'many'; give a whole number"),
        ({"question": "停车", "k": 2.5}, "k is 2.5; give a whole number"),
        ({"question": "停车", "min_score": 1.5}, "min_score is 1.5; give a number from 0 to 1"),
        ({"question": "停车", "mode": "fuzzy"}, "mode is 'fuzzy'; give one of hybrid, dense, lexical"),
        ({"question": "停车", "since": "last year"}, "since is 'last year'; give a date such as 2024"),
        ({"question": "停车", "since": "2025", "until": "2024"}, "since is 2025, which comes after until, 2024; exchange them"),
        ({"question": "停车", "place": "海南"}, "no passage of the index is about 海南; places it knows: "),
        ({"question": "停车", "source": "2019/*"}, "no source of the index is called 2019/*; sources it knows: "),
        ({"question": "停车", "city": "湖州"}, "find_precedents takes no 'city'; it takes question, k, place"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_refused_with_what_to_do(server: Server, arguments: dict[str, Any], sentence: str) -> None:
    assert server.refusal("find_precedents", **arguments).startswith(sentence)


def test_unknown_citations_tools_and_empty_lists_are_refused_with_what_to_do(server: Server) -> None:
    assert server.refusal("show_passage", citation="0123456789ab").startswith("no passage 0123456789ab in this index; ")
    assert server.refusal("verify_citations", citations=["0123456789ab"]).startswith("no passage 0123456789ab in this index; ")
    assert server.refusal("verify_citations") == "nothing is cited; give citations or results"
    assert server.refusal("verify_citations", citations="充电.txt:5") == "citations is '充电.txt:5'; give a list of texts"
    assert server.refusal("find_precedent", question="停车").startswith("there is no tool find_precedent; choose one of find_precedents, ")


def test_what_a_model_leaves_empty_counts_as_left_out_and_a_number_may_be_a_text(server: Server) -> None:
    plain = server.call("find_precedents", question=PARKING, k=2)
    assert server.call("find_precedents", question=PARKING, k="2", place="", since=None, mode="")["content"] == plain["content"]
