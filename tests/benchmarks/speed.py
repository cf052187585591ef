"""How fast it is: a cold command, a warm question, a batch, indexing, memory; beside bm25s with jieba's words on the same passages.

    python -m tests.benchmarks.speed [--shared ../shared] [--passages 10000 100000] [--model both] [--large-model static]

prints Markdown tables. Starts are medians of alternating runs and given as a ratio to importing numpy, faiss and typer, which any such
program must do: machines differ and are shared, ratios within one run hold. Each index is measured in a process of its own, so that its
peak memory is its own; passages over LARGE are indexed with --large-model, since the default one reads some 200 of them a second.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from index.build import build
from index.encode import open_encoder
from index.store import model_of, open_index
from index.words import words
from search.batch import CHUNK
from search.precedents import open_search
from search.retrieve import Result
from search.show import as_json

RUNS = 15
MANY = 300  # questions
LONG = 43  # characters of a question: 24 tokens of the shipped contextual model, on average
K = 10
LARGE = 20_000  # passages
SEEDS = Path(__file__).parent.parent.parent / "seeds"
QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"
TEXTS = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun", "xwlb_news", "laws_zh")
ASKED = "petition_messages"
RIVAL = (
    "import sys, bm25s, rjieba; known = bm25s.BM25.load(sys.argv[1]); known.retrieve([rjieba.cut(sys.argv[2])], k=3, show_progress=False)"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--passages", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--model", default="both")
    parser.add_argument("--large-model", default="static")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        who, place, questions = options.measure
        print(json.dumps({"ours": ours, "bm25s": bm25s_alone}[who](Path(place), Path(questions).read_text("utf-8").splitlines())))
        return
    with tempfile.TemporaryDirectory() as folder:
        corpora, top = options.shared / "corpora" / "text", Path(folder)
        asked = (text[:LONG] for text in texts_of(corpora, [ASKED]) if len(text) >= LONG)
        (top / "questions.txt").write_text("\n".join(itertools.islice(asked, MANY)), "utf-8")
        rows = [measured("the seeds", SEEDS, options.model, top)]
        print_starts(top / "the seeds")
        for many in options.passages:
            pages = write_pages(texts_of(corpora, TEXTS), top / f"pages{many}", many)
            rows.append(measured(f"{many} texts", pages, options.large_model if many > LARGE else options.model, top))
        print_work(rows)


def print_starts(place: Path) -> None:
    commands = {
        "import numpy, faiss, typer": ["-c", "import numpy, faiss, typer"],
        "qianli --help": ["-m", "search.cli", "--help"],
        "qianli search, cold": ["-m", "search.cli", "search", QUESTION, "--index", str(place)],
        "qianli search --mode lexical, cold": ["-m", "search.cli", "search", QUESTION, "--mode", "lexical", "--index", str(place)],
        "bm25s, cold": ["-c", RIVAL, f"{place}.bm25s", QUESTION],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            run = [sys.executable, *command]
            times[name].append(_seconds(lambda run=run: subprocess.run(run, check=True, capture_output=True)))
    medians = {name: statistics.median(each) for name, each in times.items()}
    yardstick = medians["import numpy, faiss, typer"]
    print(f"| start (median of {RUNS}) | seconds | ratio |\n|---|---|---|")
    for name, median in medians.items():
        print(f"| {name} | {median:.3f} | {median / yardstick:.2f} |")


def measured(what: str, pages: Path, model: str, top: Path) -> dict[str, dict[str, float | str]]:
    """Index *pages* in both ways, and ask each index in a process of its own."""
    place, encoder = top / what, open_encoder(model)
    start = time.perf_counter()
    with open_index(place, create=model_of(encoder)) as index:
        build([pages], index, encoder)
        ours_took = time.perf_counter() - start
        texts = [passage.text for _, passage in index.texts()]
    start = time.perf_counter()
    write_bm25s(texts, Path(f"{place}.bm25s"))
    theirs_took = time.perf_counter() - start
    found = {}
    for who, where, took in (("ours", place, ours_took), ("bm25s", Path(f"{place}.bm25s"), theirs_took)):
        command = [sys.executable, "-m", "tests.benchmarks.speed", "--measure", who, str(where), str(top / "questions.txt")]
        made = subprocess.run(command, check=True, capture_output=True, text=True)
        found[who] = {**json.loads(made.stdout), "indexed a second": len(texts) / took}
    return {"": {"what": f"{what}: {len(texts)} passages, `{model}`"}, **found}


def print_work(rows: list[dict[str, dict[str, float | str]]]) -> None:
    print("\n| work | qianli | bm25s | ratio |\n|---|---|---|---|")
    for row in rows:
        for name, mine in row["ours"].items():
            theirs = row["bm25s"][name]
            print(f"| {row['']['what']}: {name} | {mine:,.1f} | {theirs:,.1f} | {float(mine) / float(theirs):.2f} |")


def ours(place: Path, questions: list[str]) -> dict[str, float]:
    with open_search(place) as precedents:

        def many() -> None:
            for at in range(0, len(questions), CHUNK):
                for result in precedents.search_many(questions[at : at + CHUNK], K):
                    assert isinstance(result, Result)
                    list(as_json(result))

        return timed(lambda question: precedents.search(question, K), many, questions)


def bm25s_alone(place: Path, questions: list[str]) -> dict[str, float]:
    import bm25s

    known = bm25s.BM25.load(place)

    def ask(some: list[str]) -> None:
        asked = [[word.text for word in words(question)] for question in some]
        known.retrieve(asked, k=K, n_threads=2, show_progress=False)

    return timed(lambda question: ask([question]), lambda: ask(questions), questions)


def timed(ask: Callable[[str], object], many: Callable[[], None], questions: list[str]) -> dict[str, float]:
    ask(questions[0])
    times = sorted(_seconds(lambda question=question: ask(question)) for question in questions)
    took = _seconds(many)
    return {
        "a warm question, p50, ms": times[len(times) // 2] * 1000,
        "a warm question, p95, ms": times[len(times) * 95 // 100] * 1000,
        "a batch, questions a second": len(questions) / took,
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def write_bm25s(texts: list[str], place: Path) -> None:
    import bm25s

    known = bm25s.BM25()
    known.index([[word.text for word in words(text)] for text in texts], show_progress=False)
    known.save(place)


def texts_of(corpora: Path, names: list[str] | tuple[str, ...]) -> Iterator[str]:
    for name in names:
        with gzip.open(corpora / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"].replace("\n", "") for line in lines)


def write_pages(texts: Iterator[str], pages: Path, many: int) -> Path:
    """Write running text as pages of ten paragraphs."""
    pages.mkdir()
    for number in range(0, many, 10):
        (pages / f"{number:06}.txt").write_text("\n\n".join(itertools.islice(texts, 10)), "utf-8")
    return pages


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
