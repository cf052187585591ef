"""Fit a calibration: judged rankings in, a logistic regression from the scores of a passage to its probability out.

questions, run ──▶ scores and judgement of every ranked passage ──▶ logistic regression, no weight below 0 ──▶ Calibration
                                                              └──▶ its quality on held-out questions
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from typing import TYPE_CHECKING, NamedTuple

from index.errors import BadInput
from index.messages import say
from search.evaluation.judgements import NONE, JudgedQuestion, PassageNames, judge
from search.evaluation.runs import Run
from search.ranking.calibration import EVIDENCE, Calibration, evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from search.evaluation.judgements import RankedPassage

FEW_RIGHT = 50  # right passages; below them other questions move the probabilities at either end by a tenth
FOLDS = 5  # of the cross-validation
BINS = 10  # of equal mass, for the calibration error
SEED = 1  # of the folds
# Variance of the normal prior on the weight of each standardised score. Where a few right passages happen to score above all others,
# the likelihood alone has no maximum and would make certainties of them.
PENALTY = 1.0
FREE = 1e-6  # penalty on the constant, which only keeps the equations solvable
STEPS = 10_000  # between 0 and 1; a threshold is rounded down to one, so that a score at the threshold still reaches it
NEWTON_STEPS = 50  # of the regression; it converges in fewer than 10
STEADY = 1e-9  # standard deviation below which a score tells nothing
LARGEST_SUM = 700  # the exponential of a larger one overflows


class JudgedPassage(NamedTuple):
    """A ranked passage of the question with this *number*, and whether it is *right*."""

    passage: RankedPassage
    right: bool
    number: int


class Sample(NamedTuple):
    """Every ranked passage, a row each, with its scores and the judgement on it.

    - *names* (d): the scores that are weighed; *values* (n, d): these scores of each passage.
    - *odds*: whether the reranker's scores are probabilities, and count by the logarithm of their odds.
    - *right* (n,): 1 where the passage is relevant, else 0; *question* (n,): the number of its question.
    - *now* (n,): the probability of each passage before the fit.
    - *answerable*: the numbers of the questions that have an answer; *questions*: how many questions there are.
    """

    names: tuple[str, ...]
    odds: bool
    values: Floats
    right: Floats
    question: NDArray[np.int64]
    now: Floats
    answerable: list[int]
    questions: int


def sample_of(questions: Sequence[JudgedQuestion], run: Run, names: PassageNames, k: int) -> Sample:
    """Return the first *k* passages of each question with their scores. Raise BadInput where they are all right or all wrong."""
    import numpy as np

    rows = _read(_judged_passages(questions, run, names, k))
    right = np.array([row.right for row in rows], np.float64)
    if len(questions) < FOLDS or not 0 < right.sum() < len(right):
        counts = say(
            "{questions} questions, {passages} ranked passages, {right} of them right",
            questions=len(questions), passages=len(rows), right=int(right.sum()),
        )  # fmt: skip
        raise BadInput(
            "there is nothing to fit: {counts}; give at least {folds} questions, with right and wrong passages among their first {k}",
            counts=counts,
            folds=FOLDS,
            k=k,
        )
    known = tuple(name for name in EVIDENCE if all(row.passage.scores.get(name) is not None for row in rows))
    reranked = [row.passage.scores.get("rerank") for row in rows]
    odds = all(score is not None and 0 <= score <= 1 for score in reranked)
    values = np.array([[evidence(row.passage.scores, odds)[name] for name in known] for row in rows], np.float64)
    answerable = [number for number, question in enumerate(questions) if question.kind != NONE]
    numbers = np.array([row.number for row in rows], np.int64)
    return Sample(known, odds, values, right, numbers, np.array([row.passage.score for row in rows]), answerable, len(questions))


def _judged_passages(questions: Sequence[JudgedQuestion], run: Run, names: PassageNames, k: int) -> list[JudgedPassage]:
    rows = []
    for number, question in enumerate(questions):
        passages = names.without_repeats(run[question.id].passages)[:k]
        ranks = judge(question, passages, names).ranks if question.kind != NONE else None
        rows += [JudgedPassage(passage, bool(ranks and ranks[rank].relevant), number) for rank, passage in enumerate(passages)]
    return rows


def _read(rows: list[JudgedPassage]) -> list[JudgedPassage]:
    """Return the passages that the shipped cross-encoder has read, all where it has read none: the others are weighed by less evidence."""
    return [row for row in rows if row.passage.scores.get("judge") is not None] or rows


def fit(sample: Sample, model: str, reranker: str | None, error: float) -> Calibration:
    """Fit a calibration on the whole sample. At most the share *error* of the answerable questions falls below its threshold."""
    constant, weights = logistic_regression(sample.values, sample.right)
    least = highest_threshold(_best(sample, probabilities(constant, weights, sample.values)), sample.answerable, error)
    named = {name: float(weight) for name, weight in zip(sample.names, weights, strict=True)}
    return Calibration(model, reranker, constant, named, sample.odds, least)


def cross_validated(sample: Sample, error: float) -> dict[str, float | None]:
    """Return the quality of such a calibration on held-out questions: each fifth of them by a fit on the others."""
    import numpy as np

    folds = np.random.default_rng(SEED).permutation(np.arange(sample.questions) % FOLDS)
    probability = np.zeros(len(sample.right))
    found = np.zeros(sample.questions, bool)
    for fold in range(FOLDS):
        held_out = folds[sample.question] == fold
        if not 0 < sample.right[~held_out].sum() < (~held_out).sum():
            raise BadInput("there are too few right or wrong passages to hold some back; judge more questions")
        constant, weights = logistic_regression(sample.values[~held_out], sample.right[~held_out])
        probability[held_out] = probabilities(constant, weights, sample.values[held_out])
        trained = _best(sample, np.where(held_out, 0.0, probabilities(constant, weights, sample.values)))
        least = highest_threshold(trained, [number for number in sample.answerable if folds[number] != fold], error)
        found |= (folds == fold) & (_best(sample, probability) >= least)
    return {"folds": FOLDS, **_quality(sample, probability, found)}


def quality_now(sample: Sample, threshold: float) -> dict[str, float | None]:
    """Return the quality of the probabilities that the passages have before the fit, with this *threshold*."""
    return _quality(sample, sample.now, _best(sample, sample.now) >= threshold)


def logistic_regression(values: Floats, right: Floats) -> tuple[float, Floats]:
    """Return constant and weights of the logistic regression of *right* (n,) on *values* (n, d), with no weight below 0.

    More evidence must never lower a probability: the score with the lowest negative weight is left out, and the others are fitted again.
    """
    import numpy as np

    mean, deviation = values.mean(axis=0), values.std(axis=0)
    used = deviation > STEADY
    while True:
        scaled = np.column_stack([np.ones(len(values)), (values[:, used] - mean[used]) / deviation[used]])
        weights = _newton(scaled, right)
        if (weights[1:] >= 0).all():
            break
        used[np.flatnonzero(used)[weights[1:].argmin()]] = False
    full = np.zeros(values.shape[1])
    full[used] = weights[1:] / deviation[used]
    return float(weights[0] - full @ mean), full


def probabilities(constant: float, weights: Floats, values: Floats) -> Floats:
    """Return the probability (n,) of each row of *values* (n, d)."""
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(constant + values @ weights, -LARGEST_SUM, LARGEST_SUM)))


def highest_threshold(best: Floats, answerable: Sequence[int], error: float) -> float:
    """Return the highest threshold that at most the share *error* of the *answerable* questions misses.

    *best* (questions,) holds the probability of each question's best passage.
    """
    import numpy as np

    tops = np.sort(best[list(answerable)])
    missed = min(floor(error * len(tops)), len(tops) - 1)
    return floor(float(tops[missed]) * STEPS) / STEPS


def calibration_error(probability: Floats, right: Floats) -> float:
    """Return the expected calibration error over ten bins of equal mass (Nguyen and O'Connor, EMNLP 2015)."""
    import numpy as np

    bins = [rows for rows in np.array_split(np.argsort(probability, kind="stable"), BINS) if len(rows)]
    return float(sum(abs(probability[rows].mean() - right[rows].mean()) * len(rows) for rows in bins) / len(right))


def area_under_curve(probability: Floats, right: Floats) -> float:
    """Return the area under the ROC curve: how often a right passage has a higher probability than a wrong one, ties count half."""
    import numpy as np

    _, position, count = np.unique(probability, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[position]
    many = right.sum()
    above = rank[right > 0].sum() - many * (many + 1) / 2
    return float(above) / float(many * (len(right) - many))


def _newton(features: Floats, right: Floats) -> Floats:
    """Return the penalised maximum-likelihood weights by Newton's method; the first feature is the constant."""
    import numpy as np

    penalty = PENALTY * np.diag([FREE, *[1.0] * (features.shape[1] - 1)])
    weights = np.zeros(features.shape[1])
    weights[0] = np.log(right.mean() / (1 - right.mean()))
    best = _loss(weights, features, right, penalty)
    for _ in range(NEWTON_STEPS):
        probability = probabilities(0.0, weights, features)
        slope = features.T @ (right - probability) - penalty @ weights
        curve = (features * (probability * (1 - probability))[:, None]).T @ features + penalty
        step = np.linalg.solve(curve, slope)
        while (loss := _loss(weights + step, features, right, penalty)) > best and np.abs(step).max() > STEADY:
            step = step / 2  # a whole step may overshoot where few passages are right
        if loss >= best - STEADY:
            break
        weights, best = weights + step, loss
    return weights


def _loss(weights: Floats, features: Floats, right: Floats, penalty: Floats) -> float:
    """Return the penalised negative log-likelihood, which Newton's method lowers."""
    import numpy as np

    sums = features @ weights
    return float((np.logaddexp(0, sums) - right * sums).sum() + weights @ penalty @ weights / 2)


def _best(sample: Sample, probability: Floats) -> Floats:
    """Return the probability of each question's best passage, 0 without a passage."""
    import numpy as np

    best = np.zeros(sample.questions)
    np.maximum.at(best, sample.question, probability)
    return best


def _quality(sample: Sample, probability: Floats, found: NDArray[np.bool_]) -> dict[str, float | None]:
    unanswerable = [number for number in range(sample.questions) if number not in set(sample.answerable)]
    figures: dict[str, float | None] = {
        "ece": calibration_error(probability, sample.right),
        "auc": area_under_curve(probability, sample.right),
        "found": float(found[sample.answerable].mean()) if sample.answerable else None,
        "told_none": float((~found[unanswerable]).mean()) if unanswerable else None,
    }
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}
