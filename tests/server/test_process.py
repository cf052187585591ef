"""`qianli serve` as people start it: one line with its address, answers, and an end that is clean."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from search.searcher import open_search
from search.server.client import Client, Refused
from tests.conftest import ROOT, Command

SLOWEST = 120  # seconds for what takes two on a quiet machine


@contextmanager
def served(index: Path, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server; yield its process and its address."""
    known = {name: value for name, value in os.environ.items() if name != "QIANLI_TOKEN"}
    with subprocess.Popen(
        [sys.executable, "-m", "search.qianli", "serve", "--index", str(index), "--port", "0", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        env={**known, "PYTHONPATH": str(ROOT), **variables},
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def get(address: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=SLOWEST) as answer:
        body: bytes = answer.read()
        return body


@pytest.fixture
def small(update: Callable[..., Path]) -> Path:
    return update(one="东门社区划出二十处停车点，电瓶车不再堵住楼道。居民说，停车点离家近，充电也便宜。")


def test_a_server_says_one_line_answers_and_ends_cleanly(small: Path) -> None:
    with served(small) as (process, address):
        assert address.startswith("http://127.0.0.1:") and address.endswith("/")
        assert json.loads(get(f"{address}v1/search?q=%E5%81%9C%E8%BD%A6&min_score=0"))["hits"][0]["text"].startswith("东门社区")
        port = int(address.split(":")[2].strip("/"))
        with closing(socket.create_connection(("127.0.0.1", port))) as slow:
            slow.sendall(b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n")  # and nothing more: it must not hold up the end
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=SLOWEST)
        assert (process.returncode, out) == (0, "")
        (line,) = err.splitlines()
        assert json.loads(line).items() >= {"method": "GET", "path": "/v1/search", "status": 200, "questions": 1}.items()
        assert "停车" not in err


def test_ctrl_c_ends_with_130(small: Path) -> None:
    with served(small, "--quiet") as (process, address):
        get(f"{address}v1/health")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SLOWEST)
        assert (process.returncode, out, err.count("\n")) == (130, "", 1)
        assert err.startswith("qianli: interrupted")


def test_questions_under_way_are_answered_before_the_end(small: Path) -> None:
    with served(small) as (process, address):
        answers: list[bytes] = []
        body = json.dumps({"queries": ["停车"] * 100, "k": 1}).encode()
        request = urllib.request.Request(f"{address}v1/search", body, {"Content-Type": "application/json"})
        asking = Thread(target=lambda: answers.append(urllib.request.urlopen(request, timeout=SLOWEST).read()))
        asking.start()
        while not get(f"{address}v1/health"):
            pass
        process.send_signal(signal.SIGTERM)
        asking.join(SLOWEST)
        process.communicate(timeout=SLOWEST)
        assert process.returncode == 0
        assert len(json.loads(answers[0])["results"]) == 100


def test_others_need_the_token_and_readers_of_the_file_are_named(small: Path, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x" * 20 + "\n", "utf-8")
    token.chmod(stat.S_IRUSR | stat.S_IROTH)
    with served(small, "--host", "0.0.0.0", "--token-file", str(token), QIANLI_LANG="en") as (process, address):
        assert address.startswith("http://127.0.0.1:")
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(f"{address}v1/places")
        assert (refused.value.code, json.load(refused.value)["status"]) == (401, 401)
        assert json.loads(get(f"{address}v1/places", Authorization=f"Bearer {'x' * 20}"))["schema"] == "qianli.places.v1"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=SLOWEST)
        notes = [line for line in err.splitlines() if line.startswith("qianli: ")]
        assert [note.split(";")[0] for note in notes] == [
            f"qianli: other users of this machine can read {token}",
            "qianli: what is asked goes over the network unencrypted",
        ]
        assert "x" * 20 not in err


def test_a_program_asks_with_the_typed_client(small: Path) -> None:
    with served(small, QIANLI_TOKEN="x" * 20) as (_, address), open_search(small) as searcher:
        client = Client(address, "x" * 20)
        (hit, *_), expected = client.search("停车", k=1, min_score=0, explain=True).hits, searcher.search("停车", 1, min_score=0.0).hits[0]
        cited = expected.citation
        assert (hit.rank, hit.score, hit.text) == (1, round(expected.score, 4), expected.text)
        assert (hit.citation.source, hit.citation.lines, hit.citation.id) == (cited.source, [list(pair) for pair in cited.lines], cited.id)
        assert [result.error is None for result in client.search_many(["停车", "？"], k=1)] == [True, False]
        assert client.show(cited.id)["passages"][0]["text"] == cited_text(small, cited.source)
        assert client.verify([cited.id]) == ["ok"]
        for asking, status in ((client, 404), (Client(address), 401)):
            with pytest.raises(Refused) as refused:
                asking.show("nothing:1")
            assert refused.value.status == status and refused.value.detail


def cited_text(index: Path, source: str) -> str:
    return (index.parent / source).read_text("utf-8")


def test_a_server_that_cannot_start_says_why_in_one_line(qianli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QIANLI_TOKEN", raising=False)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        told = [
            (["--port", port], f"127.0.0.1, port {port}, cannot be listened at: address already in use"),
            (["--host", "0.0.0.0"], "whoever reaches 0.0.0.0 could ask; give a token"),
            (["--cert", "a.pem"], "--cert and --key belong together"),
            (["--cert", "a.pem", "--key", "b.pem"], "a.pem and b.pem are no certificate with its key: no such file"),
            (["--token-file", tmp_path / "none"], f"{tmp_path / 'none'}: the token cannot be read: no such file"),
            (["--port", "0", "--index", tmp_path / "none"], f"no index in {tmp_path / 'none'}"),
        ]
        for arguments, sentence in told:
            code, out, err = qianli("serve", *arguments)
            assert (code, out, err.count("\n")) == (2, "", 1)
            assert err.startswith(f"qianli: {sentence}")
    monkeypatch.setenv("QIANLI_TOKEN", "x" * 20)
    code, _, err = qianli("serve", "--host", "192.0.2.1")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("qianli: 192.0.2.1, port 8321, cannot be listened at:")


def test_without_the_packages_one_line_says_what_to_install(qianli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    code, out, err = qianli("serve")
    assert (code, out) == (2, "")
    assert err.endswith('install them with: pip install "qianli-precedents[serve]"\n')


def test_no_other_command_imports_the_server() -> None:
    code = (
        "import sys; from search.cli.app import run; run(sys.argv[1:]); "
        "print([name for name in sys.modules if name in ('fastapi', 'uvicorn', 'jinja2', 'pydantic', 'starlette')])"
    )
    for arguments in (["search", "--help"], ["serve", "--help"], ["--help"]):
        made = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True, cwd=ROOT)
        assert made.stdout.splitlines()[-1] == "[]"


def test_chinese_that_is_not_encoded_in_an_address_is_answered_with_what_to_do(small: Path) -> None:
    with served(small) as (_, address):
        port = int(address.split(":")[2].strip("/"))
        with closing(socket.create_connection(("127.0.0.1", port), SLOWEST)) as raw:
            raw.sendall("GET /v1/search?q=停车 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            head, _, body = b"".join(iter(lambda: raw.recv(4096), b"")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ") and b"application/problem+json" in head
        assert json.loads(body)["status"] == 400 and "--data-urlencode" in json.loads(body)["detail"]
        assert json.loads(get(f"{address}v1/health"))["status"] == "ok"
