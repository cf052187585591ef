"""Candidates to the passages that are shown: held against the question, put in order, limited by article, the same text once.

Ties are broken by where passages are printed, so that an index gives the same order in whatever order its files were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from index.document import Citation, Passage
from search.ranking.late_interaction import Covered, Question, covered
from search.ranking.near_duplicates import Said
from search.ranking.passage_cache import Shelf
from search.retrieval.candidates import Candidates, ties
from search.retrieval.fusion import fuse

if TYPE_CHECKING:
    from search.retrieval.fusion import Floats

ALIGNED = 30  # candidates that are held against the question word by word; on questions kept aside, more gave nothing


class Aligned(NamedTuple):
    """A candidate that was read: *scores* of both legs, and how much of the question it covers."""

    key: int
    passage: Passage
    scores: dict[str, float]
    covered: Covered


class Chosen(NamedTuple):
    """A candidate that will be shown, and where else nearly the same text stands."""

    aligned: Aligned
    also: list[Citation]


def aligned(
    questions: Sequence[Question], candidates: Sequence[Candidates], shelf: Shelf, first: int = 0, last: int = ALIGNED
) -> list[list[Aligned]]:
    """Read the candidates of each question from *first* to *last* in its order, and hold them against it."""
    places = _settled(candidates, shelf, last)
    some = [each[first:last] for each in places]
    keys = [[int(own.keys[at]) for at in each] for own, each in zip(candidates, some, strict=True)]
    every = [key for each in keys for key in each]
    passages, vocabularies = shelf.passages(every), shelf.vocabularies(every)
    met = covered(questions, [[vocabularies[key] for key in each] for each in keys])
    return [
        [
            Aligned(key, passages[key], {name: float(leg[at]) for name, leg in own.scores.items()}, how)
            for key, at, how in zip(*each, strict=True)
        ]
        for own, each in zip(candidates, zip(keys, some, met, strict=True), strict=True)
    ]


def reordered(first: Sequence[Aligned], weights: dict[str, float]) -> list[Aligned]:
    """Order the first candidates by both legs and by how well their words meet those of the question."""
    return sorted_by(first, joined(first, weights))


def joined(first: Sequence[Aligned], weights: dict[str, float]) -> Floats:
    """Return the joined score of the first candidates: both legs and how well their words meet those of the question."""
    legs = {name: [each.scores[name] for each in first] for name in ("dense", "lexical")}
    return fuse({**legs, "align": [each.covered.similarity for each in first]}, weights)


def sorted_by(some: Sequence[Aligned], scores: Floats) -> list[Aligned]:
    """Order candidates by *scores*, highest first, ties as they are printed."""
    import numpy as np

    order = np.argsort(-scores, kind="stable")
    tie = ties(scores[order]).tolist()
    ordered = [some[at] for at in order.tolist()]
    if tie and tie[-1] + 1 < len(tie):
        ordered = [each for _, each in sorted(zip(tie, ordered, strict=True), key=lambda pair: (pair[0], printed(pair[1].passage)))]
    return ordered


def further(question: Question, candidates: Candidates, shelf: Shelf, start: int) -> Iterator[Aligned]:
    """Give the candidates of one question after *start*, as far as they are asked for."""
    for first in count(start, ALIGNED):
        (some,) = aligned([question], [candidates], shelf, first, first + ALIGNED)
        if not some:
            return
        yield from some


def chosen(
    first: Sequence[Aligned], rest: Iterable[Aligned], shelf: Shelf, k: int, per_article: int, left_out: list[Aligned]
) -> list[Chosen]:
    """Return *k* of the ordered candidates: no more than *per_article* of one article (0: no limit), and none that says only what a
    better one says; that one tells where else it stands, as far as the *first* candidates show it. What is more of an article
    is put into *left_out*."""
    shown: list[Chosen] = []
    said = Said()
    seen: Counter[tuple[str, int]] = Counter()
    signatures = shelf.signatures(each.key for each in first)
    for each in chain(first, _while(lambda: len(shown) < k, rest)):
        signature = signatures.get(each.key) or shelf.signatures([each.key])[each.key]
        better = said.by(signature)
        if better is not None:
            shown[better].also.append(each.passage.citation)
        elif len(shown) < k:
            article = article_of(each.passage)
            seen[article] += 1
            if not per_article or seen[article] <= per_article:
                shown.append(Chosen(each, []))
                said.add(signature)
            else:
                left_out.append(each)
    return shown


def _while(wanted: Callable[[], bool], rest: Iterable[Aligned]) -> Iterator[Aligned]:
    """Give of *rest* what is *wanted*, and read nothing else."""
    more = iter(rest)
    while wanted() and (each := next(more, None)):
        yield each


def article_of(passage: Passage) -> tuple[str, int]:
    return passage.citation.source, passage.article


def printed(passage: Passage) -> tuple[object, ...]:
    """Return where a passage is printed, to be compared."""
    return passage.citation.source, passage.citation.lines, passage.citation.id


def _settled(candidates: Sequence[Candidates], shelf: Shelf, last: int) -> list[list[int]]:
    """Return the first places of each question's candidates, at least up to *last*, ties in the order in which they are printed."""
    ends = [int((each.tie <= each.tie[min(last, len(each.tie)) - 1]).sum()) if len(each.tie) else 0 for each in candidates]
    open_ = [[int(key) for key in each.keys[:end]] for each, end in zip(candidates, ends, strict=True) if _any_tie(each, end)]
    passages = shelf.passages(chain.from_iterable(open_)) if open_ else {}
    return [
        sorted(range(end), key=lambda at, each=each: (int(each.tie[at]), printed(passages[int(each.keys[at])])))  # type: ignore[misc]
        if _any_tie(each, end)
        else list(range(end))
        for each, end in zip(candidates, ends, strict=True)
    ]


def _any_tie(candidates: Candidates, end: int) -> bool:
    return end > 0 and int(candidates.tie[end - 1]) + 1 < end
