"""How good the ranking is, on the dev questions about the seeds and on public test sets: the vectors of each model alone, words alone,
the whole search, the search without one leg, and BM25 over jieba's words as a plain search engine has it.

    python -m tests.benchmarks.quality --shared ../shared [--sets dev xquad_zh-zh …] [--models static …] [--queries N] [--brief]

prints Markdown tables. Each figure has its 95 % bootstrap interval, each difference is paired by question. Progress goes to stderr.
--brief leaves out the search without one leg, the BM25 of jieba's words, and the differences. The last tables count what breaks a promise:
lists that rise, `found` that depends on how many passages are asked for, a batch that answers otherwise than single questions.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.encoders.shipped import shipped_models
from index.engine.open import open_index
from search.evaluation.metrics import Figure
from search.searcher import open_search
from tests.benchmarks.consistency import BatchCounts, ListCounts, batch_table, compare_batch, count_rising, rising_table
from tests.benchmarks.figures import figure, gain
from tests.benchmarks.methods import Method, Ranked, jieba_words, vectors_alone, whole_search, without, words_alone
from tests.benchmarks.sets import DEV, Judged, JudgedSet, SetQuestion, chosen, open_set

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

QUERIES = 300  # questions of a public set; enough to see differences of .03
COMPARED = 60  # questions of a set that are asked in every mode, and alone beside in a batch
STEP = 512  # passages encoded between two lines of progress
WORDS = "BM25"
RIVAL = "BM25, jieba words"
LEGS = {"dense": "vectors", "lexical": "words", "align": "alignment"}  # of the whole search, each left out in turn
SHOWN = ("all", "problem", "keyword", "number", "english", "other-lang", "more-like-this", "typo", "broad")


class Scores(NamedTuple):
    """The results of every method on one set, in the order of *questions*; *judged* is None for a question without an answer."""

    name: str
    questions: list[SetQuestion]
    passages: int
    judged: dict[str, list[Judged | None]]
    found: dict[str, list[bool | None]]
    lists: list[ListCounts]
    batches: list[BatchCounts]


class Row(NamedTuple):
    """One line of a table: questions of a set, with a value for each method and question."""

    name: str
    passages: int
    values: dict[str, list[float]]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--sets", nargs="+", metavar="SET", help="only these; dev is the judged questions about the seeds")
    parser.add_argument("--models", nargs="+", metavar="MODEL", help="only these: shipped ones, or any by name or path")
    parser.add_argument("--queries", type=int, default=QUERIES, metavar="N", help="of a public set at most so many; 0: all")
    parser.add_argument("--brief", action="store_true", help="leave out the ablations")
    parser.add_argument("--runs", type=Path, metavar="FOLDER", help="write each ranking there as a TREC run")
    options = parser.parse_args(arguments)
    models = {label(name): Remembering(open_encoder(name)) for name in options.models or shipped_models()}
    if options.runs:
        options.runs.mkdir(parents=True, exist_ok=True)
    print(header(sys.argv[1:] if arguments is None else arguments), flush=True)
    scores = []
    for name in chosen(options.shared, options.sets):
        scores.append(measured(open_set(options.shared, name, options.queries), models, options.runs, options.brief))
    for line in tables(scores, list(models), options.brief):
        print(line)


class Remembering:
    """An encoder that encodes no passage twice in one run: sets share passages, as do the languages of their questions."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dim, self.fingerprint = encoder.name, encoder.dim, encoder.fingerprint
        self.encode_query, self.cohort = encoder.encode_query, getattr(encoder, "cohort", None)
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for first in range(0, len(new), STEP):
            tell(f"{label(self.name)}: {first} of {len(new)} passages encoded")
            chunk = new[first : first + STEP]
            self._known.update(zip(chunk, self._encoder.encode_passages(chunk), strict=True))
        return np.stack([self._known[text] for text in texts])


