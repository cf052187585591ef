"""How good the ranking is: nDCG@10 on the judged queries of the seeds and on public test sets, per leg and joined.

    python -m tests.benchmarks.quality --shared ../shared [--model NAME_OR_PATH] [--sets xquad_zh-zh ...]

prints a Markdown table. BM25 over jieba's words stands beside it on the same passages: what a plain search engine gives.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import math
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from index.article import Article, Citation, Page, Passage
from index.build import build, embedded_text
from index.encode import DEFAULT, Encoder, open_encoder
from index.store import Source, model_of, open_index
from index.words import words
from search.precedents import Precedents, open_search
from search.retrieve import MODES
from search.show import result_fields

SETS = (
    "xquad_zh-zh",
    "xquad_en-zh",
    "xquad_zh-en",
    "tatoeba_cmn-eng",
    "cmrc2018_trial",
    "drcd_dev",
    "mrc_antiterror_dev",
    "petition_title-message",
)
TYPES = ("all", "problem", "keyword", "number", "english", "other-lang", "more-like-this", "typo", "broad")
QUERIES = 300  # of a public set: enough for differences of .03; all of them take half an hour


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", default=DEFAULT)
    parser.add_argument("--sets", nargs="*", default=SETS)
    options = parser.parse_args()
    encoder = open_encoder(options.model)
    with tempfile.TemporaryDirectory() as folder:
        print_dev(options.shared, encoder, Path(folder))
        print_public(options.shared, options.sets, encoder, Path(folder))


def print_dev(shared: Path, encoder: Encoder, folder: Path) -> None:
    """Judge the dev queries with the project's own scorer, for each mode and for BM25 over words."""
    score = module(shared / "checks" / "score_queries.py")
    queries = score.jsonl(shared / "dev" / "queries.jsonl")
    place = folder / "seeds"
    with open_index(place, create=model_of(encoder)) as index:
        build([shared / "seeds"], index, encoder)
    print(f"\n| dev queries, nDCG@10 | {' | '.join(TYPES)} | hit@5 | none told | found |\n|{'---|' * (len(TYPES) + 4)}")
    with open_search(place, encoder.name) as precedents:
        runs: dict[str, Callable[[str], dict[str, Any]]] = {mode: _searcher(precedents, mode) for mode in MODES}
        runs["BM25, jieba words"] = _rival(precedents)
        for name, run in runs.items():
            results = {query["id"]: run(query["query"]) for query in queries}
            print(f"| {name} | {_dev_row(score, queries, results)} |")


def print_public(shared: Path, sets: Iterable[str], encoder: Encoder, folder: Path) -> None:
    print(f"\n| public set, nDCG@10 | passages | queries | {' | '.join(MODES)} |\n|{'---|' * (3 + len(MODES))}")
    for name in sets:
        root = shared / "benchmarks" / name
        corpus, queries = list(_gzipped(root / "corpus.jsonl.gz")), list(_gzipped(root / "queries.jsonl.gz"))
        judged: dict[str, dict[str, int]] = defaultdict(dict)
        for line in (root / "qrels.tsv").read_text("utf-8").splitlines():
            query, *_, passage, grade = line.split("\t")
            if grade.isdecimal():
                judged[query][passage] = int(grade)
        queries = [query for query in queries if query["id"] in judged][:QUERIES]
        with open_search(indexed(corpus, encoder, folder / name), encoder.name) as precedents:
            figures = []
            for mode in MODES:
                ranks = (
                    [hit.passage.citation.source for hit in precedents.search(query["text"], 10, mode=mode, min_score=0).hits]
                    for query in queries
                )
                figures.append(sum(ndcg(judged[query["id"]], found) for query, found in zip(queries, ranks, strict=True)) / len(queries))
        print(f"| {name} | {len(corpus)} | {len(queries)} | {' | '.join(f'{figure:.3f}' for figure in figures)} |", flush=True)


def ndcg(grades: dict[str, int], found: Sequence[str], k: int = 10) -> float:
    """Return nDCG@k with the gain 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002)."""
    gains = [2 ** grades.get(name, 0) - 1 for name in found[:k]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:k]
    return sum(g / math.log2(n + 2) for n, g in enumerate(gains)) / sum(g / math.log2(n + 2) for n, g in enumerate(ideal))


def _searcher(precedents: Precedents, mode: str) -> Callable[[str], dict[str, Any]]:
    def run(query: str) -> dict[str, Any]:
        fields = result_fields(precedents.search(query, 10, mode=mode, min_score=0))
        return {"hits": fields["hits"], "found": fields["found"]}

    return run


def _rival(precedents: Precedents) -> Callable[[str], dict[str, Any]]:
    """Return BM25 (k1 1.2, b .75) over jieba's words on the same passages, titles left out as such engines do; it always finds."""
    passages = [passage for _, passage in precedents.index.texts()]
    bags = [[word.text for word in words(passage.text)] for passage in passages]
    mean = sum(map(len, bags)) / len(bags)
    holding: dict[str, int] = defaultdict(int)
    for bag in bags:
        for word in set(bag):
            holding[word] += 1

    def score(asked: set[str], bag: list[str]) -> float:
        total = 0.0
        for word in asked & set(bag):
            idf = math.log(1 + (len(bags) - holding[word] + 0.5) / (holding[word] + 0.5))
            count = bag.count(word)
            total += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(bag) / mean))
        return total

    def run(query: str) -> dict[str, Any]:
        asked = {word.text for word in words(query)}
        scored = sorted(((score(asked, bag), -at) for at, bag in enumerate(bags)), reverse=True)[:10]
        hits = [{"text": passages[-at].text, "citation": {"source": passages[-at].citation.source}} for value, at in scored if value > 0]
        return {"hits": hits, "found": bool(hits)}

    return run


def _dev_row(score: Any, queries: list[dict[str, Any]], results: dict[str, dict[str, Any]]) -> str:
    by_type: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for query in queries:
        if query["type"] != "none":
            figures = score.score_query(query, results[query["id"]]["hits"])
            by_type[query["type"]].append(figures)
            by_type["all"].append(figures)
    none = [not results[query["id"]]["found"] for query in queries if query["type"] == "none"]
    found = [results[query["id"]]["found"] for query in queries if query["type"] != "none"]
    cells = [sum(row[0] for row in by_type[name]) / len(by_type[name]) for name in TYPES]
    cells += [sum(row[2] for row in by_type["all"]) / len(by_type["all"]), sum(none) / len(none), sum(found) / len(found)]
    return " | ".join(f"{cell:.3f}" for cell in cells)


def indexed(corpus: list[dict[str, Any]], encoder: Encoder, place: Path) -> Path:
    """Index a public corpus with one passage per document, as its judgements ask for."""
    passages = [
        Passage(row["text"], row.get("title") or "", 1, Citation(row["id"], ((1, 1),), 1, None, None, (), None, "", f"{at:016x}"))
        for at, row in enumerate(corpus)
    ]
    vectors = encoder.encode_passages([embedded_text(passage) for passage in passages])
    with open_index(place, create=model_of(encoder)) as index, index.writing() as writer:
        for passage, vector in zip(passages, vectors, strict=True):
            source = passage.citation.source
            article = Article(source, 1, None, None, None, (), None, ())
            writer.add(
                Page(source, passage.text, "", "utf-8"), Source(source, Path(source), 0, 0, ""), [article], [passage], vector.reshape(1, -1)
            )
    return place


def _gzipped(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
