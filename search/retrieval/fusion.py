"""Fusion: the scores of the legs (dense, lexical, align) are standardised, weighed and added up to one score for each candidate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import sqrt
from typing import TYPE_CHECKING

from search.results import LegShare

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Share of each leg in the fused score, chosen on held-out questions for both shipped models (index/training/fusion.py).
LEG_WEIGHTS = {"dense": 0.6, "lexical": 0.3, "align": 0.1}


def fuse(legs: Mapping[str, Sequence[float] | Floats], weights: Mapping[str, float] = LEG_WEIGHTS) -> Floats:
    """Return one score per candidate: the weighted sum of each leg's scores, standardised over the candidates of this query.

    Standardised scores keep how far apart two candidates are, which ranks alone forget. The sum orders the candidates of one query and
    means nothing beyond that query (Lee, "Analyses of multiple evidence combination", SIGIR 1997, compares such normalisations).

    >>> fuse({"dense": [0.9, 0.1], "lexical": [3.0, 1.0]}).tolist()
    [1.0, -1.0]
    """
    import numpy as np

    total = sum(weights[name] for name in legs) or 1.0
    parts = [weights[name] / total * standardised(scores) for name, scores in legs.items()]
    return reduce(np.add, parts) if parts else np.zeros(0)


def leg_shares(legs: Mapping[str, Sequence[float] | Floats], weights: Mapping[str, float] = LEG_WEIGHTS) -> list[tuple[LegShare, ...]]:
    """Return what makes the sum of `fuse`, candidate by candidate: the shares of the legs add up to the fused score.

    >>> [[leg.share for leg in legs] for legs in leg_shares({"dense": [0.9, 0.1]})]
    [[1.0], [-1.0]]
    """
    total = sum(weights[name] for name in legs) or 1.0
    columns = [_shares_of(name, scores, weights[name] / total) for name, scores in legs.items()]
    return list(zip(*columns, strict=True))


def _shares_of(name: str, scores: Sequence[float] | Floats, weight: float) -> list[LegShare]:
    return [LegShare(name, float(score), float(deviations), weight) for score, deviations in zip(scores, standardised(scores), strict=True)]


def standardised(scores: Sequence[float] | Floats) -> Floats:
    """Return *scores* with mean 0 and standard deviation 1; all 0 where they do not differ."""
    import numpy as np

    given = np.asarray(scores, np.float64)
    count = len(given)
    if not count:
        return given
    apart: Floats = given - np.add.reduce(given) / count  # the mean, without what its method does beside
    deviation = sqrt(np.add.reduce(apart * apart) / count)
    return apart / deviation if deviation > 1e-9 else np.zeros(count)
