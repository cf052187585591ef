"""How fast it is: a cold command, a warm question, a batch, indexing, memory; compared with bm25s over jieba's words of the same passages.

    python -m tests.benchmarks.speed [--shared ../shared] [--models both contextual static] [--passages 10000 100000] [--large-model static]

prints Markdown tables. Starts are medians of alternating runs, also as ratios to importing numpy, faiss and typer, which any such program
must do: machines differ and are shared, but ratios within one run hold. Processor time (user and system, all threads) is printed beside
the time on the clock: on a shared machine it is nearer to the time that a free machine takes. The seeds are indexed with each of
--models, larger corpora with --large-model alone, since the other models read some 200 passages a second. Each index is measured in a
process of its own, so that the peak memory is that of one index. With --peers other programs are compared: see --peers --help.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from index.text.tokens import words
from search.batch.answers import CHUNK, answers
from search.batch.questions import BatchQuestion
from search.options import SearchOptions
from search.searcher import open_search

RUNS = 7  # of each command; the median counts
MANY = 100  # questions
LONG = 43  # characters of a question: 24 tokens of the shipped contextual model, on average
K = 10  # passages a question
SEEDS = Path(__file__).parents[3] / "seeds"
YARDSTICK = "import numpy, faiss, typer"
QUESTION = "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的"
TEXTS = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun", "xwlb_news", "laws_zh")
ASKED = "petition_messages"
RIVAL = (
    "import sys, bm25s, rjieba; known = bm25s.BM25.load(sys.argv[1]); known.retrieve([rjieba.cut(sys.argv[2])], k=3, show_progress=False)"
)


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m tests.benchmarks.speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--passages", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--models", nargs="+", default=["contextual", "static"])
    parser.add_argument("--large-model", default="static")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        who, folder, questions = options.measure
        print(json.dumps({"ours": ours, "bm25s": bm25s_alone}[who](Path(folder), Path(questions).read_text("utf-8").splitlines())))
        return
    with tempfile.TemporaryDirectory() as folder:
        corpora, top = options.shared / "corpora" / "text", Path(folder)
        asked = (text[:LONG] for text in texts_of(corpora, [ASKED]) if len(text) >= LONG)
        (top / "questions.txt").write_text("\n".join(itertools.islice(asked, MANY)), "utf-8")
        rows = [measured("the seeds", SEEDS, model, top) for model in options.models]
        print_starts({model: top / f"the seeds, {model}" for model in options.models})
        for many in options.passages:
            pages = write_pages(texts_of(corpora, TEXTS), top / f"pages{many}", many)
            rows.append(measured(f"{many:,} texts", pages, options.large_model, top))
        print_work(rows)


def print_starts(indexes: dict[str, Path]) -> None:
    """Print how long cold commands take; *indexes* has the folder of an index for each model."""
    search = ["-m", "search.cli.app", "search", QUESTION, "--index"]
    first = next(iter(indexes.values()))
    commands = {
        YARDSTICK: ["-c", YARDSTICK],
        "qianli --help": ["-m", "search.cli.app", "--help"],
        **{f"qianli search, cold, `{model}`": [*search, str(address)] for model, address in indexes.items()},
        "qianli search --mode lexical, cold": [*search, str(first), "--mode", "lexical"],
        "bm25s, cold": ["-c", RIVAL, f"{first}.bm25s", QUESTION],
    }
    times: dict[str, list[Took]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            times[name].append(took(lambda command=command: _run(command)))
    medians = {name: [statistics.median(column) for column in zip(*runs, strict=True)] for name, runs in times.items()}
    print(f"| start (median of {RUNS}) | seconds | ratio | processor seconds | ratio |\n|---|---|---|---|---|")
    for name, (clock, processor) in medians.items():
        print(f"| {name} | {clock:.3f} | {clock / medians[YARDSTICK][0]:.2f} | {processor:.3f} | {processor / medians[YARDSTICK][1]:.2f} |")


def measured(what: str, pages: Path, model: str, top: Path) -> dict[str, dict[str, float | str]]:
    """Index *pages* by both programs, and ask each index in a process of its own."""
    what = f"{what}, {model}"
    address, encoder = top / what, open_encoder(model)
    start = time.perf_counter()
    with open_index(address, create=model_of(encoder)) as index:
        build([pages], index, encoder)
        ours_took = time.perf_counter() - start
        texts = [passage.text for _, passage in index.every_passage()]
    start = time.perf_counter()
    write_bm25s(texts, Path(f"{address}.bm25s"))
    theirs_took = time.perf_counter() - start
    figures = {}
    for who, folder, took in (("ours", address, ours_took), ("bm25s", Path(f"{address}.bm25s"), theirs_took)):
        command = ["-m", "tests.benchmarks.speed.beside_bm25s", "--measure", who, str(folder), str(top / "questions.txt")]
        made = _run(command)
        figures[who] = {**json.loads(made.stdout), "indexed a second": len(texts) / took}
    return {"": {"what": f"{what}: {len(texts):,} passages"}, **figures}


def print_work(rows: list[dict[str, dict[str, float | str]]]) -> None:
    """Print what each index took, beside the other program and as a ratio to it."""
    print("\n| work | qianli | bm25s | ratio |\n|---|---|---|---|")
    for row in rows:
        for name, mine in row["ours"].items():
            theirs = row["bm25s"][name]
            print(f"| {row['']['what']}: {name} | {mine:,.1f} | {theirs:,.1f} | {float(mine) / float(theirs):.2f} |")


def ours(address: Path, questions: list[str]) -> dict[str, float]:
    """Return how fast this program answers from the index at *address*."""
    batch = [BatchQuestion(str(number), question) for number, question in enumerate(questions)]
    chunks = [batch[first : first + CHUNK] for first in range(0, len(batch), CHUNK)]
    with open_search(address) as searcher:

        def many() -> None:
            list(answers(chunks, searcher, SearchOptions(K), waiting=lambda: True))

        return timed(lambda question: searcher.search(question, K), many, questions)


def bm25s_alone(folder: Path, questions: list[str]) -> dict[str, float]:
    """Return how fast bm25s answers from its index in *folder*."""
    import bm25s

    known = bm25s.BM25.load(folder)

    def ask(chunk: list[str]) -> None:
        tokens = [[word.text for word in words(question)] for question in chunk]
        known.retrieve(tokens, k=K, n_threads=2, show_progress=False)

    return timed(lambda question: ask([question]), lambda: ask(questions), questions)


def timed(ask: Callable[[str], object], many: Callable[[], None], questions: list[str]) -> dict[str, float]:
    """Return the figures of one program: *ask* answers one question, *many* answers them all."""
    ask(questions[0])
    times = sorted(took(lambda question=question: ask(question)).clock for question in questions)
    batch = took(many)
    return {
        "a warm question, p50, ms": times[len(times) // 2] * 1000,
        "a warm question, p95, ms": times[len(times) * 95 // 100] * 1000,
        "a batch, questions a second": len(questions) / batch.clock,
        "a batch, processor ms a question": batch.processor / len(questions) * 1000,
        "peak memory, MB": _peak() / 1024,
    }


def write_bm25s(texts: list[str], folder: Path) -> None:
    """Write the index of bm25s over *texts* to *folder*."""
    import bm25s

    known = bm25s.BM25()
    known.index([[word.text for word in words(text)] for text in texts], show_progress=False)
    known.save(folder)


def texts_of(corpora: Path, names: list[str] | tuple[str, ...]) -> Iterator[str]:
    """Yield the texts of these corpora, each on one line."""
    for name in names:
        with gzip.open(corpora / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"].replace("\n", "") for line in lines)


def write_pages(texts: Iterator[str], pages: Path, many: int) -> Path:
    """Write *many* texts to the folder *pages*, ten paragraphs a page; return the folder."""
    pages.mkdir()
    for number in range(0, many, 10):
        (pages / f"{number:06}.txt").write_text("\n\n".join(itertools.islice(texts, 10)), "utf-8")
    return pages


class Took(NamedTuple):
    """Seconds on the clock, and of the processor in this process and in the children it waited for."""

    clock: float
    processor: float


def took(work: Callable[[], object]) -> Took:
    clock, processor = time.perf_counter(), _processor()
    work()
    return Took(time.perf_counter() - clock, _processor() - processor)


def _peak() -> int:
    """Return the peak memory of this process in KB; that of getrusage also counts the parent's, from before the program was loaded."""
    status = Path("/proc/self/status")
    if not status.exists():  # other systems than Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run Python as an installed program runs: with compiled files kept, and with one BLAS thread."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    ended = subprocess.run([sys.executable, *command], capture_output=True, text=True, env={**kept, "OPENBLAS_NUM_THREADS": "1"})
    if ended.returncode > 1:  # 1: no precedent found
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}: {ended.stderr}")
    return ended


if __name__ == "__main__":
    main()
