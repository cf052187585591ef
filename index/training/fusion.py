"""Measure how much each leg of a search should count, how many candidates the cross-encoder reads, and what orders them.

    python -m index.training.evidence --shared ../shared         # first: asks the held-out questions
    python -m index.training.fusion                              # seconds; prints tables

| constant | file | chosen by |
|---|---|---|
| LEG_WEIGHTS | search/retrieval/fusion.py | the weights of the legs (dense, lexical, align): the order of the first candidates |
| CROSS_ENCODED | search/ranking/cross_encoders.py | how many of them the cross-encoder reads and orders by probability |
| SIMILAR | search/ranking/late_interaction.py | the share of random pairs of words that count as similar |

Each figure is the nDCG@10 of the held-out questions that have an answer in their draw. The passage that a question was written for is the
only one that counts as right; some of the others answer it too, so the true figures are better.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.encoders.open import open_lexicon
from index.encoders.static import StaticEncoder
from index.training.evidence import MODELS, READ, Gathered, load
from index.training.probability import LISTED, NAMES, cross_validated
from search.ranking.cross_encoders import CROSS_ENCODED
from search.ranking.late_interaction import SIMILAR
from search.retrieval.fusion import LEG_WEIGHTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEGS = (  # weights of dense, lexical, align
    (1.0, 0.0, 0.0),
    (0.5, 0.4, 0.1),
    (0.6, 0.4, 0.0),
    (0.6, 0.3, 0.1),
    (0.7, 0.3, 0.0),
    (0.7, 0.2, 0.1),
    (0.8, 0.2, 0.0),
)
FIRST = (3, 5, 10, 15, READ)  # candidates that the cross-encoder reads
JUDGED = (0.25, 0.5, 1.0, 2.0)  # weight of the cross-encoder's score beside the legs, which together have weight 1
PAIRS = 2_000_000  # random pairs of words


def table_of_legs(gathered: Gathered) -> Iterator[str]:
    """Yield a table of nDCG@10 for each choice of weights; candidates are those of the shipped weights."""
    shipped = tuple(LEG_WEIGHTS.values())
    rows = {" ".join(map(str, legs)): _ndcg(gathered, _fused(gathered, legs)) for legs in dict.fromkeys((shipped, *LEGS))}
    yield from _table(f"weights of {', '.join(LEG_WEIGHTS)}", rows, " ".join(map(str, shipped)))


def table_of_readers(gathered: Gathered) -> Iterator[str]:
    """Yield a table of nDCG@10 by what orders the first candidates: the legs, the probability, or both."""
    import numpy as np

    legs = _fused(gathered, tuple(LEG_WEIGHTS.values()))
    rows = {"the legs": _ndcg(gathered, legs)}
    for first in FIRST:
        given = cross_validated(gathered, NAMES, first, reorder=True)
        ranked = given.right.argmax(axis=1)
        behind = np.where(gathered.right >= first, gathered.right, -1)  # candidates that were not read keep their place
        place = np.where(given.right.any(axis=1), ranked, behind)[gathered.answerable]
        rows[f"probability, {first} read"] = _gain(place)
    judge = gathered.values["judge"][:, :READ].astype(np.float64)
    for weight in JUDGED:
        joined = legs.copy()
        joined[:, :CROSS_ENCODED] += weight * _standardised(judge[:, :CROSS_ENCODED]) + 1e3
        rows[f"legs + {weight} score, {CROSS_ENCODED} read"] = _ndcg(gathered, joined)
    yield from _table("order of the first candidates", rows, f"probability, {CROSS_ENCODED} read")


def _fused(gathered: Gathered, legs: tuple[float, ...]) -> Floats:
    """Return (asked, candidates): the fused scores, with the weight of words as the question has it."""
    import numpy as np

    shares = gathered.weights / np.array(list(LEG_WEIGHTS.values()))  # of the terms of the question that the index knows
    weights = np.array(legs) * shares
    parts = [_standardised(gathered.values[name].astype(np.float64)) for name in ("relative", "lexical", "similarity")]
    fused: Floats = sum(weights[:, [leg]] / weights.sum(axis=1, keepdims=True) * part for leg, part in enumerate(parts))
    return np.where(np.isnan(fused), -np.inf, fused)


def _standardised(values: Floats) -> Floats:
    import numpy as np

    deviation = np.nanstd(values, axis=1, keepdims=True)
    standardised: Floats = (values - np.nanmean(values, axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)
    return standardised


def _ndcg(gathered: Gathered, scores: Floats) -> Floats:
    """Return the nDCG@10 of each answerable question when its candidates are ordered by *scores*."""
    import numpy as np

    some = gathered.answerable
    right, scores = gathered.right[some], scores[some]
    own = np.take_along_axis(scores, np.maximum(right, 0)[:, None], 1)
    return _gain(np.where(right >= 0, (scores > own).sum(axis=1), -1))


def _gain(place: NDArray[np.int64]) -> Floats:
    """Return the nDCG@10 of an answer at each *place*, from 0; -1 where there is none."""
    import numpy as np

    return np.where((place >= 0) & (place < LISTED), 1 / np.log2(np.maximum(place, 0) + 2), 0.0)


def _table(title: str, rows: Mapping[str, Floats], shipped: str) -> Iterator[str]:
    """Yield *rows* with their means and their paired differences to the *shipped* row, with 95 % intervals."""
    yield f"| {title} | nDCG@10 | less the shipped one |\n|---|---|---|"
    for name, values in rows.items():
        differences = values - rows[shipped]
        half = 1.96 * differences.std(ddof=1) / len(differences) ** 0.5
        yield f"| {name} | {values.mean():.3f} | {'shipped' if name == shipped else f'{differences.mean():+.3f} ± {half:.3f}'} |"


def similar_pairs(lexicon: StaticEncoder, pairs: int = PAIRS) -> float:
    """Return the share of random pairs of words whose cosine is at least SIMILAR."""
    import numpy as np

    chance = np.random.default_rng(1)
    first, second = (lexicon.vectors(chance.integers(0, lexicon.size, pairs)) for _ in range(2))
    return float((np.einsum("ij,ij->i", first, second) >= SIMILAR).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("index/training/cache"))
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    arguments = parser.parse_args()
    for model in arguments.models:
        gathered = load(arguments.work / f"evidence_{model}.npz")
        print(f"{model}: {int(gathered.answerable.sum())} questions")
        print(*table_of_legs(gathered), sep="\n")
        if model == "contextual":
            print(*table_of_readers(gathered), sep="\n")
    share = similar_pairs(open_lexicon())
    print(f"{share * 10_000:.1f} of 10,000 random pairs of words have a cosine of at least {SIMILAR}")


if __name__ == "__main__":
    main()
