"""The engine on OceanBase beside the engine in a folder, on the same passages and questions, asked in turn in one process.

    python -m tests.benchmarks.cluster --shared ../shared --work FOLDER [--index INDEX] [--passages 100000] [--questions 300]

prints Markdown tables: how fast an index of a folder is copied into a server of seekdb, how large it is there, how long searches take in
both engines, and how equal their answers are. The index of the folder is made of running text unless one is named. Linux.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.encoders.open import open_encoder
from index.encoders.protocol import encode_queries
from index.engine import copying as copies
from index.engine.cluster import dialect, loading
from index.engine.cluster.address import PASSWORD, parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index
from index.engine.protocol import Index, Ranking, Selection, model_of, sorted_ranking
from index.indexing import build, copy_index
from index.text.tokens import terms
from search.blas_threads import one_blas_thread
from search.options import SearchOptions
from search.results import Result
from search.searcher import Searcher, open_search
from tests.benchmarks.sets import gzipped, names
from tests.benchmarks.updates import write_pages
from tests.engine import server as servers
from tests.engine.server import Server

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

K = 200  # passages that a leg of a search asks for
HITS = 10
WARM = 20  # questions that are asked before the clock runs
SHARES = (0.2, 0.01)  # of the passages, that a filter by place leaves
NEAR_SCORE, NEAR_COSINE = 0.002, 1e-5
SETTINGS = ("memory_limit=6G", "datafile_size=8G", "log_disk_size=4G")
SETS = ("petition_title-message", "mrc_antiterror_dev", "xquad_zh-zh", "drcd_dev", "cmrc2018_trial")  # of questions, in Chinese


class Asked(NamedTuple):
    """What both engines answered to the same questions, and the seconds of each answer."""

    folder: list[Any]
    cluster: list[Any]
    seconds: tuple[list[float], list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, required=True, help="for the server, which needs 13 GB, and the index where none is named")
    parser.add_argument("--index", type=Path, default=None, help="an index of a folder; it is only read")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    options = parser.parse_args()
    if reason := servers.reason_for_none():
        print(f"not run: {reason}", file=sys.stderr)
        return 1
    folder = options.index or made(options.shared, options.work, options.passages)
    questions = real_questions(options.shared, options.questions)
    base = options.work / "server"
    server = servers.start(base, settings=SETTINGS)
    os.environ[PASSWORD] = server.password
    try:
        address = server.address("beside")
        copying(folder, address, server)
        with open_search(folder) as one, open_search(address) as other, one_blas_thread():
            searching(one, other, questions)
    finally:
        servers.stop(server)
        shutil.rmtree(base)
    return 0


def made(shared: Path, work: Path, passages: int) -> Path:
    """Return an index of pages of running text, ten paragraphs each, made in the folder *work*."""
    folder, sources, encoder = work / "index", work / "pages", open_encoder("static")
    if not folder.exists():
        write_pages(shared, sources, passages // 10, 10)
        with open_index(folder, create=model_of(encoder)) as index:
            build([sources], index, encoder)
    return folder


def real_questions(shared: Path, many: int) -> list[str]:
    """Return questions of the public sets in turn."""
    rows = [gzipped(shared / "benchmarks" / name / "queries.jsonl.gz") for name in SETS if name in names(shared)]
    return [row["text"] for some in zip(*rows, strict=False) for row in some][:many]


def copying(folder: Path, address: str, server: Server) -> None:
    """Copy the index and print how long each part took, and how large the copy is."""
    seconds: dict[str, float] = {}
    parts = ((loading.Load, "_weigh"), (loading.Load, "finish"), (copies, "_write"))
    with ExitStack() as stack:
        for holder, name in (*parts, (dialect, "make_term_index"), (dialect, "make_vector_index")):
            stack.enter_context(timed(seconds, holder, name))
        start = time.monotonic()
        copied = copy_index(folder, address)
        whole = time.monotonic() - start
    with open_index(address) as index:
        count = len(index)
    weights, words, vectors = (seconds.get(name, 0.0) for name in ("_weigh", "make_term_index", "make_vector_index"))
    finish, rows = seconds.get("finish", 0.0), seconds["_write"]
    table = [
        ("rows and terms, in steps of 5,000", rows),
        ("weights of the terms", weights),
        ("index of the terms (SINDI)", words),
        ("index of the vectors (HNSW)", vectors),
        ("counts of the terms; the last commit, with the search for what came", finish - weights - words - vectors),
        ("every page of both read and compared", whole - rows - finish),
        ("the whole copy", whole),
    ]
    print(f"{count:,} passages, {copied.pages:,} pages.\n")
    print("| part of a copy | seconds | passages/s |\n|---|---|---|")
    for name, took in table:
        print(f"| {name} | {took:.1f} | {count / took:,.0f} |" if took else f"| {name} | 0 | |")
    print("\n| size | MB | bytes a passage |\n|---|---|---|")
    for name, size in sizes(address, folder, server):
        print(f"| {name} | {size / 1e6:,.0f} | {size / count:,.0f} |", flush=True)
    print()


@contextmanager
def timed(seconds: dict[str, float], holder: Any, name: str) -> Iterator[None]:
    """Note in *seconds* how long the function *name* of *holder* takes, while the block runs."""
    original = getattr(holder, name)

    def noting(*given: Any, **named: Any) -> Any:
        start = time.monotonic()
        try:
            return original(*given, **named)
        finally:
            seconds[name] = seconds.get(name, 0.0) + time.monotonic() - start

    setattr(holder, name, noting)
    try:
        yield
    finally:
        setattr(holder, name, original)


def sizes(address: str, folder: Path, server: Server) -> Iterator[tuple[str, int]]:
    """Yield what is stored where, with its bytes."""
    yield "folder, all of it", sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    place = parsed(address)
    connection = connect(place)
    try:
        connection.run("ALTER SYSTEM MINOR FREEZE")  # what stands in memory goes to the disk
        time.sleep(20)
        tables = connection.rows(
            "SELECT table_name, occupy_size FROM oceanbase.DBA_OB_TABLE_SPACE_USAGE WHERE database_name = %s", place.database
        )
        for name in ("passages", "articles", "files", "terms"):
            yield f"table of the {name}", sum(int(size) for table, size in tables if f"{place.prefix}{name}_" in table)
        yield "indexes of all tables", sum(int(size) for table, size in tables if table.startswith("__idx"))
        ((size,),) = connection.rows("SELECT SUM(vector_mem_used) FROM oceanbase.V$OB_VECTOR_MEMORY")
        yield "indexes of terms and vectors in memory", int(size or 0)
    finally:
        connection.close()
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    yield "server, resident memory", 1024 * int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def searching(one: Searcher, other: Searcher, questions: Sequence[str]) -> None:
    """Ask both engines the same questions, with and without filters; print the times and how equal the answers are."""
    filters = filters_of(one.index)
    vectors = encode_queries(open_encoder(one.index.model.name), questions)
    words = [terms(question) for question in questions]
    print("| search | passages left | folder p50, ms | p95 | cluster p50, ms | p95 | cluster ÷ folder, p50 | p95 | answers |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, wanted in filters.items():
        mine, theirs = (engine.index.select(wanted.place, wanted.source) for engine in (one, other))
        left = len(one.index) if mine is None else len(mine)
        every = range(len(questions))
        dense = both(every, partial(nearest, one.index, vectors, mine), partial(nearest, other.index, vectors, theirs))
        line(f"nearest {K}, {name}", left, dense, equal_dense(dense, one.index, vectors, mine))
        lexical = both(every, partial(matching, one.index, words, mine), partial(matching, other.index, words, theirs))
        line(f"matching {K}, {name}", left, lexical, equal_words(lexical))
        whole = both(every, partial(searched, one, questions, wanted), partial(searched, other, questions, wanted))
        line(f"whole search, {name}", left, whole, equal_hits(whole))


def nearest(index: Index, vectors: Vectors, within: Selection | None, number: int) -> Ranking:
    return index.nearest(vectors[number : number + 1], K, within)[0]


def matching(index: Index, words: Sequence[Sequence[str]], within: Selection | None, number: int) -> Ranking:
    return index.matching([words[number]], K, within)[0]


def searched(searcher: Searcher, questions: Sequence[str], wanted: SearchOptions, number: int) -> Result:
    return searcher.search(questions[number], wanted)


def filters_of(index: Index) -> dict[str, SearchOptions]:
    """Return filters: none, two places that leave about these SHARES of the passages, and a pattern of sources."""
    counts: dict[str, int] = {}
    for areas in index.areas():
        for area in areas:
            counts[area] = counts.get(area, 0) + 1
    articles = sum(1 for _ in index.areas())
    chosen = {"no filter": SearchOptions(HITS, min_score=0.0)}
    for share in SHARES:
        near = sorted(counts, key=lambda area: abs(counts[area] - share * articles))[:20]
        place = min(near, key=lambda area: abs(len(index.select(place=area) or ()) - share * len(index)))
        chosen[f"place {place}"] = SearchOptions(HITS, min_score=0.0, place=place)
    return chosen | {"source *7.txt": SearchOptions(HITS, min_score=0.0, source="*7.txt")}


def both(every: Sequence[int], mine: Callable[[int], Any], theirs: Callable[[int], Any]) -> Asked:
    """Ask both in turn, after some questions that are not timed."""
    for number in every[:WARM]:
        mine(number)
        theirs(number)
    answers: tuple[list[Any], list[Any]] = ([], [])
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in every:
        for ask, said, took in zip((mine, theirs), answers, seconds, strict=True):
            start = time.perf_counter()
            said.append(ask(number))
            took.append(time.perf_counter() - start)
    return Asked(*answers, seconds)


def line(name: str, left: int, asked: Asked, equal: str) -> None:
    quantiles = [sorted(took)[int(share * len(took))] for took in asked.seconds for share in (0.5, 0.95)]
    ratios = (quantiles[2] / quantiles[0], quantiles[3] / quantiles[1])
    shown = " | ".join([*(f"{1000 * seconds:.1f}" for seconds in quantiles), *(f"{ratio:.1f}" for ratio in ratios)])
    print(f"| {name} | {left:,} | {shown} | {equal} |", flush=True)


def equal_words(asked: Asked) -> str:
    pairs = [*zip(asked.folder, asked.cluster, strict=True)]
    same = sum(one.keys.tolist() == other.keys.tolist() for one, other in pairs)
    near = sum(_near(one, other, NEAR_SCORE) for one, other in pairs)
    return f"{same} of {len(pairs)} lists identical, {near} with scores within {NEAR_SCORE}"


def equal_dense(asked: Asked, index: Index, vectors: Vectors, within: Selection | None) -> str:
    """Compare both with the exact ranking."""
    exact, said = exactly(index, vectors, within), []
    for name, rankings in (("cluster", asked.cluster), ("folder", asked.folder)):
        same = sum(_near(one, other, NEAR_COSINE) for one, other in zip(exact, rankings, strict=True))
        recalls = [f"recall@{depth} {recall(exact, rankings, depth):.4f}" for depth in (20, K)]
        said.append(f"{name}: {same} of {len(exact)} exact" + (f", {', '.join(recalls)}" if same < len(exact) else ""))
    return "; ".join(said)


def equal_hits(asked: Asked) -> str:
    pairs = [([hit.citation.id for hit in result.hits] for result in some) for some in zip(asked.folder, asked.cluster, strict=True)]
    same = sum(one == other for one, other in pairs)
    return f"{same} of {len(pairs)} with the same hits"


def exactly(index: Index, vectors: Vectors, within: Selection | None) -> list[Ranking]:
    """Return the K nearest passages of each of *vectors*, by the cosines of all of them."""
    import numpy as np

    if within is None:
        keys = np.array([key for key, _ in index.every_passage()])
    else:  # a search for anything, within it, retrieves all
        keys = index.nearest(np.full((1, index.model.dim), index.model.dim**-0.5, np.float32), len(within), within)[0].keys
    assert len(keys) == (len(index) if within is None else len(within))
    products = vectors @ index.vectors(keys.tolist()).T
    rankings = (sorted_ranking(keys, row) for row in products)
    return [Ranking(ranking.keys[:K], ranking.scores[:K]) for ranking in rankings]


def recall(exact: Sequence[Ranking], found: Sequence[Ranking], depth: int) -> float:
    """Return the mean share of the first *depth* of the exact rankings among the first *depth* found."""
    shares = []
    for one, other in zip(exact, found, strict=True):
        first = {*one.keys[:depth].tolist()}
        shares.append(len(first & {*other.keys[:depth].tolist()}) / len(first))
    return sum(shares) / len(shares)


def _near(one: Ranking, other: Ranking, most: float) -> bool:
    """Whether both rankings have the same scores, place by place."""
    import numpy as np

    return len(one.keys) == len(other.keys) and bool(np.all(np.abs(one.scores - other.scores) <= most))


if __name__ == "__main__":
    sys.exit(main())
