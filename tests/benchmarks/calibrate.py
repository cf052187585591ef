"""Fits the lines of search/confidence.py: how likely does a passage answer, given cosine, similarity and what the judge says?

    python -m tests.benchmarks.calibrate --shared ../shared

Questions: the written ones that no model was trained on, in Chinese, in English, in other languages and by keywords. Each is asked twice:
of 500 other paragraphs of the same kind, as many as some newspaper pages hold, and of the same with the passage that it was written for.
Right: that passage, where it stands among the first ten. Wrong: the most probable of the first three where it is missing, by the line
itself, which is fitted again until it names the same; a near miss, of the same field and vocabulary. So a probability means: of the most
probable passage, when every second question has an answer. The judged dev queries and the seeds are not used.

The threshold is the highest at which one answerable question in twenty is told that there is nothing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.encoders.open import open_encoder
from index.encoders.protocol import Encoder
from index.training.data import rows, task
from search.evaluation.fit import area_under_curve, calibration_error, highest_threshold
from search.ranking.probability import EVEN, LINES, READ, Evidence, Line
from search.results import Hit
from search.searcher import open_search
from tests.benchmarks.sets import indexed

POOL = ("shenlun_materials", "shenlun2_materials", "gov_docs_shenlun")
MANY = 4000  # paragraphs of each
SIZE = 500  # paragraphs of one draw
SHARED_BY = 50  # questions that share a draw
FIRST, TOP = 3, 10  # passages of a question that are wrong where it has no answer; where its answer is looked for
ERROR = 0.05  # share of the answerable questions that may be told that there is nothing
NAMES = ("cosine", "similarity", "judge")
AGAIN = 8  # times that the wrong ones are chosen anew, at most


class Asked(NamedTuple):
    """What was found for one question: the evidence of the first passages, with its answer in the index and without, and which is it."""

    right: int | None
    with_it: list[Evidence]
    without: list[Evidence]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--models", nargs="+", choices=list(LINES), default=list(LINES))
    options = parser.parse_args()
    corpora, models = options.shared / "corpora", options.models
    pairs = [(pair.a, pair.b) for pair in task(corpora) if pair.held_out]
    pool = [row["text"] for name in POOL for row, _ in zip(rows(corpora / "text" / f"{name}.jsonl.gz"), range(MANY), strict=False)]
    starts = {answer[:60] for _, answer in pairs}
    others = [text for text in dict.fromkeys(pool) if len(text) > 40 and text[:60] not in starts]
    random.Random(1).shuffle(pairs)
    print(f"{len(pairs)} questions, {len({answer for _, answer in pairs})} answers, {len(others)} other paragraphs")
    for name in models:
        found = list(gathered(pairs, others, Remembering(open_encoder(name))))
        fit(f'LINES["{name}"]', found, used=("cosine", "similarity"))
        if name in READ:
            fit(f'READ["{name}"]', found, used=NAMES)
        if name == "both":
            fit("WITHOUT_COSINE", found, used=("similarity",))


class Remembering:
    """An encoder that embeds each text once: draws share their paragraphs."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self._known = encoder, dict[str, np.ndarray]()
        self.name, self.dim, self.fingerprint, self.inner = encoder.name, encoder.dim, encoder.fingerprint, encoder

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode_passages(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(len(texts), self.dim)

    def encode_query(self, text: str) -> np.ndarray:
        return self._encoder.encode_query(text)


def gathered(pairs: Sequence[tuple[str, str]], others: list[str], encoder: Remembering) -> Iterator[Asked]:
    """Ask every question of its draw, with and without its answer."""
    chance = random.Random(2)
    for first in range(0, len(pairs), SHARED_BY):
        some = pairs[first : first + SHARED_BY]
        draw = [{"id": f"o{at}", "text": text} for at, text in enumerate(chance.sample(others, SIZE))]
        answers = [{"id": f"a{at}", "text": text} for at, text in enumerate(dict.fromkeys(answer for _, answer in some))]
        with tempfile.TemporaryDirectory() as folder:
            queries = [question for question, _ in some]
            with open_search(indexed(draw, encoder, Path(folder) / "without")) as precedents:
                without = [evidence(result.hits, encoder.name) for result in precedents.search_many(queries, FIRST, min_score=0)]
            with open_search(indexed([*draw, *answers], encoder, Path(folder) / "with")) as precedents:
                results = precedents.search_many(queries, TOP, min_score=0, read=TOP)
        for (_, answer), result, none in zip(some, results, without, strict=True):
            right = next((at for at, hit in enumerate(result.hits) if hit.passage.text == answer), None)
            yield Asked(right, evidence(result.hits, encoder.name), none)


def evidence(hits: Sequence[Hit], model: str) -> list[Evidence]:
    return [Evidence(hit.scores["dense"], hit.scores["align"] or 0.0, hit.scores.get("judge"), model) for hit in hits]


def fit(name: str, found: Sequence[Asked], used: Sequence[str]) -> None:
    """Fit one line, and print it with what it reaches on questions that it was not fitted on."""
    line = fitted(found, used)
    print(f"{name} = {written(line)}")
    halves = [found[0::2], found[1::2]]
    told = [report(fitted(mine, used), others) for mine, others in (halves, halves[::-1])]
    print(f"  on the half it was not fitted on: {told[0]}\n                              the other: {told[1]}")
    print(f"  all: {report(line, found)}; threshold {least(line, found):.2f} for an error of {ERROR}")


def fitted(found: Sequence[Asked], used: Sequence[str]) -> Line:
    """Return the logistic regression of right and wrong passages; which are wrong is chosen by the line before."""
    right = [each.with_it[each.right] for each in found if each.right is not None]
    nothing = [each.without[:FIRST] for each in found if each.without]  # of a question without a known word nothing is found
    line = regression(right, [first for first, *_ in nothing], used)
    for _ in range(AGAIN):
        again = regression(right, [max(some, key=lambda one: score(line, one)) for some in nothing], used)
        if np.allclose(again, line, atol=0.005):
            break
        line = again
    return line


def regression(right: Sequence[Evidence], wrong: Sequence[Evidence], used: Sequence[str]) -> Line:
    """Fit a line by Newton's method, right and wrong with the same weight in all, with no weight below 0: more evidence must never lower
    a score, so what would is left out and the rest fitted again."""
    values = np.array([[getattr(one, name) or 0.0 for name in used] for one in (*right, *wrong)])
    labels = np.array([1.0] * len(right) + [0.0] * len(wrong))
    mass = np.where(labels == 1, 1 / len(right), 1 / len(wrong)) * len(labels) / 2
    kept = list(range(len(used)))
    while True:
        features = np.column_stack([np.ones(len(values)), values[:, kept]])
        weights = newton(features, labels, mass)
        if (weights[1:] >= 0).all():
            break
        del kept[int(weights[1:].argmin())]
    named = dict(zip((used[at] for at in kept), map(float, weights[1:]), strict=True))
    return Line(float(weights[0]), *(named.get(name, 0.0) for name in NAMES))


def newton(features: np.ndarray, labels: np.ndarray, mass: np.ndarray, penalty: float = 1e-3) -> np.ndarray:
    weights = np.zeros(features.shape[1])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (mass * (labels - chances)) - penalty * weights
        curve = (features * (mass * chances * (1 - chances))[:, None]).T @ features + penalty * np.eye(len(weights))
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def score(line: Line, one: Evidence) -> float:
    total = line.constant + sum(getattr(line, name) * (getattr(one, name) or 0.0) for name in NAMES)
    return float(1 / (1 + np.exp(-total)))


def best(line: Line, some: Sequence[Evidence]) -> float:
    return max((score(line, one) for one in some[:FIRST]), default=0.0)


def least(line: Line, found: Sequence[Asked]) -> float:
    return highest_threshold(np.array([best(line, each.with_it) for each in found]), range(len(found)), ERROR)


def report(line: Line, found: Sequence[Asked]) -> str:
    """Return how well the best of the first three tells a question with an answer from one without, and the calibration error."""
    answered, nothing = (
        np.array([best(line, some) for some in each]) for each in zip(*[(a.with_it, a.without) for a in found], strict=True)
    )
    ranked = np.array([score(line, each.with_it[each.right]) for each in found if each.right is not None])
    chances, labels = np.concatenate([answered, nothing]), np.repeat([1.0, 0.0], len(found))
    error = calibration_error(np.concatenate([ranked, nothing]), np.repeat([1.0, 0.0], [len(ranked), len(found)]))
    at = least(line, found)
    told = "; ".join(
        f"at {limit:.2f} {(answered >= limit).mean():.2f} of the answerable found, {(nothing < limit).mean():.2f} of the others told none"
        for limit in (at, EVEN)
    )
    return f"AUC {area_under_curve(chances, labels):.3f}, calibration error {error:.3f}, {told}"


def written(line: Line) -> str:
    return f"Line({', '.join(f'{weight:.2f}' for weight in line)})"


if __name__ == "__main__":
    main()