def measured(judged: JudgedSet, models: dict[str, Remembering], runs: Path | None, brief: bool) -> Scores:
    """Ask all questions of a set by every method. Each model has an index; the methods without a model use the first of these."""
    scores = Scores(judged.name, judged.questions, 0, {}, {}, [], [])
    texts = [question.text for question in judged.questions][:COMPARED]
    with tempfile.TemporaryDirectory() as folder:
        for number, (model, encoder) in enumerate(models.items()):
            address = Path(folder) / str(number)
            judged.index(encoder, address)
            with open_index(address) as index:
                if not number:
                    scores = scores._replace(passages=len(index))
                    ask(judged, WORDS, words_alone(index), scores, runs)
                    if not brief:
                        ask(judged, RIVAL, jieba_words([passage for _, passage in index.every_passage()]), scores, runs)
                ask(judged, f"{model} vectors", vectors_alone(index, encoder), scores, runs)
            with open_search(address) as searcher:
                whole = whole_search(searcher)
                ask(judged, f"{model} whole", whole, scores, runs)
                scores.lists.extend(count_rising(f"{judged.name}, {model}", searcher, texts))
                scores.batches.append(compare_batch(f"{judged.name}, {model}", searcher, texts))
                for leg, name in {} if brief else LEGS.items():
                    ask(judged, f"{model} without {name}", without(leg, whole), scores, runs)
    return scores


def ask(judged: JudgedSet, method: str, rank: Method, scores: Scores, runs: Path | None) -> None:
    """Ask all questions by one method and add its results to *scores*; with *runs*, write them there as a TREC run."""
    start = time.perf_counter()
    rankings: list[Ranked] = []
    for number, question in enumerate(judged.questions):
        if number % 50 == 0:
            tell(f"{judged.name}, {method}: {number} of {len(judged.questions)} questions")
        rankings.append(rank(question.text))
    pairs = list(zip(judged.questions, rankings, strict=True))
    scores.judged[method] = [None if question.kind == "none" else judged.judge(question, ranked.passages) for question, ranked in pairs]
    scores.found[method] = [ranked.found for ranked in rankings]
    if runs:
        named = [(q.id, list(zip(map(judged.docid, ranked.passages), ranked.scores, strict=True))) for q, ranked in pairs]
        tag = re.sub(r"[^\w.]+", "-", method)
        write_run(runs / f"{judged.name}.{tag}.trec", tag, named)
    tell(f"{judged.name}, {method}: {len(rankings)} questions in {time.perf_counter() - start:.1f} s", last=True)


