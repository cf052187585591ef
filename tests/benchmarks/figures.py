"""Figures of one metric: a value for each question in, a mean with its interval out. For the programs that compare methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from search.evaluation import metrics
from search.evaluation.fit import area_under_curve, highest_threshold
from search.evaluation.metrics import Figure, JudgedRank, JudgedRanking, figures


def ndcg(grades: Mapping[str, int], ranking: Sequence[str], k: int = 10) -> float:
    """Return nDCG@k of a ranking of names, each judged by *grades*.

    >>> ndcg({"a": 1}, ["b", "a"])
    0.6309297535714575
    """
    ranks = [JudgedRank(grades.get(name, 0), 0, False, False) for name in ranking]
    return metrics.ndcg(JudgedRanking(ranks, list(grades.values())), k)


def figure(values: Sequence[float]) -> Figure:
    """Return the mean of *values*, one for each question, with its interval.

    The questions are resampled with the same seed every time, so that two methods are compared on the same resamples.

    >>> f"{figure([1.0, 1.0, 1.0]):.2f}"
    '1.00 [1.00, 1.00]'
    """
    return figures([[value] for value in values])[0]


def gain(values: Sequence[float], baseline: Sequence[float]) -> Figure:
    """Return by how much one method is better than *baseline* on the same questions: a paired bootstrap of the differences.

    >>> f"{gain([0.5, 1.0], [0.25, 0.75]):+.3f}"
    '+0.250 [+0.250, +0.250]'
    """
    return figure([value - other for value, other in zip(values, baseline, strict=True)])


class Separation(NamedTuple):
    """How well scores separate answerable questions from others: *rejected* has, for each other question, whether it falls below the
    *threshold*."""

    auc: float
    threshold: float
    rejected: list[float]


def separation(answerable: Sequence[float], others: Sequence[float], missed: float) -> Separation:
    """Compare the best scores of *answerable* questions with those of *others*, at the highest threshold that at most the share *missed*
    of the answerable ones fails.

    >>> separation([0.2, 0.6, 0.7, 0.8], [0.1, 0.3, 0.65], 0.25)
    Separation(auc=0.75, threshold=0.6, rejected=[1.0, 1.0, 0.0])
    """
    scores = np.array([*answerable, *others], np.float64)
    labels = np.repeat([1.0, 0.0], [len(answerable), len(others)])
    threshold = highest_threshold(np.array(answerable, np.float64), range(len(answerable)), missed)
    return Separation(area_under_curve(scores, labels), threshold, [float(score < threshold) for score in others])


class Bin(NamedTuple):
    """The passages whose scores lie from *low* up to *high*: the *score* of each, and whether it is *right*."""

    low: float
    high: float
    scores: list[float]
    right: list[float]


def reliability(scores: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Divide passages into *bins* of equal width by their scores; a score of 1 is in the last bin. Empty bins are left out.

    >>> reliability([0.25, 0.2, 1.0], [True, False, True], 5)
    [Bin(low=0.2, high=0.4, scores=[0.25, 0.2], right=[1.0, 0.0]), Bin(low=0.8, high=1.0, scores=[1.0], right=[1.0])]
    """
    edges = [number / bins for number in range(bins + 1)]
    number_of = [min(int(np.searchsorted(edges, score, "right")) - 1, bins - 1) for score in scores]
    found = []
    for number in sorted(set(number_of)):
        rows = [row for row, other in enumerate(number_of) if other == number]
        found.append(Bin(edges[number], edges[number + 1], [scores[row] for row in rows], [float(right[row]) for row in rows]))
    return found


def rises(scores: Sequence[float]) -> bool:
    """Whether a score is above the one before.

    >>> rises([0.9, 0.4, 0.4]), rises([0.9, 0.4, 0.41])
    (False, True)
    """
    return any(later > earlier for earlier, later in pairwise(scores))


def largest_difference(scores: Sequence[float], others: Sequence[float]) -> float:
    """Return the largest difference of two lists of scores of the same length, 0 for empty ones.

    >>> largest_difference([0.5, 0.25], [0.5, 0.5])
    0.25
    """
    return max((abs(one - other) for one, other in zip(scores, others, strict=True)), default=0.0)
