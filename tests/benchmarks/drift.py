"""How far BM25 drifts after an update: an index of which some passages were replaced, against an index of the same passages made at once.

    python -m tests.benchmarks.drift [--shared ../shared] [--passages 4000]

prints a Markdown table. tantivy counts removed passages in its statistics until a tenth of the passages has changed and all are written
anew; a replaced passage counts twice, as one that went and one that came, so that no index ever has more than five in a hundred of them.
The passages are messages of citizens, the queries their titles; the first text of a replaced passage is another message.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

import numpy as np

from index.encoders.protocol import Encoder
from index.engine.open import open_index
from index.text.tokens import terms
from index.training.held_out import index_corpus
from tests.benchmarks.figures import ndcg
from tests.benchmarks.sets import PublicSet, gzipped
from tests.toy import ToyEncoder

SET = "petition_title-message"
SHARES = (0.01, 0.03, 0.05, 0.10)  # of the passages are replaced
K = 10
DEPTH = 100  # passages of each ranking whose scores are compared

Lexical = list[dict[str, float]]  # of each query: the score of each passage by its name, best first


class Queries(NamedTuple):
    """Judged queries: texts, and the grade of each relevant passage."""

    texts: list[str]
    grades: list[dict[str, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--passages", type=int, default=4000)
    options = parser.parse_args()
    folder = options.shared / "benchmarks" / SET
    corpus = list(gzipped(folder / "corpus.jsonl.gz"))
    passages, others = corpus[: options.passages], corpus[options.passages :]
    queries = _queries(folder, {row["id"] for row in passages})
    print(f"{len(passages):,} passages, {len(queries.texts)} queries\n")
    print("| replaced | nDCG@10, new index | nDCG@10, updated | same first ten | scores off, mean | scores off, most |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        fresh = _answers(index_corpus(passages, ToyEncoder(), Path(temporary) / "fresh"), queries)
        for share in SHARES:
            _row(share, fresh, _answers(_updated(passages, others, share, Path(temporary) / str(share)), queries), queries)


def _queries(folder: Path, names: set[str]) -> Queries:
    """Return the queries with a relevant passage among *names*."""
    public = PublicSet(folder, 0)
    judged = [(question.text, public.grades(question.id)) for question in public.questions]
    kept = [(text, grades) for text, grades in judged if grades.keys() & names]
    return Queries([text for text, _ in kept], [grades for _, grades in kept])


def _updated(passages: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]], share: float, folder: Path) -> Path:
    """Return an index of *passages* of which a *share* held other texts before its last commit."""
    chance, encoder = random.Random(1), ToyEncoder()
    replaced = sorted(chance.sample(range(len(passages)), round(share * len(passages))))
    texts = chance.sample([row["text"] for row in others], len(replaced))
    before: list[dict[str, Any]] = [*passages]
    for position, text in zip(replaced, texts, strict=True):
        before[position] = {**passages[position], "text": text}
    index_corpus(before, encoder, folder)
    _replace(folder, passages, replaced, encoder)
    return folder


def _replace(folder: Path, passages: Sequence[dict[str, Any]], positions: Sequence[int], encoder: Encoder) -> None:
    """Replace the passages at these positions by their own texts, in one commit."""
    index_corpus([passages[position] for position in positions], encoder, folder)


def _answers(folder: Path, queries: Queries) -> Lexical:
    """Return the first passages of each query with their BM25."""
    with open_index(folder) as index:
        rankings = index.matching([list(dict.fromkeys(terms(text))) for text in queries.texts], DEPTH)
        names = {key: passage.citation.source for key, passage in index.every_passage()}
        return [dict(zip([names[key] for key in one.keys.tolist()], one.scores.tolist(), strict=True)) for one in rankings]


def _row(share: float, fresh: Lexical, updated: Lexical, queries: Queries) -> None:
    off = [abs(score / one[name] - 1) for one, other in zip(fresh, updated, strict=True) for name, score in other.items() if name in one]
    same = mean(list(one)[:K] == list(other)[:K] for one, other in zip(fresh, updated, strict=True))
    figures = [mean(ndcg(grades, list(one)) for grades, one in zip(queries.grades, answers, strict=True)) for answers in (fresh, updated)]
    print(f"| {share:.0%} | {figures[0]:.4f} | {figures[1]:.4f} | {same:.1%} | {np.mean(off):.2%} | {max(off):.2%} |", flush=True)


if __name__ == "__main__":
    main()