def write_run(path: Path, tag: str, rankings: Iterable[tuple[str, Sequence[tuple[str, float]]]]) -> None:
    """Write a TREC run: the passages of each question in order, with falling scores; a line is `qid Q0 docid rank score tag`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for question, ranking in rankings:
            for rank, (passage, score) in enumerate(ranking, 1):
                file.write(f"{question} Q0 {passage} {rank} {score:.6f} {tag}\n")


def tables(scores: Sequence[Scores], models: Sequence[str], brief: bool) -> Iterator[str]:
    """Yield the tables line by line: nDCG@10 of all sets, hit@1 of translations, hit@5 and `found` of the dev questions, broken promises,
    differences."""
    rivals = [WORDS] if brief else [WORDS, RIVAL]
    methods = [*(f"{model} vectors" for model in models), *rivals, *(f"{model} whole" for model in models)]
    methods += [] if brief else [f"{model} without {named}" for model in models for named in LEGS.values()]
    rows = [row for of_set in scores for row in rows_of(of_set, lambda judged: judged.ndcg)]
    yield from table("nDCG@10", rows, methods, figure_of)
    translations = [of_set for of_set in scores if of_set.name.startswith("tatoeba")]
    if translations:
        yield from table("hit@1", [row for one in translations for row in rows_of(one, lambda judged: judged.hit1)], methods, figure_of)
    for of_set in scores:
        if of_set.name == DEV:
            yield from table("hit@5", rows_of(of_set, lambda judged: judged.hit5)[:1], methods, figure_of)
            yield from found_table(of_set)
    yield from rising_table([row for of_set in scores for row in of_set.lists])
    yield from batch_table([row for of_set in scores for row in of_set.batches])
    if not brief:
        yield from table_of_differences(rows, models)


def table_of_differences(rows: Sequence[Row], models: Sequence[str]) -> Iterator[str]:
    differences = [
        *((f"{model} whole", other) for model in models for other in (f"{model} vectors", WORDS, RIVAL)),
        *((f"{model} vectors", WORDS) for model in models),
        *((f"{model} whole", f"{model} without {named}") for model in models for named in LEGS.values()),
        (WORDS, RIVAL),
        *((f"{b} {kind}", f"{a} {kind}") for a, b in combinations(models, 2) for kind in ("vectors", "whole")),
    ]
    heads = {f"{better} − {worse}": (better, worse) for better, worse in differences}
    yield from table("gain in nDCG@10", rows, list(heads), lambda row, head: gain(*(row.values[method] for method in heads[head])), "+.3f")


def rows_of(scores: Scores, value: Callable[[Judged], float]) -> list[Row]:
    """Return a row for a public set, and a row for each type of the dev questions."""
    kinds = ["all"] if scores.name != DEV else [kind for kind in SHOWN if kind == "all" or any(q.kind == kind for q in scores.questions)]
    rows = []
    for kind in kinds:
        values = {
            method: [
                value(of_question)
                for q, of_question in zip(scores.questions, judged, strict=True)
                if of_question and kind in ("all", q.kind)
            ]
            for method, judged in scores.judged.items()
        }
        rows.append(Row(scores.name if scores.name != DEV else f"dev: {kind}", scores.passages, values))
    return rows


def table(
    measure: str, rows: Iterable[Row], columns: Sequence[str], cell: Callable[[Row, str], Figure], form: str = ".3f"
) -> Iterator[str]:
    yield f"\n| {measure} | passages | questions | {' | '.join(columns)} |"
    yield f"|{'---|' * (len(columns) + 3)}"
    for row in rows:
        questions = len(next(iter(row.values.values())))
        yield f"| {row.name} | {row.passages} | {questions} | {' | '.join(format(cell(row, column), form) for column in columns)} |"


def figure_of(row: Row, method: str) -> Figure:
    return figure(row.values[method])


def found_table(scores: Scores) -> Iterator[str]:
    """Yield the table of how often `found` is right; the first ten passages decide."""
    yield "\n| dev | no answer, and told so | an answer, and found |\n|---|---|---|"
    for method, found in scores.found.items():
        if None not in found:
            unanswerable = [not reported for q, reported in zip(scores.questions, found, strict=True) if q.kind == "none"]
            answerable = [bool(reported) for q, reported in zip(scores.questions, found, strict=True) if q.kind != "none"]
            yield f"| {method} | {sum(unanswerable)} of {len(unanswerable)} | {sum(answerable)} of {len(answerable)} |"


def header(arguments: Sequence[str]) -> str:
    """Return date, commit and command."""
    try:
        commit = _git("rev-parse", "--short", "HEAD") + (" with changes" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    command = shlex.join(["python", "-m", "tests.benchmarks.quality", *arguments])
    return f"{time.strftime('%Y-%m-%d')}, commit {commit}, `{command}`"


def _git(*arguments: str) -> str:
    made = subprocess.run(["git", *arguments], cwd=Path(__file__).parent, check=True, capture_output=True, text=True)
    return made.stdout.strip()


def label(model: str) -> str:
    """Return the name of a model without its folders."""
    return Path(model).name


def tell(line: str, last: bool = False) -> None:
    """Print *line* to stderr: on a terminal over the line before, elsewhere only a *last* line."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last:
        print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
