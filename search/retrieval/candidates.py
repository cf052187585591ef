"""Candidate retrieval: what the dense or the lexical leg retrieves, each passage with its score in both, by the fused score."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.engine.protocol import Index, Ranking, Selection
from search.retrieval.fusion import LEG_WEIGHTS, fuse
from search.retrieval.query import Candidates, QueryState

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.engine.protocol import Keys, Scores

    Positions = NDArray[np.intp]

DEPTH = 200  # candidates of each leg: passages that rank in the first ten after fusion come from far down in one of the legs
DEEP = 2000  # candidates of each leg that are looked through for a question with demands; few passages have what it demands
TIE = 1e-5  # of fused scores; the BM25 score of the same text differs by a tenth of that, by the order of adding


def retrieve(
    states: Sequence[QueryState], index: Index, depth: int, within: Selection | None = None, excluded: Collection[int] = ()
) -> list[QueryState]:
    """Find the candidates of each question, at most *depth* of each leg, less the passages whose keys are in *excluded*.

    The dense leg serves questions that have a vector, the lexical leg those that have terms; all questions have the same.
    """
    depth = min(depth + len(excluded), len(index))  # engines set memory aside for all that is asked for
    found = [replace(state) for state in states]  # the same question may be asked once more, deeper
    _lexical(found, index, depth, within)
    _dense(found, index, depth, within)
    keys = [_union(state, depth) for state in found]
    _bm25_of_all(found, keys, index, depth)
    _cosines_of_all(found, keys, index)
    for state, its_keys in zip(found, keys, strict=True):
        state.candidates = _fused(state, its_keys, index, excluded)
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

    return np.concatenate([[0], np.cumsum(-np.diff(falling) > TIE)]) if len(falling) else np.zeros(0, np.int64)


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


def _union(state: QueryState, depth: int) -> Keys:
    """Return the first keys of the legs, each once, rising; of a single leg in its own order."""
    import numpy as np

    legs = [leg.keys[:depth] for leg in (state.dense, state.lexical) if leg is not None]
    if len(legs) < 2:
        return legs[0]
    keys = np.sort(np.concatenate(legs))
    return keys[np.append(keys[1:] != keys[:-1], True)] if len(keys) else keys


def _cosines_of_all(states: Sequence[QueryState], keys: Sequence[Keys], index: Index) -> None:
    """Add to the dense leg of each question the cosines of the candidates that only BM25 retrieved."""
    import numpy as np

    missing = [_missing(its_keys, state.dense) if _both(state) else its_keys[:0] for state, its_keys in zip(states, keys, strict=True)]
    vectors = index.vectors(np.concatenate(missing).tolist()) if any(map(len, missing)) else None
    if vectors is None:
        return
    start = 0
    for state, unknown in zip(states, missing, strict=True):
        assert state.vector is not None
        cosines = (vectors[start : start + len(unknown)] @ state.vector).astype(float)
        state.dense = _joined(state.dense, Ranking(unknown, cosines))
        start += len(unknown)


def _bm25_of_all(states: Sequence[QueryState], keys: Sequence[Keys], index: Index, depth: int) -> None:
    """Add to the lexical leg of each question the scores of the candidates that only the vectors retrieved.

    A leg that was not cut off at *depth* knows all its passages.
    """
    cut = [position for position, state in enumerate(states) if _both(state) and len(_known(state.lexical).keys) == depth]
    asked = [(position, unknown) for position in cut if len(unknown := _missing(keys[position], states[position].lexical))]
    if asked:
        queries = [states[position].terms or [] for position, _ in asked]
        rankings = index.bm25(queries, [unknown.tolist() for _, unknown in asked])
        for (position, _), ranking in zip(asked, rankings, strict=True):
            states[position].lexical = _joined(states[position].lexical, ranking)


def _fused(state: QueryState, keys: Keys, index: Index, excluded: Collection[int]) -> Candidates:
    """Order the candidates by the fused score of the legs."""
    import numpy as np

    legs = {name: leg for name, leg in (("dense", state.dense), ("lexical", state.lexical)) if leg is not None}
    if len(legs) == 1:
        scores = {name: leg.scores[: len(keys)] for name, leg in legs.items()}
    else:
        scores = {name: _scores_of(keys, leg) for name, leg in legs.items()}
    weights = leg_weights(state.terms or [], index) if len(legs) == 2 else LEG_WEIGHTS
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


def _both(state: QueryState) -> bool:
    return state.dense is not None and state.lexical is not None


def _known(leg: Ranking | None) -> Ranking:
    assert leg is not None
    return leg


def _joined(leg: Ranking | None, more: Ranking) -> Ranking:
    """Return both rankings as one, not in order: only the score of each key is wanted."""
    import numpy as np

    leg = _known(leg)
    return Ranking(np.concatenate([leg.keys, more.keys]), np.concatenate([leg.scores, more.scores]))


def _missing(keys: Keys, leg: Ranking | None) -> Keys:
    """Return the *keys*, which rise, that the leg does not hold."""
    import numpy as np

    held = np.zeros(len(keys), bool)
    positions, present = _positions(keys, _known(leg))
    held[positions[present]] = True
    return keys[~held]


def _scores_of(keys: Keys, leg: Ranking) -> Scores:
    """Return one score for each of *keys*, which rise: 0 where the leg does not know it."""
    import numpy as np

    scores = np.zeros(len(keys))
    positions, present = _positions(keys, leg)
    scores[positions[present]] = leg.scores[present]
    return scores


def _positions(keys: Keys, leg: Ranking) -> tuple[Positions, NDArray[np.bool_]]:
    """Return where each key of the leg is, or would be, among *keys*, which rise, and whether it is there."""
    positions = keys.searchsorted(leg.keys)
    if not len(keys):
        return positions, positions < 0
    return positions, (positions < len(keys)) & (keys.take(positions, mode="clip") == leg.keys)
