"""How many questions a second the server answers, how long each takes, and how much memory it needs.

    python -m tests.benchmarks.server [--seconds 8] [--requests 10000]

prints two Markdown tables. Server and clients share this machine, over the loopback; the library alone is measured right before and after
each row, in this process, so that a ratio holds on a busy machine as well: `search` one by one, and `search_many` of 32 questions.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from itertools import count, cycle, islice
from pathlib import Path

from search.searcher import Searcher, open_search
from tests.benchmarks.serving import QUESTIONS, ROOT, Connection, Serving, indexed, path_of, serving

MODELS = {"fast": "static", "default": "contextual"}
CONNECTIONS = (1, 4, 16)
TOGETHER = 32  # questions of one search_many


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--requests", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        indexes = {mode: indexed([ROOT / "seeds"], Path(folder) / mode, model) for mode, model in MODELS.items()}
        print(
            "| mode | connections | requests/s | p50 | p95 | library, one by one | library, 32 together | of one by one | of 32 together |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        for mode, index in indexes.items():
            with serving(index) as server, open_search(index) as searcher:
                for connections in CONNECTIONS:
                    print(throughput(mode, server, searcher, connections, options.seconds), flush=True)
        print("\n| requests | MB |\n|---|---|")
        with serving(indexes["fast"]) as server:
            for line in memory(server, options.requests):
                print(line, flush=True)


def throughput(mode: str, server: Serving, searcher: Searcher, connections: int, seconds: float) -> str:
    """Return a row: requests a second of so many connections, each of which asks its next question when it has an answer."""
    alone, together = library(searcher, seconds / 4)
    taken: list[float] = []
    threads = [
        threading.Thread(target=_ask, args=(server.port, number, time.monotonic() + seconds, taken)) for number in range(connections)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(taken) / (time.perf_counter() - begun)
    again, together_again = library(searcher, seconds / 4)
    alone, together = (alone + again) / 2, (together + together_again) / 2
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    return (
        f"| {mode} | {connections} | {rate:.1f} | {p50 * 1000:.0f} ms | {p95 * 1000:.0f} ms | {alone:.1f}/s | {together:.1f}/s "
        f"| {rate / alone:.2f} | {rate / together:.2f} |"
    )


def library(searcher: Searcher, seconds: float) -> tuple[float, float]:
    """Return how many questions a second the library answers, one by one and together."""
    rates = []
    for size in (1, TOGETHER):
        asked, questions, begun = 0, cycle(QUESTIONS), time.perf_counter()
        while time.perf_counter() - begun < seconds:
            searcher.search_many(list(islice(questions, size)), 10)
            asked += size
        rates.append(asked / (time.perf_counter() - begun))
    return rates[0], rates[1]


def _ask(port: int, number: int, until: float, taken: list[float]) -> None:
    client = Connection(port)
    for turn in count(number):
        begun = time.perf_counter()
        status, body = client.get(path_of(QUESTIONS[turn % len(QUESTIONS)]))
        assert status == 200, body
        taken.append(time.perf_counter() - begun)
        if time.monotonic() > until:
            return


def memory(server: Serving, requests: int) -> list[str]:
    """Return rows: how much memory the server holds after so many requests, half of them questions that were not asked before."""
    rows = [f"| 0 | {server.megabytes():.0f} |"]
    done = 0
    for stop in (requests // 10, requests // 2, requests):
        threads = [threading.Thread(target=_ask_new, args=(server.port, done + part, stop, 8)) for part in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = stop
        rows.append(f"| {done:,} | {server.megabytes():.0f} |")
    return rows


def _ask_new(port: int, first: int, stop: int, step: int) -> None:
    client = Connection(port)
    for number in range(first, stop, step):
        new = f"{QUESTIONS[number % len(QUESTIONS)]}{number}号楼" if number % 2 else QUESTIONS[number % len(QUESTIONS)]
        status, body = client.get(path_of(new, k=3))
        assert status == 200, body


if __name__ == "__main__":
    main()
