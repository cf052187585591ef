"""Selection of the ranked candidates that are shown: at most so many of an article, and near-duplicates only once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from search.ranking.near_duplicates import alike, holds
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
    duplicates = _Duplicates(cache, [candidate.key for candidate in state.ranked])
    passages_of: Counter[tuple[str, int]] = Counter()
    for candidate in chain(state.ranked, _while(lambda: len(selected) < k, further)):
        better = duplicates.holder([passage.candidate.key for passage in selected], candidate.key)
        if better is not None:
            selected[better].also.append(candidate.passage.citation)
        elif len(selected) < k:
            passages_of[candidate.article] += 1
            if not per_article or passages_of[candidate.article] <= per_article:
                selected.append(Selected(candidate))
            elif duplicates.holder([other.key for other in omitted], candidate.key) is None:
                omitted.append(candidate)
    state.selected, state.omitted = selected, omitted
    return state


class _Duplicates:
    """Tells which passages say nothing new. Those of *keys* are compared by their words all at once, others one by one."""

    def __init__(self, cache: PassageCache, keys: Sequence[int]) -> None:
        self._cache, self._keys = cache, {*keys}
        self._holders: defaultdict[int, set[int]] = defaultdict(set)
        self._compare(keys)

    def holder(self, better: Sequence[int], key: int) -> int | None:
        """Return the position of the first of the *better* passages that says all of the passage of *key*; None where none does."""
        if key not in self._keys:
            self._compare([*better, key])
        likely = [position for position, other in enumerate(better) if other in self._holders[key]]
        if not likely:
            return None
        signatures = self._cache.signatures([key, *(better[position] for position in likely)])
        copies = (position for position in likely if signatures[better[position]].plain == signatures[key].plain)
        held = (position for position in likely if holds(signatures[better[position]], signatures[key]))
        return next(chain(copies, held), None)

    def _compare(self, keys: Sequence[int]) -> None:
        import numpy as np

        vocabularies = self._cache.vocabularies(keys)
        for one, other in np.argwhere(alike([vocabularies[key].in_text for key in keys])).tolist():
            self._holders[keys[other]].add(keys[one])


def _while(wanted: Callable[[], bool], candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield candidates while they are *wanted*, and read no other."""
    more = iter(candidates)
    while wanted() and (candidate := next(more, None)):
        yield candidate
