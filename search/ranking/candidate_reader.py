"""Reads candidates: their passages, and how well each aligns with the question word by word.

Ties are read in the order in which passages are printed, so an index gives the same order in whatever order its files were read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING

from index.document import Passage
from index.encoders.static import StaticEncoder
from index.text.tokens import terms
from search.ranking.captions import says_nothing
from search.ranking.late_interaction import Vocabularies, similarities
from search.ranking.passage_cache import PassageCache
from search.retrieval.candidates import ties
from search.retrieval.fusion import fuse
from search.retrieval.named import missing, rules_out
from search.retrieval.query import Candidate, Candidates, QueryState, QueryWords

if TYPE_CHECKING:
    from search.retrieval.fusion import Floats

ALIGNED = 30  # candidates that are compared with the question word by word; on held-out questions more gave nothing


class CandidateReader:
    """Reads candidates of any question through the cache of one index."""

    def __init__(self, cache: PassageCache, lexicon: StaticEncoder) -> None:
        self._cache, self._lexicon = cache, lexicon

    def read(self, states: Sequence[QueryState], first: int = 0, last: int = ALIGNED) -> list[list[Candidate]]:
        """Return the candidates of each question from *first* to *last* in its order, each with how well it aligns."""
        positions = [settled[first:last] for settled in self._settled(states, last)]
        keys = [_keys_at(state, chosen) for state, chosen in zip(states, positions, strict=True)]
        every_key = list(chain.from_iterable(keys))
        passages, vocabularies = self._cache.passages(every_key), self._cache.vocabularies(every_key)
        words = [[vocabularies[key].ids for key in its_keys] for its_keys in keys]
        compared = [Vocabularies(_words_of(state), of_query) for state, of_query in zip(states, words, strict=True)]
        read = []
        aligned = similarities(compared, self._lexicon)
        for state, chosen, its_keys, (shares, table) in zip(states, positions, keys, aligned, strict=True):
            state.table = state.table or table
            read.append(_candidates(state, chosen, [passages[key] for key in its_keys], shares))
        return read

    def further(self, state: QueryState, start: int) -> Iterator[Candidate]:
        """Yield the candidates of one question after *start*, as far as they are asked for."""
        for first in count(start, ALIGNED):
            (candidates,) = self.read([state], first, first + ALIGNED)
            if not candidates:
                return
            yield from candidates

    def _settled(self, states: Sequence[QueryState], last: int) -> list[list[int]]:
        """Return the first positions of each question's candidates, at least up to *last*, ties in the order in which they are printed."""
        ends = [_end_of_tie(_of(state), last) for state in states]
        tied = [_of(state).keys[:end].tolist() for state, end in zip(states, ends, strict=True) if _any_tie(_of(state), end)]
        passages = self._cache.passages(chain.from_iterable(tied)) if tied else {}
        return [_in_print_order(_of(state), end, passages) for state, end in zip(states, ends, strict=True)]


def fused_order(state: QueryState) -> list[Candidate]:
    """Return the ranked candidates of a question by both legs and late interaction together."""
    assert state.candidates is not None
    return _sorted(state.ranked, fuse(legs_of(state.ranked), state.candidates.weights))


def legs_of(candidates: Sequence[Candidate]) -> dict[str, list[float]]:
    """Return leg -> scores of the candidates, of the legs that were asked; late interaction is one of them."""
    names = [name for name in ("dense", "lexical", "align") if candidates and getattr(candidates[0], name) is not None]
    return {name: [getattr(candidate, name) for candidate in candidates] for name in names}


def printed(passage: Passage) -> tuple[object, ...]:
    """Return where a passage is printed, for comparison: source, lines, id."""
    return passage.citation.source, passage.citation.lines, passage.citation.id


def _sorted(candidates: Sequence[Candidate], scores: Floats) -> list[Candidate]:
    """Order candidates by *scores*, highest first, ties as they are printed."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    tie = ties(scores[order]).tolist()
    ordered = [candidates[position] for position in order.tolist()]
    if tie and tie[-1] + 1 < len(tie):
        pairs = sorted(zip(tie, ordered, strict=True), key=lambda pair: (pair[0], printed(pair[1].passage)))
        return [candidate for _, candidate in pairs]
    return ordered


def _candidates(state: QueryState, positions: Sequence[int], passages: Sequence[Passage], aligned: Sequence[float]) -> list[Candidate]:
    """Return the candidates of a question at these *positions*, with their passages and how well each aligns."""
    legs = {name: scores[positions].tolist() for name, scores in _of(state).scores.items()}
    nothing = [None] * len(positions)
    scores = zip(_keys_at(state, positions), legs.get("dense", nothing), legs.get("lexical", nothing), aligned, strict=True)
    asked = _terms_of(state)
    return [_candidate(state, asked, passage, *its_scores) for passage, its_scores in zip(passages, scores, strict=True)]


def _candidate(
    state: QueryState, asked: Collection[str], passage: Passage, key: int, dense: float | None, lexical: float | None, align: float
) -> Candidate:
    relative = state.usual.relative(dense) if state.usual and dense is not None else None
    lacking, ruled_out = missing(state.named, passage), rules_out(state.named, passage)
    unsaid = says_nothing(asked, passage, align)
    return Candidate(key, passage, dense, lexical, align, lacking, relative, ruled_out=ruled_out, unsaid=unsaid)


def _in_print_order(candidates: Candidates, end: int, passages: dict[int, Passage]) -> list[int]:
    if not _any_tie(candidates, end):
        return list(range(end))
    return sorted(range(end), key=lambda position: (int(candidates.tie[position]), printed(passages[int(candidates.keys[position])])))


def _end_of_tie(candidates: Candidates, last: int) -> int:
    """Return the end of the tie in which the candidate before *last* stands."""
    tie = candidates.tie
    return int((tie <= tie[min(last, len(tie)) - 1]).sum()) if len(tie) else 0


def _any_tie(candidates: Candidates, end: int) -> bool:
    return end > 0 and int(candidates.tie[end - 1]) + 1 < end


def _keys_at(state: QueryState, positions: Sequence[int]) -> list[int]:
    return _of(state).keys[positions].tolist()  # type: ignore[no-any-return]


def _of(state: QueryState) -> Candidates:
    assert state.candidates is not None
    return state.candidates


def _terms_of(state: QueryState) -> Collection[str]:
    """Return the terms of a question, also where the mode looks none up."""
    return state.terms if state.terms is not None else terms(state.text)


def _words_of(state: QueryState) -> QueryWords:
    assert state.words is not None
    return state.words
