"""Figures of one metric: a value for each question in, a mean with its interval out. For the programs that compare methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.evaluation import metrics
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
