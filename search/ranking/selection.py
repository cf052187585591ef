"""Selection of the ranked candidates that are shown: at most so many of an article, and near-duplicates only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from search.ranking.near_duplicates import Duplicates
from search.ranking.passage_cache import PassageCache
from search.retrieval.query import Candidate, QueryState, Selected


def select_passages(state: QueryState, further: Iterable[Candidate], cache: PassageCache, k: int, per_article: int) -> QueryState:
    """Select *k* of the ranked candidates, then of the *further* ones.

    At most *per_article* are of one article (0: no limit); what is more of it is omitted. A candidate that says only what a better one
    says is not selected: its citation is named beside the better one, as far as the ranked candidates show it. Nor is it counted among
    the omitted ones where the better one is omitted: without the limit it would not be listed.
    """
    selected: list[Selected] = []
    omitted: list[Candidate] = []
    shown, hidden = Duplicates(), Duplicates()
    passages_of: Counter[tuple[str, int]] = Counter()
    signatures = cache.signatures(candidate.key for candidate in state.ranked)
    for candidate in chain(state.ranked, _while(lambda: len(selected) < k, further)):
        signature = signatures.get(candidate.key) or cache.signatures([candidate.key])[candidate.key]
        better = shown.find(signature)
        if better is not None:
            selected[better].also.append(candidate.passage.citation)
        elif len(selected) < k:
            passages_of[candidate.article] += 1
            if per_article and passages_of[candidate.article] > per_article:
                if hidden.find(signature) is None:
                    omitted.append(candidate)
                    hidden.add(signature)
            else:
                selected.append(Selected(candidate))
                shown.add(signature)
    state.selected, state.omitted = selected, omitted
    return state


def _while(wanted: Callable[[], bool], candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield candidates while they are *wanted*, and read no other."""
    more = iter(candidates)
    while wanted() and (candidate := next(more, None)):
        yield candidate
