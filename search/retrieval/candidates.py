"""The terms and vectors of questions to candidates: what either leg brings up, each passage with its score in both, in one order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.engine.protocol import Index, Ranking, Selection
from search.retrieval.fusion import WEIGHTS, fuse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.protocol import Vectors
    from index.engine.protocol import Keys, Scores

    Numbers = NDArray[np.int64]

DEPTH = 200  # candidates of each leg: what joins the first ten comes from far higher
KNOWN = 2  # so many times as deep BM25 is asked for scores: mostly that spares asking again for those that only the vectors brought up
TIED = 1e-5  # of joined scores; BM25 of the same text differs by a tenth of that, by the order in which its sum was made


class Candidates(NamedTuple):
    """The candidates of one question, best first: *keys* and *scores* (leg -> (n,)); those of the same *tie* (a number that rises from
    one to the next) are as good as each other. *weights*: what each leg counts for this question."""

    keys: Keys
    scores: dict[str, Scores]
    tie: Numbers
    weights: dict[str, float]


def candidates_of(
    vectors: Vectors | None,
    asked: Sequence[Sequence[str]] | None,
    index: Index,
    depth: int,
    within: Selection | None,
    without: Collection[int] = (),
) -> list[Candidates]:
    """Return the candidates of each question, *depth* from each leg at most; a leg that is None is left out, and so are the
    passages whose keys are in *without*."""

    depth = min(depth + len(without), len(index))  # engines set memory aside for all that is asked for
    dense = None if vectors is None else index.nearest(vectors, depth, within)
    lexical = None if asked is None else index.matching(asked, KNOWN * depth, within)
    legs = {name: leg for name, leg in (("dense", dense), ("lexical", lexical)) if leg is not None}
    if dense is None or lexical is None or vectors is None or asked is None:
        return [_joined(each.keys[:depth], {name: each.scores[:depth]}, WEIGHTS, without) for name, leg in legs.items() for each in leg]
    keys = [_union(*(ranking.keys[:depth] for ranking in rankings)) for rankings in zip(dense, lexical, strict=True)]
    scores = zip(_cosines(keys, dense, vectors, index), _bm25(keys, lexical, asked, index, KNOWN * depth), strict=True)
    return [
        _joined(each, {"dense": cosines, "lexical": bm25}, weights_of(terms, index), without)
        for each, (cosines, bm25), terms in zip(keys, scores, asked, strict=True)
    ]


def weights_of(asked: Sequence[str], index: Index) -> dict[str, float]:
    """Let words count by how many of the question's own the index knows: of an English question a Chinese index knows a name or two,
    and that must not outweigh what the question means. Bigrams are left out: that two characters never met says nothing."""
    units = [term for term in asked if len(term) != 2 or term.isascii()]
    share = index.known(units) / len(units) if units else 0.0
    return {**WEIGHTS, "lexical": WEIGHTS["lexical"] * share}


def ties(falling: Scores) -> Numbers:
    """Number scores that fall: the same number for those that do not differ.

    >>> import numpy as np
    >>> ties(np.array([2.0, 1.0, 1.0, 0.0])).tolist()
    [0, 1, 1, 2]
    """
    import numpy as np

    return np.concatenate([[0], np.cumsum(-np.diff(falling) > TIED)]) if len(falling) else np.zeros(0, np.int64)


def _joined(keys: Keys, scores: dict[str, Scores], weights: dict[str, float], without: Collection[int]) -> Candidates:
    import numpy as np

    if without:
        left = ~np.isin(keys, list(without))
        keys, scores = keys[left], {name: leg[left] for name, leg in scores.items()}
    joined = fuse(scores, weights)
    order = np.lexsort((keys, -joined))
    return Candidates(keys[order], {name: leg[order] for name, leg in scores.items()}, ties(joined[order]), weights)


def _cosines(keys: Sequence[Keys], rankings: Sequence[Ranking], vectors: Vectors, index: Index) -> list[Scores]:
    """Return the cosine of every candidate, computed where the leg did not bring it up."""
    unknown = [_missing(*each) for each in zip(keys, rankings, strict=True)]
    found = index.vectors([key for each in unknown for key in each.tolist()])
    scores, at = [], 0
    for every, ranking, missing, vector in zip(keys, rankings, unknown, vectors, strict=True):
        computed = Ranking(missing, (found[at : at + len(missing)] @ vector).astype(float))
        scores.append(_filled(every, ranking, computed))
        at += len(missing)
    return scores


def _bm25(keys: Sequence[Keys], rankings: Sequence[Ranking], asked: Sequence[Sequence[str]], index: Index, deep: int) -> list[Scores]:
    """Return the BM25 score of every candidate, 0 where no term stands in it; a leg that was not cut off at *deep* tells all of them."""
    unknown = [_missing(*each) if len(each[1].keys) == deep else each[1].keys[:0] for each in zip(keys, rankings, strict=True)]
    open_ = [at for at, missing in enumerate(unknown) if len(missing)]
    scores = [_filled(*each) for each in zip(keys, rankings, strict=True)]
    if open_:
        computed = index.bm25([asked[at] for at in open_], [unknown[at].tolist() for at in open_])
        for at, ranking in zip(open_, computed, strict=True):
            scores[at] = _filled(keys[at], rankings[at], ranking)
    return scores


def _union(one: Keys, other: Keys) -> Keys:
    """Return the keys of both, each once, rising."""
    import numpy as np

    keys = np.sort(np.concatenate([one, other]))
    return keys[np.append(keys[1:] != keys[:-1], True)] if len(keys) else keys


def _missing(keys: Keys, ranking: Ranking) -> Keys:
    """Return the *keys*, which rise, that the ranking does not hold."""
    import numpy as np

    held = np.zeros(len(keys), bool)
    at, there = _places(keys, ranking)
    held[at[there]] = True
    return keys[~held]


def _filled(keys: Keys, *rankings: Ranking) -> Scores:
    """Return one score for each of *keys*, which rise, from where it is known; 0 elsewhere."""
    import numpy as np

    scores = np.zeros(len(keys))
    for ranking in rankings:
        at, there = _places(keys, ranking)
        scores[at[there]] = ranking.scores[there]
    return scores


def _places(keys: Keys, ranking: Ranking) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return where each of the ranking's keys stands, or would, among *keys*, which rise, and whether it does."""
    at = keys.searchsorted(ranking.keys)
    return at, (at < len(keys)) & (keys.take(at, mode="clip") == ranking.keys) if len(keys) else at < 0
