"""How long an update takes where nothing, one page or a name changed, and how long it takes to open the index.

    python -m tests.benchmarks.updates [--shared ../shared] [--passages 100000] [--pages 10000]

prints a Markdown table: seconds by the clock, and of the processor, which do not grow on a busy machine. Each command runs in a process
of its own, with the model `fast`; the pages are running text, ten paragraphs each.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from index.engine.open import open_index

Times = tuple[float, float]  # by the clock, of the processor

RUNS = 5
OLD = 1_700_000_000  # seconds since the epoch: long before the files are indexed
QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"
NEW = "新添的一段：街道为老人食堂配了送餐员，每天中午把饭送到楼上。"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--place", type=Path, default=None, help="a folder to keep pages and index in, for another run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.place or Path(folder)
        print("| work (median of 5) | seconds | of the processor |\n|---|---|---|")
        measure(options.shared, place, options.pages, options.passages // options.pages)


def measure(shared: Path, folder: Path, count: int, each: int) -> None:
    pages, index = folder / "pages", folder / "ix"
    if not index.exists():
        write_pages(shared, pages, count, each)
        took = _qianli("index", pages, "--index", index, "--model", "fast", "-q")
        print(f"| indexing {count:,} pages anew, once | {took[0]:.2f} | {took[1]:.2f} |", flush=True)
        _qianli("index", pages, "--index", index, "-q")
    with open_index(index) as opened:
        passages = len(opened)
    _row(f"nothing changed, {count:,} pages, {passages:,} passages", lambda n: _qianli("index", pages, "--index", index, "-q"))
    some = sorted(pages.glob("*.txt"))
    _row("one page changed", lambda n: _change(some[7 * n], pages, index))
    _row("one page renamed", lambda n: _rename(some[7 * n + 1], pages, index))
    _row("qianli info: opening, every file digested", lambda n: _open(index))
    _row("a cold question", lambda n: _qianli("search", QUESTION, "--index", index, "--min-score", "0", "-q"))


def _row(what: str, work: Callable[[int], Times]) -> None:
    clock, processor = zip(*(work(n) for n in range(RUNS)), strict=True)
    print(f"| {what} | {statistics.median(clock):.2f} | {statistics.median(processor):.2f} |", flush=True)


def _change(page: Path, pages: Path, index: Path) -> Times:
    page.write_text(page.read_text("utf-8") + f"\n\n{NEW}{time.time_ns()}\n", "utf-8")
    return _qianli("index", pages, "--index", index, "-q")


def _rename(page: Path, pages: Path, index: Path) -> Times:
    page.rename(page.with_name(f"renamed-{time.time_ns()}.txt"))
    return _qianli("index", pages, "--index", index, "-q")


def _open(index: Path) -> Times:
    return _qianli("info", "--index", index)


def _qianli(*arguments: object) -> Times:
    start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    made = subprocess.run([sys.executable, "-m", "search.cli.app", *map(str, arguments)], stdout=subprocess.DEVNULL, check=False)
    if made.returncode not in (0, 1):
        raise SystemExit(made.returncode)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def write_pages(shared: Path, pages: Path, count: int, each: int) -> None:
    """Write *count* pages of *each* paragraphs of running text into the folder *pages*."""
    pages.mkdir()
    texts = _texts(shared / "corpora" / "text")
    for number in range(count):
        page = pages / f"{number:06}.txt"
        page.write_text("\n\n".join(islice(texts, each)) + "\n", "utf-8")
        os.utime(page, (OLD, OLD))


def _texts(corpora: Path) -> Iterator[str]:
    """Yield running texts of 60 characters and more, each one paragraph."""
    for path in sorted(corpora.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                text = "".join(json.loads(line).get("text", "").split())[:390]
                if len(text) >= 60:
                    yield text


if __name__ == "__main__":
    main()
