"""What both benchmarks of the server share: a server in a process of its own, connections that are kept, questions, an index."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from search.searcher import open_search

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it: one process is compared with another
ROOT = Path(__file__).parents[2]
QUESTIONS = [
    *("电动自行车乱停怎么治理", "楼道堆物没人清理怎么办", "老旧小区加装电梯意见不一", "垃圾分类居民不配合", "社区食堂怎么办得下去"),
    *("停车位不够怎么办", "燃气安全检查入户难", "河道里有垃圾谁来管", "物业费收不上来", "独居老人没人照看"),
    *("夜市摊贩占道经营", "印章怎么管", "党员怎样参与小区治理", "志愿者队伍怎么建立", "业委会和物业有矛盾怎么解决"),
]
SERVER = """
import sys
from search.searcher import open_search
from search.server import running
from search.server.settings import ServerSettings
settings = ServerSettings(port=int(sys.argv[2]), rate=1e6, burst=1e6)
with running.listening(settings.host, settings.port) as listener, open_search(sys.argv[1]) as searcher:
    running.run(searcher, settings, listener, lambda: print(listener.getsockname()[1], flush=True), lambda fields: None)
"""  # `qianli serve` without its limit for one client, who is all clients here


class Serving:
    """A running server: its process and its port."""

    def __init__(self, index: Path, port: int = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(index), str(port)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def megabytes(self) -> float:
        """Return the memory of the process that is its own, resident: Linux alone says it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def serving(index: Path, port: int = 0) -> Iterator[Serving]:
    server = Serving(index, port)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


class Connection:
    """One client that keeps its connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body. Raises OSError or HTTPException where the server is gone."""
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        with suppress(OSError):
            self._connection.close()
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)


def path_of(question: str, **options: object) -> str:
    return f"/v1/search?{urlencode({'q': question, **options})}"


def indexed(pages: list[Path], folder: Path, model: str) -> Path:
    """Return an index of *pages* in *folder*."""
    encoder = open_encoder(model)
    with open_index(folder, create=model_of(encoder)) as index:
        build(pages, index, encoder)
    return folder


def right_answers(index: Path, questions: list[str]) -> dict[str, str]:
    """Return what the index answers to each question now, as a program reads it, without the places of files."""
    with open_search(index) as searcher:
        return {question: comparable(searcher.search(question, 3).to_dict()) for question in questions}


def comparable(fields: object) -> str:
    """Return the fields of a result as one text, without `path`."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return json.dumps(
        json.loads(text, object_hook=lambda known: {name: value for name, value in known.items() if name != "path"}), sort_keys=True
    )


def until_answering(port: int, seconds: float = 60.0) -> None:
    """Return once the server answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if Connection(port).get("/v1/health")[0] == 200:
                return
        time.sleep(0.05)
    raise TimeoutError("the server does not answer")
