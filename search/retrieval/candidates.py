"""Candidate retrieval: what the dense or the lexical leg retrieves, each passage with its score in both, by the fused score."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from index.engine.protocol import Index, Ranking, Selection
from index.threads import side_by_side
from search.retrieval.fusion import LEG_WEIGHTS, fuse
from search.retrieval.query import Candidates, QueryState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.engine.protocol import Keys, Scores

DEPTH = 200  # candidates of each leg: passages that rank in the first ten after fusion come from far down in one of the legs
DEEP = 2000  # candidates of each leg that are looked through for a question with demands; few passages have what it demands
WORTH_A_THREAD = 50_000  # passages; of 100,000, both searches take 7.2 ms instead of 10.5; of 10,000, 2.0 instead of 1.9
TIE = 1e-5  # of fused scores; the BM25 score of the same text differs by a tenth of that, by the order of adding


class _Union(NamedTuple):
    """What the legs retrieved for one question: *keys* (n,), and of each leg the *scores* (n,), 0 where they are *missing* (n,)."""

    keys: Keys
    scores: dict[str, Scores]
    missing: dict[str, NDArray[np.bool_]]

    def set(self, name: str, leg: Ranking) -> None:
        """Set the scores of passages that are among the keys, which rise."""
        positions = self.keys.searchsorted(leg.keys)
        self.scores[name][positions] = leg.scores
        self.missing[name][positions] = False


def retrieve(
    states: Sequence[QueryState], index: Index, depth: int, within: Selection | None = None, excluded: Collection[int] = ()
) -> list[QueryState]:
    """Find the candidates of each question, at most *depth* of each leg, less the passages whose keys are in *excluded*.

    The dense leg serves questions that have a vector, the lexical leg those that have terms; all questions have the same.
    """
    depth = min(depth + len(excluded), len(index))  # engines set memory aside for all that is asked for
    found = [replace(state) for state in states]  # the same question may be asked once more, deeper
    _both(partial(_lexical, found, index, depth, within), partial(_dense, found, index, depth, within), index)
    unions = [_united(state) for state in found]
    _both(partial(_bm25_of_all, found, unions, index, depth), partial(_cosines_of_all, found, unions, index), index)
    for state, union in zip(found, unions, strict=True):
        state.candidates = _fused(state, union, index, excluded)
    return found


def obeying(states: Sequence[QueryState], index: Index) -> list[QueryState]:
    """Leave out the candidates of each question that do not have what it demands, or have what it excludes."""
    return [_obeying(state, index) if any(state.demands) else state for state in states]


def _obeying(state: QueryState, index: Index) -> QueryState:
    import numpy as np

    assert state.candidates is not None
    keys, scores, tie, weights = state.candidates
    kept = np.array([state.demands.fit(passage.text) for passage in index.passages(keys.tolist())], bool)
    return replace(state, candidates=Candidates(keys[kept], {name: leg[kept] for name, leg in scores.items()}, tie[kept], weights))


def followed(states: Sequence[QueryState], deeper: Sequence[QueryState]) -> list[QueryState]:
    """Return *states* with the candidates that only *deeper* has after their own: what is asked for does not change what comes first."""
    return [replace(state, candidates=_followed(state.candidates, more.candidates)) for state, more in zip(states, deeper, strict=True)]


def leg_weights(terms: Sequence[str], index: Index) -> dict[str, float]:
    """Return the weight of each leg: words count by the share of the question's own terms that the index knows.

    Of an English question a Chinese index knows a name or two, which must not outweigh what the question means. Bigrams are left out:
    that two characters never met says nothing.
    """
    units = [term for term in terms if len(term) != 2 or term.isascii()]
    share = index.known(units) / len(units) if units else 0.0
    return {**LEG_WEIGHTS, "lexical": LEG_WEIGHTS["lexical"] * share}


def ties(falling: Scores) -> NDArray[np.int64]:
    """Number scores that fall: the same number for those that do not differ.

    >>> import numpy as np
    >>> ties(np.array([2.0, 1.0, 1.0, 0.0])).tolist()
    [0, 1, 1, 2]
    """
    import numpy as np

    numbers = np.zeros(len(falling), np.int64)
    np.cumsum(falling[:-1] - falling[1:] > TIE, out=numbers[1:])
    return numbers


def _both(longer: Callable[[], None], shorter: Callable[[], None], index: Index) -> None:
    """Run both: side by side in a large index; a small one has answered before another thread has woken."""
    if len(index) < WORTH_A_THREAD:
        longer()
        shorter()
    else:
        side_by_side([longer, shorter])


def _dense(states: Sequence[QueryState], index: Index, depth: int, within: Selection | None) -> None:
    import numpy as np

    vectors = [state.vector for state in states if state.vector is not None]
    if vectors:
        for state, ranking in zip(states, index.nearest(np.asarray(vectors, np.float32), depth, within), strict=True):
            state.dense = ranking


def _lexical(states: Sequence[QueryState], index: Index, depth: int, within: Selection | None) -> None:
    queries = [state.terms for state in states if state.terms is not None]
    if queries:
        for state, ranking in zip(states, index.matching(queries, depth, within), strict=True):
            state.lexical = ranking


def _united(state: QueryState) -> _Union:
    """Return what the legs retrieved, each passage once, by key; what a single leg retrieved, in its own order."""
    import numpy as np

    legs = {name: leg for name, leg in (("dense", state.dense), ("lexical", state.lexical)) if leg is not None}
    if len(legs) == 1:
        [(name, leg)] = legs.items()
        return _Union(leg.keys, {name: leg.scores}, {name: np.zeros(len(leg.keys), bool)})
    keys = np.sort(np.concatenate([leg.keys for leg in legs.values()]))
    keys = keys[np.append(keys[1:] != keys[:-1], True)] if len(keys) else keys
    union = _Union(keys, {name: np.zeros(len(keys)) for name in legs}, {name: np.ones(len(keys), bool) for name in legs})
    for name, leg in legs.items():
        union.set(name, leg)
    return union


def _cosines_of_all(states: Sequence[QueryState], unions: Sequence[_Union], index: Index) -> None:
    """Add the cosines of the candidates that only BM25 retrieved."""
    import numpy as np

    missing = [union.keys[union.missing["dense"]] for union in unions if "dense" in union.missing]
    if not any(map(len, missing)):
        return
    vectors, start = index.vectors(np.concatenate(missing).tolist()), 0
    for state, union, keys in zip(states, unions, missing, strict=True):
        assert state.vector is not None
        union.scores["dense"][union.missing["dense"]] = vectors[start : start + len(keys)] @ state.vector
        start += len(keys)


def _bm25_of_all(states: Sequence[QueryState], unions: Sequence[_Union], index: Index, depth: int) -> None:
    """Add the scores of the candidates that only the vectors retrieved.

    A leg that was not cut off at *depth* knows all its passages.
    """
    asked = [
        (state.terms or [], union, union.keys[union.missing["lexical"]])
        for state, union in zip(states, unions, strict=True)
        if state.lexical is not None and len(state.lexical.keys) == depth and union.missing["lexical"].any()
    ]
    if asked:
        rankings = index.bm25([terms for terms, _, _ in asked], [keys.tolist() for _, _, keys in asked])
        for (_, union, _), ranking in zip(asked, rankings, strict=True):
            union.set("lexical", ranking)


def _fused(state: QueryState, union: _Union, index: Index, excluded: Collection[int]) -> Candidates:
    """Order the candidates by the fused score of the legs."""
    import numpy as np

    keys, scores, _ = union
    weights = leg_weights(state.terms or [], index) if len(scores) == 2 else LEG_WEIGHTS
    if excluded:
        kept = ~np.isin(keys, list(excluded))
        keys, scores = keys[kept], {name: leg[kept] for name, leg in scores.items()}
    fused = fuse(scores, weights)
    order = np.lexsort((keys, -fused))
    return Candidates(keys[order], {name: leg[order] for name, leg in scores.items()}, ties(fused[order]), weights)


def _followed(first: Candidates | None, deeper: Candidates | None) -> Candidates:
    import numpy as np

    assert first is not None and deeper is not None
    new = ~np.isin(deeper.keys, first.keys)
    scores = {name: np.concatenate([leg, deeper.scores[name][new]]) for name, leg in first.scores.items()}
    tie = np.unique(deeper.tie[new], return_inverse=True)[1] + (first.tie[-1] + 1 if len(first.tie) else 0)  # numbers without a gap
    return Candidates(np.concatenate([first.keys, deeper.keys[new]]), scores, np.concatenate([first.tie, tie]), first.weights)
