"""Fit the lines of search/ranking/probability.py: how likely does a passage answer a question, given the evidence for it?

    python -m index.training.probability --shared ../shared      # twelve minutes on two cores; prints the lines and their quality

    held-out questions ──search──▶ evidence of the first passages ──logistic regression──▶ ProbabilityLine

Each question is asked twice: of 500 other paragraphs of its field, as many as some newspaper pages hold, and of the same paragraphs
together with its answer. A passage is right if it is the answer and among the first ten. It is wrong if it is the most probable of the
first three of a question without its answer: a near miss. Which passage is the most probable depends on the line, so the line is fitted
again until the choice stays. A probability therefore holds for the most probable passage, when half of the questions have an answer.

The threshold of `found` is the highest at which no precedent is reported for 5 % of the answerable questions.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index.encoders.open import open_encoder
from index.errors import BadInput
from index.training.held_out import (
    HeldOut,
    RememberingEncoder,
    held_out_questions,
    index_corpus,
    other_paragraphs,
    paragraph_rows,
)
from search.evaluation.fit import area_under_curve, calibration_error, highest_threshold
from search.ranking.probability import EVEN, LINES, READ, Evidence, ProbabilityLine
from search.ranking.shipped_cross_encoder import ShippedCrossEncoder, open_cross_encoder
from search.results import Hit, Result
from search.searcher import open_search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PARAGRAPHS = 500  # other paragraphs of one draw
QUESTIONS_OF_DRAW = 50  # questions that are asked of the same draw
WRONG_AMONG = 3  # first passages of a question without its answer; the most probable of them is wrong
RIGHT_AMONG = 10  # first passages among which the answer is looked for
ERROR = 0.05  # share of the answerable questions for which no precedent may be reported
NAMES = ProbabilityLine._fields[1:]  # the evidence of `Evidence`: cosine, similarity, and the score of the cross-encoder
REFITS = 8  # times that the wrong passages are chosen anew, at most
STEADY = 0.005  # change of a weight below which the choice has settled
NEWTON_STEPS = 50  # of the regression; it converges in fewer than 10
PENALTY = 1e-3  # on the weights, which keeps the equations solvable


class Asked(NamedTuple):
    """The evidence for the first passages of one question, with its answer in the index and without; *right* is the answer's position."""

    right: int | None
    with_answer: list[Evidence]
    without: list[Evidence]


def ask(questions: Sequence[HeldOut], others: Sequence[str], encoder: RememberingEncoder) -> Iterator[Asked]:
    """Ask every question of its draw of paragraphs, with its answer and without."""
    cross_encoder, chance = open_cross_encoder(encoder.inner), random.Random(2)
    for first in range(0, len(questions), QUESTIONS_OF_DRAW):
        draw = questions[first : first + QUESTIONS_OF_DRAW]
        paragraphs = chance.sample(others, PARAGRAPHS)
        answers = list(dict.fromkeys(answer for _, answer in draw))
        without = _hits(draw, paragraphs, encoder, WRONG_AMONG)
        for one, with_answer, none in zip(draw, _hits(draw, [*paragraphs, *answers], encoder, RIGHT_AMONG), without, strict=True):
            right = next((position for position, hit in enumerate(with_answer) if hit.passage.text == one.answer), None)
            found = [_evidence(one.question, hits, encoder.name, cross_encoder) for hits in (with_answer, none)]
            yield Asked(right, *found)


def _hits(draw: Sequence[HeldOut], paragraphs: Sequence[str], encoder: RememberingEncoder, k: int) -> list[list[Hit]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_search(index_corpus(paragraph_rows(paragraphs), encoder, Path(folder) / "index")) as searcher,
    ):
        results = searcher.search_many([question for question, _ in draw], k, min_score=0)
        return [_hits_of(result) for result in results]


def _hits_of(result: Result | BadInput) -> list[Hit]:
    if isinstance(result, BadInput):
        raise result
    return result.hits


def _evidence(question: str, hits: Sequence[Hit], model: str, cross_encoder: ShippedCrossEncoder | None) -> list[Evidence]:
    read = cross_encoder.scores([(question, hit.passage.text) for hit in hits]).tolist() if cross_encoder else [None] * len(hits)
    return [Evidence(hit.scores["dense"], hit.scores["align"] or 0.0, score, model) for hit, score in zip(hits, read, strict=True)]


def fitted(asked: Sequence[Asked], names: Sequence[str]) -> ProbabilityLine:
    """Return the logistic regression of right and wrong passages on the evidence *names*."""
    right = [one.with_answer[one.right] for one in asked if one.right is not None]
    wrong = [one.without[:WRONG_AMONG] for one in asked if one.without]  # a question without a known word finds nothing
    line = regression(right, [first for first, *_ in wrong], names)
    for _ in range(REFITS):
        refitted = regression(right, [max(passages, key=lambda one: probability(line, one)) for passages in wrong], names)
        if max(abs(new - old) for new, old in zip(refitted, line, strict=True)) < STEADY:
            break
        line = refitted
    return line


