"""Sets of judged questions: the public ones and the dev questions about the seeds, each with its passages, questions and judgements."""

from __future__ import annotations

import gzip
import importlib.util
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from index.document import Passage
from index.encoders.protocol import Encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.indexing import build
from index.training.held_out import index_corpus
from tests.benchmarks.figures import ndcg

DEV = "dev"
SEED = 1  # of the sample of questions of a large set


class SetQuestion(NamedTuple):
    """A question of a set; *kind* is its type, empty where a set has no types."""

    id: str
    text: str
    kind: str = ""


class Judged(NamedTuple):
    """The metrics of the first ten passages for one question."""

    ndcg: float
    hit1: float
    hit5: float


class JudgedSet(Protocol):
    """A set of judged questions with its passages. *questions* of kind "none" have no answer and are not judged."""

    name: str
    questions: list[SetQuestion]

    def index(self, encoder: Encoder, address: Path) -> None:
        """Index the passages of the set in the folder *address*."""

    def docid(self, passage: Passage) -> str:
        """Return the name of *passage* in a TREC run."""

    def judge(self, question: SetQuestion, passages: Sequence[Passage]) -> Judged: ...


class PublicSet:
    """A public set: a folder with corpus.jsonl.gz, queries.jsonl.gz and qrels.tsv, where each text of the corpus is one passage."""

    def __init__(self, folder: Path, many: int) -> None:
        self.name = folder.name
        self._corpus = list(gzipped(folder / "corpus.jsonl.gz"))
        self._grades: dict[str, dict[str, int]] = defaultdict(dict)
        for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
            query, *_, passage, grade = line.split("\t")
            if grade.isdecimal() and int(grade):
                self._grades[query][passage] = int(grade)
        questions = [
            SetQuestion(row["id"], row["text"])
            for row in gzipped(folder / "queries.jsonl.gz")
            if row["id"] in self._grades and row["text"].strip()
        ]
        self.questions = _sample(questions, many)

    def index(self, encoder: Encoder, address: Path) -> None:
        index_corpus(self._corpus, encoder, address)

    def docid(self, passage: Passage) -> str:
        return passage.citation.source

    def grades(self, question: str) -> dict[str, int]:
        """Return the grade of each passage that is relevant to the question with this id."""
        return self._grades[question]

    def judge(self, question: SetQuestion, passages: Sequence[Passage]) -> Judged:
        grades, ranking = self._grades[question.id], [self.docid(passage) for passage in passages]
        hits = [name in grades for name in ranking]
        return Judged(ndcg(grades, ranking), float(any(hits[:1])), float(any(hits[:5])))


class DevSet:
    """The dev questions about the seed pages, judged by the scorer that lies beside them."""

    name = DEV

    def __init__(self, shared: Path) -> None:
        self._score = module(shared / "checks" / "score_queries.py")
        self._rows = {row["id"]: row for row in self._score.jsonl(shared / "dev" / "queries.jsonl")}
        self._pages = shared / "seeds"
        self.questions = [SetQuestion(row["id"], row["query"], row["type"]) for row in self._rows.values()]

    def index(self, encoder: Encoder, address: Path) -> None:
        with open_index(address, create=model_of(encoder)) as index:
            build([self._pages], index, encoder)

    def docid(self, passage: Passage) -> str:
        return passage.citation.id

    def judge(self, question: SetQuestion, passages: Sequence[Passage]) -> Judged:
        hits = [{"text": passage.text, "citation": {"source": passage.citation.source}} for passage in passages]
        return Judged(*self._score.score_query(self._rows[question.id], hits))


def names(shared: Path) -> list[str]:
    """Return the names of all sets, the dev questions first."""
    public = sorted(path.parent.name for path in shared.glob("benchmarks/*/qrels.tsv"))
    return [DEV, *public] if (shared / "dev" / "queries.jsonl").is_file() else public


def open_set(shared: Path, name: str, many: int) -> JudgedSet:
    """Open a set by its name. Of a public one at most *many* questions are asked (0: all), the same ones every time."""
    return DevSet(shared) if name == DEV else PublicSet(shared / "benchmarks" / name, many)


def _sample(questions: list[SetQuestion], many: int) -> list[SetQuestion]:
    if not many or len(questions) <= many:
        return questions
    return [questions[number] for number in sorted(random.Random(SEED).sample(range(len(questions)), many))]


def gzipped(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def module(path: Path) -> Any:
    """Return a script of the shared folder as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chosen(shared: Path, wanted: Iterable[str] | None) -> list[str]:
    """Return the names of the sets that are *wanted*, of all where None. End the program for a name that is no set."""
    known = names(shared)
    unknown = sorted(set(wanted or ()) - set(known))
    if unknown:
        raise SystemExit(f"no set {', '.join(unknown)} under {shared}; there are: {', '.join(known)}")
    return [name for name in known if wanted is None or name in set(wanted)]
