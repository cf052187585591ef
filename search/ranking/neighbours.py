"""Hits with their neighbours: the passages before and after in the same article, whatever filters the question has."""

from __future__ import annotations

from dataclasses import replace

from index.engine.protocol import Index
from search.results import Context, Hit, Result


def with_context(result: Result, index: Index, count: int) -> Result:
    """Return *result*, its hits with at most *count* passages on either side; a hit at an article's end has fewer."""
    if not count:
        return result
    hits, nearest = ([_with_neighbours(hit, index, count) for hit in hits] for hits in (result.hits, result.nearest))
    return replace(result, hits=hits, nearest=nearest)


def _with_neighbours(hit: Hit, index: Index, count: int) -> Hit:
    before, after = index.locate(hit.passage.citation.id).neighbours(count)
    return replace(hit, context=Context(tuple(before), tuple(after)))
