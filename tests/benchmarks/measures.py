"""What a ranking is worth, how sure that is, and the ranking as a file that other programs can judge."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

RESAMPLES = 2000  # of the bootstrap: the ends of an interval move by less than .003 with another seed
LEVEL = 0.95
SEED = 1


class Figure(NamedTuple):
    """A mean over questions and its 95 % interval (percentiles of the bootstrap; Efron and Tibshirani 1993)."""

    mean: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        return "{} [{}, {}]".format(*(format(value, form) for value in self))


def ndcg(grades: Mapping[str, int], found: Sequence[str], k: int = 10) -> float:
    """Return nDCG@k with the gain 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002).

    >>> ndcg({"a": 1}, ["b", "a"])
    0.6309297535714575
    """
    gains = [2 ** grades.get(name, 0) - 1 for name in found[:k]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:k]
    return sum(g / math.log2(n + 2) for n, g in enumerate(gains)) / sum(g / math.log2(n + 2) for n, g in enumerate(ideal))


def figure(values: Sequence[float]) -> Figure:
    """Return the mean of *values*, one a question. The questions are drawn again with the same seed every time, so that two methods
    on the same questions are compared on the same draws.

    >>> f"{figure([1.0, 1.0, 1.0]):.2f}"
    '1.00 [1.00, 1.00]'
    """
    each = np.asarray(values, np.float64)
    chance = np.random.default_rng(SEED)
    means = [each[chance.integers(0, len(each), len(each))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(float(each.mean()), float(low), float(high))


def gain(values: Sequence[float], over: Sequence[float]) -> Figure:
    """Return by how much one method is better than another on the same questions: a paired bootstrap of the differences.

    >>> f"{gain([0.5, 1.0], [0.25, 0.75]):+.3f}"
    '+0.250 [+0.250, +0.250]'
    """
    return figure([a - b for a, b in zip(values, over, strict=True)])


def write_run(path: Path, tag: str, rankings: Iterable[tuple[str, Sequence[tuple[str, float]]]]) -> None:
    """Write a TREC run: each question's passages in their order, with scores that fall; a line is `qid Q0 docid rank score tag`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for question, ranking in rankings:
            for rank, (passage, score) in enumerate(ranking, 1):
                file.write(f"{question} Q0 {passage} {rank} {score:.6f} {tag}\n")
