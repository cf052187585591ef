"""The first candidates, read once more together with the question: by the shipped judge, and by a cross-encoder that the user names.

    ordered ──▶ reranked   the first 50, by the user's own cross-encoder, which decides their order        rerank.py
            ──▶ judged     the first 3, by the shipped judge, whose score is evidence for their probability

What the judge has not read is no surer than the surest that it has, so that nothing is told found that it would have to have read.
The order it leaves alone: on questions kept aside vectors, terms and words together order better than it does, and than with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.ranking.cross_encoders import RERANKED, Reranker
from search.ranking.selection import Aligned
from search.ranking.shipped_cross_encoder import Judge

JUDGED = 3  # candidates that the judge reads, each at the cost of embedding it anew; five tell an answer from none no better


def reranked(texts: Sequence[str], ordered: Sequence[Sequence[Aligned]], reranker: Reranker) -> list[list[Aligned]]:
    """Order the first candidates of each question as *reranker* does, each with its score; those after them keep their order."""
    ranked = reranker.ranked([(text, [each.passage for each in some[:RERANKED]]) for text, some in zip(texts, ordered, strict=True)])
    return [
        [*(scored(some[at], rerank=score) for at, score in order), *some[RERANKED:]] for some, order in zip(ordered, ranked, strict=True)
    ]


def judged(texts: Sequence[str], ordered: Sequence[Sequence[Aligned]], judge: Judge, first: int = JUDGED) -> list[list[Aligned]]:
    """Return the candidates in their order, the *first* of each question with the judge's score."""
    read = _read(texts, [some[:first] for some in ordered], judge)
    return [[*those, *some[first:]] for those, some in zip(read, ordered, strict=True)]


def scored(each: Aligned, **scores: float) -> Aligned:
    """Return the candidate with one more score."""
    return each._replace(scores={**each.scores, **scores})


def _read(texts: Sequence[str], some: Sequence[Sequence[Aligned]], judge: Judge) -> list[list[Aligned]]:
    """Let the judge read some passages of each question, all questions at once."""
    scores = iter(judge.scores([(text, each.passage.text) for text, own in zip(texts, some, strict=True) for each in own]).tolist())
    return [[scored(each, judge=next(scores)) for each in own] for own in some]
