"""Measure a model by nDCG@10 on judged questions, ranking by its vectors alone. Nothing here trains or chooses.

python -m index.training.evaluate --shared ../shared [--model index/encoders/shipped/static | contextual] [--work index/training/cache]
"""

from __future__ import annotations

import argparse
import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from index.training.data import pairs, rows
from index.training.sources import QUESTIONS, WRITTEN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Vectors = NDArray[np.float32]

DEPTH = 10  # of nDCG
ASIDE = {WRITTEN: "written", QUESTIONS: "questions"}  # sources of which a part is held out -> their names in the table
BENCHMARKS = (
    "xquad_zh-zh",
    "xquad_en-zh",
    "tatoeba_cmn-eng",
    "cmrc2018_trial",
    "petition_title-message",
    "tatoeba_jpn-eng",
    "tatoeba_kor-eng",
    "mrc_antiterror_dev",
)
PAGES_READ = "segmentation.json"  # four of the five seed pages; questions about the other are skipped


class MeasuredEncoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1 or zeros."""


class Opened(NamedTuple):
    """An encoder that is opened as a search opens it, by name or folder."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        from index.encoders.open import open_encoder

        return open_encoder(self.name).encode_passages(texts)


class TrainedModel(NamedTuple):
    """A tokenizer and the vector of each of its words."""

    tokenizer: Tokenizer
    matrix: Vectors

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return (len(texts), dim), float32, rows of length 1; a text without a known word gives zeros."""
        import numpy as np

        out = np.zeros((len(texts), self.matrix.shape[1]), np.float32)
        for row, encoding in enumerate(self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)):
            if encoding.ids:
                out[row] = self.matrix[encoding.ids].astype(np.float32).mean(axis=0)
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        out /= np.where(lengths > 0, lengths, 1)
        return out


def load(folder: Path) -> TrainedModel:
    """Return the static model in *folder*, read without torch."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    return TrainedModel(Tokenizer.from_file(str(folder / "tokenizer.json")), load_file(folder / "model.safetensors")["embedding.weight"])


def ndcg(grades: Sequence[int], ideal: Sequence[int]) -> float:
    """Return nDCG@10 of the *grades* found in order; *ideal*: all grades there are. Gain 2^grade - 1, discount log2(rank + 1).

    >>> ndcg([0, 1], [1])
    0.6309297535714575
    """
    best = math.fsum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(sorted(ideal, reverse=True)[:DEPTH]))
    return math.fsum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades[:DEPTH])) / best


def nearest(queries: Vectors, passages: Vectors) -> list[list[int]]:
    """Return the numbers of the ten nearest passages of each query, nearest first."""
    import numpy as np

    return [list(np.argsort(-scores, kind="stable")[:DEPTH]) for scores in queries @ passages.T]


def benchmark(model: MeasuredEncoder, folder: Path) -> float:
    """Return the mean nDCG@10 of one folder of corpus, queries and judgements."""
    corpus = list(rows(folder / "corpus.jsonl.gz"))
    queries = {row["id"]: row["text"] for row in rows(folder / "queries.jsonl.gz")}
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query, passage, grade = line.split("\t")
        judged[query][passage] = int(float(grade))
    ids = list(judged)
    passages = model.encode([" ".join(filter(None, (row.get("title"), row["text"]))) for row in corpus])
    found = nearest(model.encode([queries[query] for query in ids]), passages)
    scores = [
        ndcg([judged[query].get(corpus[number]["id"], 0) for number in numbers], list(judged[query].values()))
        for query, numbers in zip(ids, found, strict=True)
    ]
    return sum(scores) / len(scores)


def written(model: MeasuredEncoder, work: Path) -> dict[str, float]:
    """Return nDCG@10 of the held-out questions among all passages that questions were written for, by source and kind."""
    made = [pair for pair in pairs(work / "pairs.jsonl") if pair.source in ASIDE]
    passages = list(dict.fromkeys(pair.b for pair in made))
    numbered = {passage: number for number, passage in enumerate(passages)}
    asked = [pair for pair in made if pair.held_out]
    found = nearest(model.encode([pair.a for pair in asked]), model.encode(passages))
    scores = defaultdict(list)
    for pair, numbers in zip(asked, found, strict=True):
        scores[f"{ASIDE[pair.source]} {_kind(pair.a)}"].append(ndcg([int(number == numbered[pair.b]) for number in numbers], [1]))
    return {kind: sum(values) / len(values) for kind, values in sorted(scores.items())}


def _kind(question: str) -> str:
    if question.isascii():
        return "english"
    if re.search("[\u3040-\u30ff\uac00-\ud7af]", question) or not re.search("[\u4e00-\u9fff]", question):
        return "other-lang"
    return "keyword" if " " in question and not re.search("[，。？！?,]", question) else "problem"


def dev(model: MeasuredEncoder, shared: Path) -> dict[str, float]:
    """Return the scores of the dev questions by type, over the paragraphs of the pages that are read by hand, titles in front."""
    texts, sources = [], []
    for page in json.loads((shared / "dev" / PAGES_READ).read_text("utf-8")):
        for article in page["articles"]:
            for paragraph in article["paragraphs"]:
                texts.append(f"{article['title'] or ''} {paragraph['text']}")
                sources.append((page["file"], _norm(paragraph["text"])))
    pages = {file for file, _ in sources}
    questions = []
    for query in map(json.loads, (shared / "dev" / "queries.jsonl").read_text("utf-8").splitlines()):
        if query["relevant"] and all(judged["file"] in pages for judged in query["relevant"]):
            questions.append(query)
    found = nearest(model.encode([query["query"] for query in questions]), model.encode(texts))
    scores = defaultdict(list)
    for query, numbers in zip(questions, found, strict=True):
        score = _graded(query["relevant"], [sources[number] for number in numbers])
        scores[f"dev {query['type']}"].append(score)
        scores["dev all"].append(score)
    return {kind: sum(values) / len(values) for kind, values in sorted(scores.items())}


def _graded(judged: Sequence[Mapping[str, str]], hits: Sequence[tuple[str, str]]) -> float:
    """Score *hits* as checks/score_queries.py does: the anchors of one true paragraph are one unit and count once."""
    best: dict[str, int] = {}
    for mark in judged:
        unit = mark.get("unit") or mark["anchor"]
        best[unit] = max(best.get(unit, 0), int(mark["grade"]))
    seen: set[str] = set()
    grades = []
    for file, text in hits:
        units = {mark.get("unit") or mark["anchor"] for mark in judged if mark["file"] == file and _norm(mark["anchor"]) in text} - seen
        seen |= units
        grades.append(max((best[unit] for unit in units), default=0))
    return ndcg(grades, list(best.values()))


def _norm(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def evaluate(model: MeasuredEncoder, shared: Path, work: Path) -> dict[str, float]:
    """Return nDCG@10 of every set."""
    scores = {name: benchmark(model, shared / "benchmarks" / name) for name in BENCHMARKS}
    if (work / "pairs.jsonl").is_file():
        scores |= written(model, work)
    return scores | dev(model, shared)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path, default=Path("index/encoders/shipped/static"))
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--scores", type=Path, help="a file to write the scores to, as JSON")
    arguments = parser.parse_args()
    static = (arguments.model / "1_Normalize").is_dir()
    model = load(arguments.model) if static else Opened(str(arguments.model))
    scores = evaluate(model, arguments.shared, arguments.work)
    for name, score in scores.items():
        print(f"{name:24} {score:.3f}")
    if arguments.scores:
        arguments.scores.write_text(json.dumps(scores, indent=1), "utf-8")


if __name__ == "__main__":
    main()
