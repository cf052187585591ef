"""Hits to hits with their neighbours: the passages before and after in the same article, whatever the filters of the question are."""

from __future__ import annotations

from dataclasses import replace

from index.engine.protocol import Index
from search.results import Context, Hit, Result


def with_context(result: Result, index: Index, count: int) -> Result:
    """Return *result*, its hits with at most *count* passages from either side; of a hit at an article's end there are fewer."""
    if not count:
        return result
    return result._replace(
        hits=[_with_neighbours(hit, index, count) for hit in result.hits],
        nearest=[_with_neighbours(hit, index, count) for hit in result.nearest],
    )


def _with_neighbours(hit: Hit, index: Index, count: int) -> Hit:
    shown = index.locate(hit.passage.citation.id)
    before = shown.passages[max(0, shown.position - count) : shown.position]
    after = shown.passages[shown.position + 1 : shown.position + 1 + count]
    return replace(hit, context=Context(tuple(before), tuple(after)))
