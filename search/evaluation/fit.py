"""Judged rankings to a probability line: which of a question's passages are right, and what their scores say of it.

questions, run ──▶ scores and labels of every ranked passage ──▶ logistic regression, no weight below 0 ──▶ Calibration
                                                             └─▶ how good it is on questions it was not fitted on
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from index.errors import BadInput
from search.evaluation.judgements import NONE, Names, Question, earned
from search.evaluation.runs import Run
from search.ranking.calibration import EVIDENCE, Calibration, evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEW = 50  # right passages below which a line is mostly its prior: the ends of its scores move by a tenth with other questions
FOLDS = 5
BINS = 10
SEED = 1
# Of a normal prior on the weight of each standardised score, variance 1: where a few right passages happen to score above all others,
# the likelihood alone has no maximum and would make certainties of them.
PENALTY = 1.0
STEPS = 10_000  # between 0 and 1; a threshold is rounded down to one, so that what reached it still does


class Sample(NamedTuple):
    """Every ranked passage: *values* (n, names) of the scores *names*, *right* (n,) 0 or 1, *question* (n,) its number; *now*: its score as
    it is. *answerable*: the numbers of the questions that have an answer; *questions*: how many there are."""

    names: tuple[str, ...]
    odds: bool
    values: Floats
    right: Floats
    question: NDArray[np.int64]
    now: Floats
    answerable: list[int]
    questions: int


def sampled(questions: Sequence[Question], run: Run, names: Names, k: int) -> Sample:
    """Gather the first *k* passages of each question with their scores. Raises BadInput where there is nothing to tell apart."""
    import numpy as np

    rows = []
    for number, question in enumerate(questions):
        hits = names.once(run[question.id].hits)[:k]
        relevant = earned(question, hits, names).relevant if question.kind != NONE else [False] * len(hits)
        rows += [(hit, relevant_, number) for hit, relevant_ in zip(hits, relevant, strict=True)]
    right = np.array([relevant for _, relevant, _ in rows], np.float64)
    if len(questions) < FOLDS or not 0 < right.sum() < len(right):
        told = f"{len(questions)} questions, {len(rows)} ranked passages, {int(right.sum())} of them right"
        raise BadInput(
            f"there is nothing to fit: {told}; give at least {FOLDS} questions, with right and wrong passages among their first {k}"
        )
    known = tuple(name for name in EVIDENCE if all(hit.scores.get(name) is not None for hit, _, _ in rows))
    reread = [hit.scores.get("rerank") for hit, _, _ in rows]
    odds = all(score is not None and 0 <= score <= 1 for score in reread)
    values = np.array([[evidence(hit.scores, odds)[name] for name in known] for hit, _, _ in rows], np.float64)
    answerable = [number for number, question in enumerate(questions) if question.kind != NONE]
    numbers = np.array([number for _, _, number in rows], np.int64)
    return Sample(known, odds, values, right, numbers, np.array([hit.score for hit, _, _ in rows]), answerable, len(questions))


def fitted(sample: Sample, model: str, reranker: str | None, error: float) -> Calibration:
    """Fit a line on the whole sample; its threshold tells at most the share *error* of the answerable questions that there is nothing."""
    constant, weights = regression(sample.values, sample.right)
    least = threshold(_best(sample, chances(constant, weights, sample.values)), sample.answerable, error)
    named = {name: float(weight) for name, weight in zip(sample.names, weights, strict=True)}
    return Calibration(model, reranker, constant, named, sample.odds, least)


def validated(sample: Sample, error: float) -> dict[str, float | None]:
    """Return how good such a line is on questions that it was not fitted on: each fifth of them by the line of the others."""
    import numpy as np

    fold = np.random.default_rng(SEED).permutation(np.arange(sample.questions) % FOLDS)
    probable = np.zeros(len(sample.right))
    told = np.zeros(sample.questions, bool)
    for one in range(FOLDS):
        held = fold[sample.question] == one
        if not 0 < sample.right[~held].sum() < (~held).sum():
            raise BadInput("there are too few right or wrong passages to hold some back; judge more questions")
        constant, weights = regression(sample.values[~held], sample.right[~held])
        probable[held] = chances(constant, weights, sample.values[held])
        seen = _best(sample, np.where(held, 0.0, chances(constant, weights, sample.values)))
        least = threshold(seen, [number for number in sample.answerable if fold[number] != one], error)
        told |= (fold == one) & (_best(sample, probable) >= least)
    return {"folds": FOLDS, **_quality(sample, probable, told)}


def as_it_is(sample: Sample, least: float) -> dict[str, float | None]:
    """Return how good the scores are that the hits have now, with the threshold *least*."""
    return _quality(sample, sample.now, _best(sample, sample.now) >= least)


def regression(values: Floats, right: Floats) -> tuple[float, Floats]:
    """Return constant and weights of the logistic regression of *right* (n,) on *values* (n, d), by Newton's method, with no weight below
    0: more evidence must never lower a score, so what would is left out and the rest fitted again."""
    import numpy as np

    mean, spread = values.mean(axis=0), values.std(axis=0)
    used = spread > 1e-9
    while True:
        scaled = np.column_stack([np.ones(len(values)), (values[:, used] - mean[used]) / spread[used]])
        weights = _newton(scaled, right)
        if (weights[1:] >= 0).all():
            break
        used[np.flatnonzero(used)[weights[1:].argmin()]] = False
    full = np.zeros(values.shape[1])
    full[used] = weights[1:] / spread[used]
    return float(weights[0] - full @ mean), full


def chances(constant: float, weights: Floats, values: Floats) -> Floats:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(constant + values @ weights, -700, 700)))


def threshold(best: Floats, answerable: Sequence[int], error: float) -> float:
    """Return the highest threshold that loses at most the share *error* of the *answerable* questions, whose best chances are *best*."""
    import numpy as np

    tops = np.sort(best[list(answerable)])
    lost = min(floor(error * len(tops)), len(tops) - 1)
    return floor(float(tops[lost]) * STEPS) / STEPS


def calibration_error(chance: Floats, right: Floats) -> float:
    """Return the expected calibration error over ten bins of equal mass (Nguyen and O'Connor, EMNLP 2015)."""
    import numpy as np

    bins = [each for each in np.array_split(np.argsort(chance, kind="stable"), BINS) if len(each)]
    return float(sum(abs(chance[each].mean() - right[each].mean()) * len(each) for each in bins) / len(right))


def area(chance: Floats, right: Floats) -> float:
    """Return the area under the ROC curve: how often a right passage scores above a wrong one, ties half."""
    import numpy as np

    _, place, count = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    many = right.sum()
    above = rank[right > 0].sum() - many * (many + 1) / 2
    return float(above) / float(many * (len(right) - many))


def _newton(features: Floats, right: Floats) -> Floats:
    import numpy as np

    penalty = PENALTY * np.diag([1e-6, *[1.0] * (features.shape[1] - 1)])  # the constant is free
    weights = np.zeros(features.shape[1])
    weights[0] = np.log(right.mean() / (1 - right.mean()))
    for _ in range(50):
        chance = chances(0.0, weights, features)
        slope = features.T @ (right - chance) - penalty @ weights
        curve = (features * (chance * (1 - chance))[:, None]).T @ features + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def _best(sample: Sample, chance: Floats) -> Floats:
    """Return the chance of each question's best passage, 0 without one."""
    import numpy as np

    best = np.zeros(sample.questions)
    np.maximum.at(best, sample.question, chance)
    return best


def _quality(sample: Sample, chance: Floats, told: NDArray[np.bool_]) -> dict[str, float | None]:
    nothing = [number for number in range(sample.questions) if number not in set(sample.answerable)]
    figures: dict[str, float | None] = {
        "ece": calibration_error(chance, sample.right),
        "auc": area(chance, sample.right),
        "found": float(told[sample.answerable].mean()) if sample.answerable else None,
        "told_none": float((~told[nothing]).mean()) if nothing else None,
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}
