"""What rankings are worth, and how sure that is: one value a question, a mean over questions, an interval by the bootstrap."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 2000  # of the bootstrap: the ends of an interval move by less than .003 with another seed
LEVEL = 0.95
SEED = 1
STEP = 100  # resamples drawn at once; more would fill the memory with the draws of a large set


class Earned(NamedTuple):
    """What the ranking for one question earned. Per rank: *grades* (0: nothing new), *new* (how many judged units the passage is the first
    to hold), *relevant* (does it hold any), *answers* (does it answer the question); *ideal*: the grades of all units that there are."""

    grades: list[int]
    new: list[int]
    relevant: list[bool]
    answers: list[bool]
    ideal: list[int]


class Figure(NamedTuple):
    """A mean over questions and its 95 % interval (percentiles of the bootstrap; Efron and Tibshirani 1993)."""

    mean: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        return "{} [{}, {}]".format(*(format(value, form) for value in self))


class Gain(NamedTuple):
    """By how much one run is better than another on the same questions. *p*: how likely so large a difference is, either way, when there
    is none; *better*: the share of the resamples in which it is above 0."""

    mean: float
    low: float
    high: float
    p: float
    better: float


def ndcg_of(earned: Earned, k: int = 10) -> float:
    """Return nDCG@k with the gain 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002)."""
    best = _dcg(sorted(earned.ideal, reverse=True)[:k])
    return _dcg(earned.grades[:k]) / best if best else 0.0


def recall(earned: Earned, k: int) -> float:
    """Return the share of the judged units that the first *k* passages hold."""
    there = sum(grade > 0 for grade in earned.ideal)
    return sum(earned.new[:k]) / there if there else 0.0


def hit(earned: Earned, k: int) -> float:
    """Return 1 when one of the first *k* passages answers the question."""
    return float(any(earned.answers[:k]))


def reciprocal_rank(earned: Earned) -> float:
    """Return 1 / rank of the first answer, 0 without one (Voorhees, TREC-8 1999)."""
    return next((1 / rank for rank, answers in enumerate(earned.answers, 1) if answers), 0.0)


def measures(k: int) -> dict[str, Callable[[Earned], float]]:
    """Return the measures of the first *k* passages by their names; recall is measured where so many passages were asked for."""
    depths = [depth for depth in sorted({5, 10, k}) if depth <= k]
    return {
        "nDCG@10": ndcg_of,
        "MRR": reciprocal_rank,
        "hit@1": lambda earned: hit(earned, 1),
        "hit@5": lambda earned: hit(earned, 5),
        **{f"recall@{depth}": lambda earned, depth=depth: recall(earned, depth) for depth in depths},  # type: ignore[misc]
    }


def ndcg(grades: Mapping[str, int], found: Sequence[str], k: int = 10) -> float:
    """Return nDCG@k of a list of names, each judged by *grades*.

    >>> ndcg({"a": 1}, ["b", "a"])
    0.6309297535714575
    """
    return ndcg_of(Earned([grades.get(name, 0) for name in found], [], [], [], list(grades.values())), k)


def figure(values: Sequence[float]) -> Figure:
    """Return the mean of *values*, one a question. The questions are drawn again with the same seed every time, so that two methods
    on the same questions are compared on the same draws.

    >>> f"{figure([1.0, 1.0, 1.0]):.2f}"
    '1.00 [1.00, 1.00]'
    """
    return figures([[value] for value in values])[0]


def figures(rows: Sequence[Sequence[float]]) -> list[Figure]:
    """Return the figures of several measures of the same questions: *rows* has one row a question, one column a measure."""
    import numpy as np

    low, high = np.quantile(resampled(rows), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    means = np.asarray(rows, np.float64).mean(axis=0)
    return [Figure(*map(float, each)) for each in zip(means, low, high, strict=True)]


def gain(values: Sequence[float], over: Sequence[float]) -> Figure:
    """Return by how much one method is better than another on the same questions: a paired bootstrap of the differences.

    >>> f"{gain([0.5, 1.0], [0.25, 0.75]):+.3f}"
    '+0.250 [+0.250, +0.250]'
    """
    return figure([a - b for a, b in zip(values, over, strict=True)])


def gains(rows: Sequence[Sequence[float]], over: Sequence[Sequence[float]]) -> list[Gain]:
    """Compare two runs on the same questions, measure by measure; the same draws serve both, so what is paired stays paired."""
    import numpy as np

    differences = np.asarray(rows, np.float64) - np.asarray(over, np.float64)
    draws = resampled(differences)
    above, below = (draws > 0).mean(axis=0), (draws < 0).mean(axis=0)
    p = np.minimum(1.0, 2 * (1 - np.maximum(above, below)))
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return [Gain(*map(float, each)) for each in zip(differences.mean(axis=0), low, high, p, above, strict=True)]


def resampled(rows: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each column over questions that are drawn again, RESAMPLES times: (RESAMPLES, columns)."""
    import numpy as np

    each = np.asarray(rows, np.float64)
    chance = np.random.default_rng(SEED)
    even = np.full(len(each), 1 / len(each))
    draws = [chance.multinomial(len(each), even, STEP) @ each for _ in range(0, RESAMPLES, STEP)]
    return np.concatenate(draws) / len(each)


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))