def regression(right: Sequence[Evidence], wrong: Sequence[Evidence], names: Sequence[str]) -> ProbabilityLine:
    """Return the line of the highest likelihood; right and wrong passages have the same weight in all.

    No weight is below 0, since more evidence must never lower a probability: evidence that would is left out and the rest fitted again.
    """
    import numpy as np

    values = np.array([[getattr(one, name) or 0.0 for name in names] for one in (*right, *wrong)])
    labels = np.array([1.0] * len(right) + [0.0] * len(wrong))
    masses = np.where(labels == 1, 1 / len(right), 1 / len(wrong)) * len(labels) / 2
    kept = list(range(len(names)))
    while True:
        weights = _newton(np.column_stack([np.ones(len(values)), values[:, kept]]), labels, masses)
        if (weights[1:] >= 0).all():
            break
        del kept[int(weights[1:].argmin())]
    by_name = dict(zip((names[column] for column in kept), map(float, weights[1:]), strict=True))
    return ProbabilityLine(float(weights[0]), *(by_name.get(name, 0.0) for name in NAMES))


def _newton(features: Floats, labels: Floats, masses: Floats) -> Floats:
    """Return the weights of a penalised logistic regression, by Newton's method."""
    import numpy as np

    weights = np.zeros(features.shape[1])
    for _ in range(NEWTON_STEPS):
        probabilities = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (masses * (labels - probabilities)) - PENALTY * weights
        curvature = (features * (masses * probabilities * (1 - probabilities))[:, None]).T @ features + PENALTY * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


def probability(line: ProbabilityLine, evidence: Evidence) -> float:
    """Return the probability of a passage with this *evidence* by any *line*."""
    import numpy as np

    total = line.constant + sum(getattr(line, name) * (getattr(evidence, name) or 0.0) for name in NAMES)
    return float(1 / (1 + np.exp(-total)))


def _best(line: ProbabilityLine, passages: Sequence[Evidence]) -> float:
    return max((probability(line, evidence) for evidence in passages[:WRONG_AMONG]), default=0.0)


def threshold(line: ProbabilityLine, asked: Sequence[Asked]) -> float:
    """Return the highest threshold that at most the share ERROR of the questions with an answer misses."""
    import numpy as np

    return highest_threshold(np.array([_best(line, one.with_answer) for one in asked]), range(len(asked)), ERROR)


def quality(line: ProbabilityLine, asked: Sequence[Asked]) -> str:
    """Return in words how well the best of the first three separates questions with and without an answer, and the calibration error."""
    import numpy as np

    answered = np.array([_best(line, one.with_answer) for one in asked])
    unanswered = np.array([_best(line, one.without) for one in asked])
    right = np.array([probability(line, one.with_answer[one.right]) for one in asked if one.right is not None])
    area = area_under_curve(np.concatenate([answered, unanswered]), np.repeat([1.0, 0.0], len(asked)))
    error = calibration_error(np.concatenate([right, unanswered]), np.repeat([1.0, 0.0], [len(right), len(asked)]))
    shares = "; ".join(
        f"at {limit:.2f} {(answered >= limit).mean():.2f} of the answerable found, {(unanswered < limit).mean():.2f} of the others refused"
        for limit in (threshold(line, asked), EVEN)
    )
    return f"AUC {area:.3f}, calibration error {error:.3f}, {shares}"


def report(name: str, asked: Sequence[Asked], names: Sequence[str]) -> Iterator[str]:
    """Yield the line *name*, its quality on the questions that it was not fitted on, and its threshold."""
    line = fitted(asked, names)
    yield f"{name} = ProbabilityLine({', '.join(f'{weight:.2f}' for weight in line)})"
    first, second = asked[0::2], asked[1::2]
    yield f"  fitted on one half, the other:  {quality(fitted(first, names), second)}"
    yield f"  fitted on the other, the first: {quality(fitted(second, names), first)}"
    yield f"  all: {quality(line, asked)}; threshold {threshold(line, asked):.2f} for an error of {ERROR}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--models", nargs="+", choices=list(LINES), default=list(LINES))
    parser.add_argument("--questions", type=int, help="ask only so many, for a trial")
    arguments = parser.parse_args()
    corpora = arguments.shared / "corpora"
    every = held_out_questions(corpora)
    others, questions = other_paragraphs(corpora, every), every[: arguments.questions]
    print(f"{len(questions)} questions, {len({answer for _, answer in questions})} answers, {len(others)} other paragraphs")
    for model in arguments.models:
        asked = list(ask(questions, others, RememberingEncoder(open_encoder(model))))
        print(*report(f'LINES["{model}"]', asked, ("cosine", "similarity")), sep="\n")
        if model in READ:
            print(*report(f'READ["{model}"]', asked, NAMES), sep="\n")
            print(*report("WITHOUT_COSINE", asked, ("similarity",)), sep="\n")


if __name__ == "__main__":
    main()
