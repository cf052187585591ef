"""How fast it is: start-up, a cold question, a warm question, indexing.

    python -m tests.benchmarks.speed [--shared ../shared] [--passages 10000]

prints a Markdown table. Starts are medians of alternating runs and given as a ratio to importing numpy, faiss and typer, which any such
program must do: machines differ and are shared, ratios within one run hold.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from index.build import build
from index.encode import open_encoder
from index.store import model_of, open_index
from search.precedents import open_search

RUNS = 15
SEEDS = Path(__file__).parent.parent.parent / "seeds"
QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--passages", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "seeds"
        _index([SEEDS], place)
        print_starts(place)
        print_work(place, "the seeds")
        pages = Path(folder) / "pages"
        _write_pages(options.shared / "corpora" / "text" / "shenlun_materials.jsonl.gz", pages, options.passages)
        passages, seconds = _index([pages], Path(folder) / "large")
        print(f"| indexing {passages} passages, files to commit | {passages / seconds:.0f} passages/s |")
        print_work(Path(folder) / "large", f"{passages} passages")
        print(f"| peak memory of all this | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB |")


def print_starts(place: Path) -> None:
    commands = {
        "import numpy, faiss, typer": ["-c", "import numpy, faiss, typer"],
        "qianli --help": ["-m", "search.cli", "--help"],
        "qianli search, cold": ["-m", "search.cli", "search", QUESTION, "--index", str(place)],
        "qianli search --mode lexical, cold": ["-m", "search.cli", "search", QUESTION, "--mode", "lexical", "--index", str(place)],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(
                _seconds(lambda command=command: subprocess.run([sys.executable, *command], check=True, capture_output=True))
            )
    medians = {name: statistics.median(each) for name, each in times.items()}
    yardstick = medians["import numpy, faiss, typer"]
    print(f"| start (median of {RUNS}) | seconds | ratio |\n|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median:.3f} | {median / yardstick:.2f} |")
    print("\n| work | |\n|---|---|")


def print_work(place: Path, what: str) -> None:
    with open_search(place) as precedents:
        precedents.search(QUESTION)
        times = sorted(_seconds(lambda: precedents.search(QUESTION, min_score=0)) for _ in range(100))
        print(f"| a warm question, {what}: p50, p95 | {times[50] * 1000:.1f} ms, {times[95] * 1000:.1f} ms |")


def _index(paths: list[Path], place: Path) -> tuple[int, float]:
    encoder = open_encoder()
    start = time.perf_counter()
    with open_index(place, create=model_of(encoder)) as index:
        report = build(paths, index, encoder)
    return report.passages, time.perf_counter() - start


def _write_pages(corpus: Path, pages: Path, passages: int) -> None:
    """Write running text as pages of ten paragraphs."""
    pages.mkdir()
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"].replace("\n", "") for _, line in zip(range(passages), lines, strict=False)]
    for at in range(0, len(texts), 10):
        (pages / f"{at:06}.txt").write_text("\n\n".join(texts[at : at + 10]), "utf-8")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
