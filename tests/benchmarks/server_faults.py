"""What happens to a server that is asked with hostile requests, killed, or whose index is rebuilt while it answers.

    python -m tests.benchmarks.server_faults [--seed 1] [--requests 1000] [--kills 5] [--commits 30]

prints a Markdown table. Allowed are: no answer of 500, no wrong answer, and a server that answers afterwards. Under load each answer is
compared with the right answers of all states of the index that were committed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.serving import (
    QUESTIONS,
    ROOT,
    Connection,
    Serving,
    comparable,
    indexed,
    path_of,
    right_answers,
    serving,
    until_answering,
)

CLIENTS = 6
PAGE = "春江市{name}社区划出停车点，装上充电桩，电瓶车不再堵住楼道。社区食堂每天中午给{name}的老人送饭上楼，居民都说办得好。\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--commits", type=int, default=30)
    options = parser.parse_args()
    print("| fault | tries | what happened |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        shutil.copytree(ROOT / "seeds", pages)
        index = indexed([pages], Path(folder) / "index", "static")
        for name, fault in (
            ("hostile requests", lambda: hostile(index, random.Random(options.seed), options.requests)),
            ("killed and restarted under load", lambda: killed(index, options.kills)),
            ("index rebuilt under load", lambda: rebuilt(pages, index, options.commits)),
        ):
            tries, seen = fault()
            print(f"| {name} | {tries:,} | {'; '.join(f'{count:,} {what}' for what, count in seen.most_common())} |", flush=True)


def hostile(index: Path, chance: random.Random, requests: int) -> tuple[int, Counter[str]]:
    """Send requests that are broken, too long, or ask for what is not theirs."""
    seen: Counter[str] = Counter()
    with serving(index) as server:
        for _ in range(requests):
            seen[_status(server.port, chance.choice(HOSTILE)(chance), chance)] += 1
        until_answering(server.port)
        assert server.end() == -signal.SIGTERM
    assert not any(status.startswith("500") for status in seen), seen
    return requests, seen


def _status(port: int, request: bytes, chance: random.Random) -> str:
    """Return the status line of the answer to these bytes."""
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        connection.settimeout(1.0)
        try:
            if chance.random() < 0.2:
                request = request[: chance.randrange(len(request) + 1)]
            connection.sendall(request)
            if chance.random() < 0.1:
                return "closed by the client"
            answer = connection.recv(65536)
        except TimeoutError:
            return "still waiting for the rest"
        except OSError:
            return "closed by the server"
    return answer.partition(b"\r\n")[0].decode("latin-1").removeprefix("HTTP/1.1 ") or "closed by the server"


def _request(method: str, target: str, body: bytes = b"", **headers: str) -> bytes:
    known = {"Host": "127.0.0.1", **({"Content-Length": str(len(body)), "Content-Type": "application/json"} if body else {}), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in known.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1", "replace") + body


def _posted(target: str, fields: object) -> bytes:
    return _request("POST", target, json.dumps(fields).encode())


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 4000))


def _text(chance: random.Random) -> str:
    characters = "停车\0\u202e\ud800\uffff𠀀<>'\"%&;|\\/..\n\t?#" + "".join(chr(chance.randrange(0x11_0000)) for _ in range(5))
    return "".join(chance.choice(characters) for _ in range(chance.randrange(1, 60)))


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _json(chance: random.Random, depth: int = 0) -> object:
    kinds: list[Callable[[], object]] = [
        lambda: _text(chance).encode("utf-16", "surrogatepass").decode("utf-16", "replace"), lambda: chance.randrange(-(10**18), 10**18),
        lambda: chance.uniform(-1e308, 1e308), lambda: None, lambda: chance.choice([True, False, float("inf"), float("nan")]),
    ]  # fmt: skip
    if depth < 4:
        kinds += [
            lambda: [_json(chance, depth + 1) for _ in range(chance.randrange(6))],
            lambda: {chance.choice(FIELDS): _json(chance, depth + 1) for _ in range(chance.randrange(8))},
        ]
    return chance.choice(kinds)()


FIELDS = [
    "queries",
    "query",
    "q",
    "id",
    "k",
    "hits",
    "citation",
    "citations",
    "results",
    "lines",
    "source",
    "text",
    "context",
    "mode",
    "__proto__",
]
PATHS = [
    "/v1/search",
    "/v1/verify",
    "/v1/cite?form=docx",
    "/v1/cite",
    "/v1/places",
    "/v1/health",
    "/v1/passages/x",
    "/openapi.json",
    "/",
    "/basket",
]
HOSTILE: list[Callable[[random.Random], bytes]] = [
    _noise,
    lambda chance: _request("GET", f"/v1/search?q={_percent(_text(chance))}&k={chance.choice(['0', '-1', '99999', 'x', '1e9', '１'])}"),
    lambda chance: _request("GET", f"/v1/search?q={_percent(_text(chance))}&{_percent(_text(chance))}={_percent(_text(chance))}"),
    lambda chance: _request("GET", f"/v1/search?like={_percent(chance.choice(['/etc/passwd', '../../x.txt', _text(chance)]))}"),
    lambda chance: _request("GET", f"/v1/passages/{_percent(_text(chance))}"),
    lambda chance: _request("GET", "/v1/passages/" + "../" * chance.randrange(20) + "etc/passwd:1"),
    lambda chance: _request("GET", "/" + "a" * chance.choice([100, 10_000, 70_000])),
    lambda chance: _request("GET", f"/search?q={_percent(_text(chance))}&since={_percent(_text(chance))}"),
    lambda chance: _request("GET", f"/passages/{_percent(_text(chance))}"),
    lambda chance: _request(chance.choice(["PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "FOO"]), chance.choice(PATHS)),
    lambda chance: _request("GET", "/v1/health", Host=chance.choice(["evil.example", "", "127.0.0.1\r\nHost: evil", "[", "a" * 9000])),
    lambda chance: _request("GET", "/v1/health", X="y" * chance.choice([1000, 40_000]), Cookie="qianli=" + "z" * 5000),
    lambda chance: _request("POST", chance.choice(PATHS), json.dumps(_json(chance)).encode()),
    lambda chance: _posted("/v1/search", {"queries": [_json(chance) for _ in range(3)]}),
    lambda chance: _posted("/v1/verify", {"results": [{"hits": [{"text": _text(chance), "citation": _json(chance)}]}]}),
    lambda chance: _posted("/v1/cite?form=md", {"results": [{"hits": [_json(chance)], "columns": _json(chance)}]}),
    lambda chance: _request("POST", chance.choice(PATHS), b"[" * chance.choice([10, 5000, 200_000])),
    lambda chance: _request("POST", chance.choice(PATHS), chance.randbytes(500)),
    lambda chance: _request("POST", "/v1/search", b"x" * 10, Content_Length=chance.choice(["-1", "99999999999999999999", "5", "abc"])),
    lambda chance: _request("POST", "/v1/search", b"5\r\nabc", Transfer_Encoding="chunked", Content_Length=""),
    lambda chance: _request("POST", "/v1/search", b'{"queries": ["a"]}', Origin="http://evil.example"),
]  # fmt: skip


class Load:
    """Clients that ask until they are stopped, and keep every answer of 200."""

    def __init__(self, port: int) -> None:
        self.answers: list[tuple[str, bytes]] = []
        self.seen: Counter[str] = Counter()
        self._port, self._stopped = port, threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def check(self, right: dict[str, set[str]]) -> Counter[str]:
        """Return what happened; raise AssertionError for an answer that was never right, and for a 500."""
        for question, body in self.answers:
            assert comparable(json.loads(body)) in right[question], question
        assert not any(what.startswith("500") for what in self.seen), self.seen
        return self.seen

    def _ask(self, number: int) -> None:
        client = Connection(self._port)
        while not self._stopped.is_set():
            number += 1
            question = QUESTIONS[number % len(QUESTIONS)]
            try:
                status, body = client.get(path_of(question, k=3))
            except (OSError, http.client.HTTPException):
                self.seen["without an answer: the server was gone"] += 1
                time.sleep(0.1)
                continue
            self.seen["right answers" if status == 200 else f"{status}"] += 1
            if status == 200:
                self.answers.append((question, body))


def killed(index: Path, kills: int) -> tuple[int, Counter[str]]:
    """Kill the server under load, and start it again on the same port."""
    right = {question: {answer} for question, answer in right_answers(index, QUESTIONS).items()}
    server = Serving(index)
    load = Load(server.port)
    try:
        for _ in range(kills):
            time.sleep(1.5)
            server.end(signal.SIGKILL)
            server = Serving(index, server.port)
        time.sleep(1.5)
    finally:
        load.stop()
        server.process.kill()
        server.process.wait()
    return kills, load.check(right)


def rebuilt(pages: Path, index: Path, commits: int) -> tuple[int, Counter[str]]:
    """Add, change and remove pages while the server answers."""
    right: dict[str, set[str]] = {question: {answer} for question, answer in right_answers(index, QUESTIONS).items()}
    with serving(index) as server:
        load = Load(server.port)
        try:
            for number in range(commits):
                page = pages / f"new-{number % 4}.txt"
                if page.exists():
                    page.unlink()
                else:
                    page.write_text(PAGE.format(name=f"第{number}") * 3, "utf-8")
                indexed([pages], index, "static")
                for question, answer in right_answers(index, QUESTIONS).items():
                    right[question].add(answer)
        finally:
            load.stop()
        last = Connection(server.port)
        for question, answer in right_answers(index, QUESTIONS).items():
            assert comparable(json.loads(last.get(path_of(question, k=3))[1])) == answer, question
    return commits, load.check(right)


if __name__ == "__main__":
    main()
