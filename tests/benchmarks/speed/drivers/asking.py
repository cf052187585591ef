"""How fast an open program answers: some questions one by one, then others together. The standard library alone: peers run it as well.

ask, ask_many, questions ──▶ {"p50": ms, "p95": ms, "batch": questions a second, "processor": ms a question, …}
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

K = 10  # passages a question
ALONE = 60  # questions that are asked one by one
TOGETHER = 256  # questions of a batch
FEWEST = 8  # questions that are asked however slow the program is
CORES = os.cpu_count() or 1  # threads of programs that answer a batch question by question

Ask = Callable[[str], object]
AskMany = Callable[[Sequence[str]], object]


def figures(
    ask: Ask, ask_many: AskMany, questions: list[str], seconds: float, spent: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Ask the first questions one by one and the next ones together, each for about *seconds* at most; return what it took.

    Times are in ms; *spent* tells the processor seconds by now. Two questions from the end of the list are asked before: what is read at
    the first question is part of a cold start.
    """
    for question in questions[-2:]:
        ask(question)
    times: list[float] = []
    start, begun = time.perf_counter(), spent()
    for question in questions[:ALONE]:
        times.append(_milliseconds(lambda question=question: ask(question)))
        if len(times) >= FEWEST and time.perf_counter() - start > seconds:
            break
    alone = (spent() - begun) * 1000 / len(times)
    times.sort()
    p50 = times[len(times) // 2]
    together = questions[ALONE : ALONE + max(FEWEST, min(TOGETHER, int(seconds * 1000 / p50)))]
    begun = spent()
    batch = _milliseconds(lambda: ask_many(together))
    return {
        "p50": p50,
        "p95": times[len(times) * 95 // 100],
        "alone": len(times),
        "processor alone": alone,
        "batch": len(together) * 1000 / batch,
        "together": len(together),
        "processor together": (spent() - begun) * 1000 / len(together),
        **memory(),
    }


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def in_threads(ask: Callable[[str], object], questions: Sequence[str], cores: int = CORES) -> list[object]:
    """Answer *questions* one by one in several threads, for a program that has no verb for many of them."""
    with ThreadPoolExecutor(cores) as pool:
        return list(pool.map(ask, questions))


def memory() -> dict[str, float]:
    """Return the memory that this process holds, in MB: its own pages, and those of mapped files apart (Linux)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    fields = {"VmHWM": "peak", "RssAnon": "anon", "RssFile": "mapped"}
    return {fields[name]: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines) if name in fields}


def answer(value: object) -> None:
    """Print *value* as the last line of the output: what a program prints by itself may stand before it."""
    print(json.dumps(value))
    sys.stdout.flush()
