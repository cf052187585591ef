"""Joins the scores of the legs (dense, lexical, alignment) into one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from search.results import Leg

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Share of each leg in the joined score: so much was best on the written questions that are kept aside from training; a little more for
# alignment at the cost of words was as good there and lost elsewhere (tests/benchmarks/README.md).
WEIGHTS = {"dense": 0.5, "lexical": 0.4, "align": 0.1}


def fuse(legs: Mapping[str, Sequence[float] | Floats], weights: Mapping[str, float] = WEIGHTS) -> Floats:
    """Return one score per candidate: the weighted sum of each leg's scores, standardised over the candidates of this query.

    Standardised scores keep how far apart two candidates are, which ranks alone forget; the sum orders candidates of one query and
    means nothing beyond it (Lee, "Analyses of multiple evidence combination", SIGIR 1997, compares such normalisations).

    >>> fuse({"dense": [0.9, 0.1], "lexical": [3.0, 1.0]}).tolist()
    [1.0, -1.0]
    """
    import numpy as np

    total = sum(weights[name] for name in legs) or 1.0
    parts = [weights[name] / total * standardised(scores) for name, scores in legs.items()]
    return np.sum(parts, axis=0, dtype=np.float64) if parts else np.zeros(0)


def parts(legs: Mapping[str, Sequence[float] | Floats], weights: Mapping[str, float] = WEIGHTS) -> list[tuple[Leg, ...]]:
    """Return the sum that `fuse` makes, candidate by candidate: the shares of the legs add up to the joined score.

    >>> [[leg.share for leg in legs] for legs in parts({"dense": [0.9, 0.1]})]
    [[1.0], [-1.0]]
    """
    total = sum(weights[name] for name in legs) or 1.0
    columns = [
        [Leg(name, float(score), float(apart), weights[name] / total) for score, apart in zip(scores, standardised(scores), strict=True)]
        for name, scores in legs.items()
    ]
    return list(zip(*columns, strict=True))


def standardised(scores: Sequence[float] | Floats) -> Floats:
    """Return *scores* with mean 0 and standard deviation 1; all 0 where they do not differ."""
    import numpy as np

    given = np.asarray(scores, np.float64)
    if not len(given):
        return given
    deviation = given.std()
    return (given - given.mean()) / deviation if deviation > 1e-9 else np.zeros(len(given))
