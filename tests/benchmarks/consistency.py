"""Whether answers are consistent: no list of hits rises, `found` does not depend on *k*, and a batch answers as single questions do.

These are promises of the search, so each count of exceptions must be 0 on every set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.errors import BadInput
from search.options import MODES
from search.results import Result
from search.searcher import Searcher
from tests.benchmarks.figures import largest_difference, rises

K = 10  # hits of a list


class ListCounts(NamedTuple):
    """How many lists of one set and *mode* rise, also with one passage an article, and how often `found` depends on *k*."""

    name: str
    mode: str
    questions: int
    rising: int
    rising_of_articles: int
    other_found: int


class BatchCounts(NamedTuple):
    """How many questions of one set have another order in a batch, how many another `found`, and the largest *difference* of scores."""

    name: str
    questions: int
    other_order: int
    other_found: int
    difference: float


def count_rising(name: str, searcher: Searcher, queries: Sequence[str]) -> Iterator[ListCounts]:
    """Ask all questions in each mode and yield what is inconsistent in it."""
    for mode in MODES:
        lists = _answers(searcher.search_many(queries, K, mode=mode, min_score=0))
        of_articles = _answers(searcher.search_many(queries, K, mode=mode, min_score=0, per_article=1))
        single = _answers(searcher.search_many(queries, 1, mode=mode))
        rising, rising_of_articles = (sum(rises(scores_of(result)) for result in results) for results in (lists, of_articles))
        other = sum(one.found != many.found for one, many in zip(single, lists, strict=True))
        yield ListCounts(name, mode, len(lists), rising, rising_of_articles, other)


def compare_batch(name: str, searcher: Searcher, queries: Sequence[str]) -> BatchCounts:
    """Ask all questions at once and one by one."""
    pairs = []
    for query, in_batch in zip(queries, searcher.search_many(queries, K, min_score=0), strict=True):
        if not isinstance(in_batch, BadInput):  # the question cannot be asked alone either
            pairs.append((in_batch, searcher.search(query, K, min_score=0)))
    return compared(name, pairs)


def compared(name: str, pairs: Sequence[tuple[Result, Result]]) -> BatchCounts:
    """Count what differs between two results of the same question. Scores are compared where the order is the same."""
    same = [(one, other) for one, other in pairs if _order(one) == _order(other)]
    difference = max((largest_difference(scores_of(one), scores_of(other)) for one, other in same), default=0.0)
    return BatchCounts(name, len(pairs), len(pairs) - len(same), sum(one.found != other.found for one, other in pairs), difference)


def scores_of(result: Result) -> list[float]:
    return [hit.score for hit in result.hits]


def _order(result: Result) -> list[str]:
    return [hit.citation.id for hit in result.hits]


def _answers(results: Sequence[Result | BadInput]) -> list[Result]:
    return [result for result in results if not isinstance(result, BadInput)]


def rising_table(counts: Sequence[ListCounts]) -> Iterator[str]:
    yield "\n| lists | mode | questions | rise | rise, one passage an article | found by k=1, not as by k=10 |"
    yield "|---|---|---|---|---|---|"
    for row in counts:
        yield "| " + " | ".join(map(str, row)) + " |"


def batch_table(counts: Sequence[BatchCounts]) -> Iterator[str]:
    yield "\n| batch and alone | questions | other order | other found | largest difference of scores |"
    yield "|---|---|---|---|---|"
    for row in counts:
        yield f"| {row.name} | {row.questions} | {row.other_order} | {row.other_found} | {row.difference:.1e} |"
