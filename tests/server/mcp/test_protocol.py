"""What a client may rely on: nothing but messages on standard output, an answer to each request, and an end."""

import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.server.mcp.conftest import PAGES, index_pages
from tests.server.mcp.wire import COMMAND, GREETING, Server, request, tool_call

pytest.importorskip("mcp", reason="the extra mcp is not installed")

NOISY = """
import os, sys, warnings
import search.server.mcp.searcher as searcher
opened = searcher.open_search
def noisy(*arguments, **options):
    print("printed by a library")
    os.write(1, b"written by C\\n")
    warnings.warn("a warning")
    os.system("echo said by a child")
    return opened(*arguments, **options)
searcher.open_search = noisy
from search.cli.app import main
main()
"""
FAILING = """
from search.server.mcp.tools import Tools
def fails(self, within):
    raise ZeroDivisionError("secret of the inside")
Tools.list_places = fails
from search.cli.app import main
main()
"""
CHILD = (sys.executable, "-c")


def test_standard_output_holds_messages_alone_whatever_prints(small_index: Path) -> None:
    server = Server("mcp", "--index", small_index, command=(*CHILD, NOISY))
    assert server.call("find_precedents", question="车位")["structuredContent"]["found"]
    assert server.end() == (0, [])
    assert {"printed by a library", "written by C", "said by a child"} <= set(server.errors)


def test_it_greets_and_lists_its_tools_before_there_is_an_index_and_finds_it_once_it_is_there(tmp_path: Path) -> None:
    server = Server("--index", tmp_path / ".qianli", greet=False)
    greeting = server.ask("initialize", **GREETING)["result"]
    assert greeting["serverInfo"]["name"] == "qianli" and "No precedent" not in greeting["instructions"]
    assert "word for word" in greeting["instructions"] and set(greeting["capabilities"]) == {"tools"}
    server.say({"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert len(server.ask("tools/list")["result"]["tools"]) == 4
    said = f"no index in {tmp_path / '.qianli'}; make one with: qianli index FOLDER"
    assert server.refusal("find_precedents", question="停车") == said
    index_pages(tmp_path, PAGES)
    assert server.call("find_precedents", question="车位")["structuredContent"]["found"]
    assert server.end() == (0, [])
    assert server.errors == [f"qianli: {said}"]


def test_a_new_state_of_the_index_is_taken_up(tmp_path: Path) -> None:
    index = index_pages(tmp_path, {"停车.txt": PAGES["停车.txt"]})
    server = Server("--index", index)
    assert not server.call("find_precedents", question="集中充电棚")["structuredContent"]["found"]
    index_pages(tmp_path, PAGES)
    assert server.call("find_precedents", question="集中充电棚")["structuredContent"]["found"]
    shutil.rmtree(index)
    assert server.call("find_precedents", question="集中充电棚")["isError"]
    index_pages(tmp_path, PAGES)
    assert server.call("find_precedents", question="集中充电棚")["structuredContent"]["found"]
    assert server.end() == (0, [])


def test_requests_that_are_under_way_are_answered_before_it_ends(small_index: Path) -> None:
    server = Server("--index", small_index)
    questions = ["车位", "充电", "量子计算机怎么保养", "车位不够"] * 5
    alone = [server.call("find_precedents", question=question)["structuredContent"] for question in questions[:4]]
    calls = [tool_call(f"q{number}", "find_precedents", question=question) for number, question in enumerate(questions)]
    code, answers = server.end(calls)
    got = {answer["id"]: answer["result"]["structuredContent"] for answer in answers}
    assert code == 0 and len(answers) == len(questions)
    assert [got[f"q{number}"] for number in range(len(questions))] == alone * 5


def test_a_cancelled_call_is_not_answered_and_holds_nothing_up(small_index: Path) -> None:
    server = Server("--index", small_index)
    cancelled = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "slow", "reason": "enough"}}
    slow = tool_call("slow", "verify_citations", citations=["充电.txt:5"] * 400)
    code, answers = server.end([slow, cancelled, tool_call("next", "find_precedents", question="车位")])
    assert code == 0 and answers[-1]["id"] == "next"
    assert {answer["id"] for answer in answers} <= {"slow", "next"}  # it may have been answered before it was cancelled


