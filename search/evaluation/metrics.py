"""Metrics of judged rankings: a value for each question, a mean over questions, a bootstrap interval around the mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000  # of the bootstrap; with another seed the ends of an interval move by less than .003
LEVEL = 0.95  # share of the resamples that an interval holds
SEED = 1  # the same draws every time, so that methods are compared on the same resamples
STEP = 100  # resamples drawn at once; all at once would fill the memory where there are many questions


class JudgedRank(NamedTuple):
    """What the passage at one rank is worth by the judgements.

    *grade*: the best grade of the judged units that no earlier passage holds, 0 without one; *new*: how many relevant units those are.
    *relevant*: whether the passage holds any relevant unit; *answers*: whether it answers the question.
    """

    grade: int
    new: int
    relevant: bool
    answers: bool


class JudgedRanking(NamedTuple):
    """The ranking for one question, judged rank by rank; *ideal* are the grades of all units that the judgements know."""

    ranks: list[JudgedRank]
    ideal: list[int]


class Figure(NamedTuple):
    """A mean over questions and its 95 % interval (percentiles of the bootstrap; Efron and Tibshirani 1993)."""

    mean: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        return "{} [{}, {}]".format(*(format(value, form) for value in self))


class PairedDifference(NamedTuple):
    """By how much one run is better than another on the same questions, with its 95 % interval.

    *p*: the probability of so large a difference, in either direction, when there is none; *better*: the share of resamples above 0.
    """

    mean: float
    low: float
    high: float
    p: float
    better: float


def ndcg(ranking: JudgedRanking, k: int = 10) -> float:
    """Return nDCG@k with the gain 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002)."""
    best = _dcg(sorted(ranking.ideal, reverse=True)[:k])
    return _dcg([rank.grade for rank in ranking.ranks[:k]]) / best if best else 0.0


def recall(ranking: JudgedRanking, k: int) -> float:
    """Return the share of the relevant units that the first *k* passages hold."""
    relevant = sum(grade > 0 for grade in ranking.ideal)
    return sum(rank.new for rank in ranking.ranks[:k]) / relevant if relevant else 0.0


def success(ranking: JudgedRanking, k: int) -> float:
    """Return 1 where one of the first *k* passages answers the question, else 0."""
    return float(any(rank.answers for rank in ranking.ranks[:k]))


def reciprocal_rank(ranking: JudgedRanking) -> float:
    """Return 1 / rank of the first passage that answers the question, 0 without one (Voorhees, TREC-8 1999)."""
    return next((1 / number for number, rank in enumerate(ranking.ranks, 1) if rank.answers), 0.0)


def metrics(k: int) -> dict[str, Callable[[JudgedRanking], float]]:
    """Return the metrics of the first *k* passages by their names; recall only at depths that *k* reaches."""
    depths = [depth for depth in sorted({5, 10, k}) if depth <= k]
    return {
        "nDCG@10": ndcg,
        "MRR": reciprocal_rank,
        "hit@1": lambda ranking: success(ranking, 1),
        "hit@5": lambda ranking: success(ranking, 5),
        **{f"recall@{depth}": lambda ranking, depth=depth: recall(ranking, depth) for depth in depths},  # type: ignore[misc]
    }


def figures(rows: Sequence[Sequence[float]]) -> list[Figure]:
    """Return a figure for each column of *rows*, which has a row for each question and a column for each metric.

    >>> [f"{figure:.2f}" for figure in figures([[1.0], [1.0], [1.0]])]
    ['1.00 [1.00, 1.00]']
    """
    import numpy as np

    low, high = np.quantile(resampled_means(rows), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    means = np.asarray(rows, np.float64).mean(axis=0)
    return [Figure(*map(float, column)) for column in np.stack([means, low, high], axis=1)]


def paired_differences(rows: Sequence[Sequence[float]], baseline: Sequence[Sequence[float]]) -> list[PairedDifference]:
    """Compare two runs on the same questions, metric by metric; the same resamples serve both, so the questions stay paired."""
    import numpy as np

    differences = np.asarray(rows, np.float64) - np.asarray(baseline, np.float64)
    draws = resampled_means(differences)
    above, below = (draws > 0).mean(axis=0), (draws < 0).mean(axis=0)
    p = np.minimum(1.0, 2 * (1 - np.maximum(above, below)))
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    columns = np.stack([differences.mean(axis=0), low, high, p, above], axis=1)
    return [PairedDifference(*map(float, column)) for column in columns]


def resampled_means(rows: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each column over questions drawn with replacement, RESAMPLES times: (RESAMPLES, columns)."""
    import numpy as np

    values = np.asarray(rows, np.float64)
    generator = np.random.default_rng(SEED)
    even = np.full(len(values), 1 / len(values))
    draws = [generator.multinomial(len(values), even, STEP) @ values for _ in range(0, RESAMPLES, STEP)]
    return np.concatenate(draws) / len(values)


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(position + 2) for position, grade in enumerate(grades))
