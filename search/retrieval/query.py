"""A question to the terms that are looked up: its own, and those that it may mean where it is mistyped.

智彗印章怎么管 ──▶ 智 彗 印 … 智彗 彗印 … and 慧 智慧 慧印, if the index has 智慧 or 慧印 and neither 智彗 nor 彗印
"""

from __future__ import annotations

from collections.abc import Sequence

from index.engine.protocol import Index
from index.text.tokens import terms
from search.retrieval.spelling import Meant, meant

MANY_TERMS = 1000  # distinct terms of a question that are looked up; a pasted page repeats itself after that


def asked_terms(queries: Sequence[str], index: Index) -> list[list[str]]:
    """Return the terms to look up for each query, each once. What is typed stays: a slip is a guess, and a name may look like one."""
    return [_terms(query, slips, index) for query, slips in zip(queries, meant(queries), strict=True)]


def _terms(query: str, slips: Sequence[Meant], index: Index) -> list[str]:
    asked = dict.fromkeys(terms(query))
    for slip in slips:
        _, *bigrams = slip.terms
        if not index.known(slip.typed) and index.known(bigrams):
            asked |= dict.fromkeys(slip.terms)
    return list(asked)[:MANY_TERMS]