@pytest.mark.parametrize(
    ("line", "code", "id_"),
    [
        (b"{", -32700, None),
        (b"\xff\xfe{}", -32700, None),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": "\\ud800"}}', -32600, 1),
        (b"[" * 100_000, -32700, None),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', -32600, None),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "ping", "params": [1]}', -32600, 7),
        (b'{"jsonrpc": "2.0", "id": 8}', -32600, 8),
        (b"x" * (17 * 2**20), -32600, None),
        (b'{"jsonrpc": "2.0", "id": 9, "method": "no/such"}', -32601, 9),
        (b'{"jsonrpc": "2.0", "id": 10, "method": "tools/call", "params": {}}', -32602, 10),
    ],
)  # fmt: skip
def test_a_line_that_is_no_message_gets_an_error_and_the_next_one_an_answer(server: Server, line: bytes, code: int, id_: object) -> None:
    server.send(line)
    answer = server.heard()
    assert (answer["error"]["code"], answer["id"]) == (code, id_)
    assert server.ask("ping")["result"] == {}


def test_ten_megabytes_in_one_line_are_read_and_refused_in_words(server: Server) -> None:
    assert server.refusal("find_precedents", question="停" * 3_500_000) == "the question has 3,500,000 characters; ask in at most 20,000"


def test_blank_lines_windows_line_ends_and_a_last_line_without_one_do_not_matter(small_index: Path) -> None:
    server = Server("--index", small_index)
    server.send(b"\r\n\n   ")
    server.send(b'{"jsonrpc": "2.0", "id": "w", "method": "ping"}\r')
    assert server.heard()["id"] == "w"
    assert server.process.stdin
    server.process.stdin.write(b'{"jsonrpc": "2.0", "id": "last", "method": "ping"}')
    assert server.end() == (0, [{"jsonrpc": "2.0", "id": "last", "result": {}}])


def test_what_goes_wrong_inside_is_logged_and_not_told(small_index: Path) -> None:
    server = Server("mcp", "--index", small_index, command=(*CHILD, FAILING))
    text = server.refusal("list_places")
    assert text.startswith("qianli failed on this call") and "secret" not in text and "Traceback" not in text
    assert server.call("find_precedents", question="车位")["structuredContent"]["found"]
    assert server.end() == (0, [])
    assert "ZeroDivisionError: secret of the inside" in server.errors


def test_a_client_that_says_nothing_or_goes_away_ends_it(small_index: Path) -> None:
    assert Server("--index", small_index, greet=False).end() == (0, [])
    gone = Server("--index", small_index)
    assert gone.process.stdout
    gone.process.stdout.close()
    for number in range(3):
        gone.say(request(number, "ping"))
        if gone.process.poll() is not None:
            break
    assert gone.process.wait() == 0 and gone.errors == []
    gone.ended()


@pytest.mark.skipif(sys.platform == "win32", reason="these signals cannot be sent there")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_also_while_it_waits(small_index: Path, number: signal.Signals, code: int) -> None:
    server = Server("--index", small_index)
    server.process.send_signal(number)
    assert server.ended() == code
    assert not any("Traceback" in line for line in server.errors)


@pytest.mark.skipif(sys.platform == "win32", reason="no shell to close a stream with")
def test_a_closed_stream_is_named(small_index: Path) -> None:
    shell = ("sh", "-c", 'exec "$@" <&-', "sh", *COMMAND)
    server = Server("--index", small_index, greet=False, command=shell)
    assert server.ended() == 2
    assert server.errors == ["qianli: standard input or output is closed; a client starts qianli mcp and talks to it over both"]


def test_the_tools_speak_the_language_of_the_reader(small_index: Path) -> None:
    server = Server("--index", small_index, QIANLI_LANG="zh")
    assert server.ask("tools/list")["result"]["tools"][0]["title"] == "查找先例"
    assert server.refusal("find_precedents", question="停车", k=0) == "k 是 0；应为1 到 50 的整数"
    assert server.end() == (0, [])


def test_nothing_of_the_conversation_is_kept_in_the_history(small_index: Path, tmp_path: Path) -> None:
    server = Server("--index", small_index, QIANLI_STATE=str(tmp_path))
    server.call("find_precedents", question="车位")
    assert server.end() == (0, [])
    assert [*tmp_path.iterdir()] == []


def test_without_the_package_one_line_says_how_to_install_it(small_index: Path) -> None:
    missing = "import sys; sys.modules['mcp'] = None\nfrom search.cli.app import main\nmain()"
    server = Server("mcp", "--index", small_index, greet=False, command=(*CHILD, missing))
    assert server.ended() == 2
    assert server.errors == ['qianli: the package mcp is not installed; install it with: pip install "qianli-precedents[mcp]"']
