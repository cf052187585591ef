"""BM25 in the cluster: a question's terms as a sparse vector, the passages with the highest product, exact scores of these.

The weights of passages were made with the mean lengths of the time when their tables were filled (`State.weighed`). While the means are
the same, products are the scores. After updates the means differ a little: more passages are asked for, as many as the best could hide
among, and those are scored anew from how often they have each term. So it is with terms that share a dimension of the index of terms,
which has not enough for all (`weights.folded`): the products there are never below the scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from index.engine.cluster import dialect
from index.engine.cluster.connection import Connection
from index.engine.cluster.dialect import Tables
from index.engine.cluster.filters import ClusterSelection
from index.engine.cluster.state import State
from index.engine.cluster.weights import (
    Sparse,
    counts_of,
    folded_question,
    is_folded,
    literal,
    of_literal,
    question_weights,
    score,
    weighted,
)
from index.engine.protocol import DECIMALS, Ranking, sorted_ranking

MOST_TERMS = 20_000  # whose numbers are kept for the next questions
MANY = 1000  # terms that are asked for at once
LIMIT = 16_384  # passages that a search by terms returns at most


class Term(NamedTuple):
    """The number of a term, and how many passages have it in their text and in their heading."""

    number: int
    in_text: int
    in_heading: int


class TermSearch:
    """The terms of one state of an index."""

    def __init__(self, connection: Connection, tables: Tables, state: State) -> None:
        self._connection, self._tables, self._state = connection, tables, state
        self._known: dict[str, Term | None] = {}

    def matching(self, terms: Sequence[str], k: int, within: ClusterSelection | None = None) -> Ranking:
        """Return the *k* passages with the highest BM25 that contain at least one of *terms*, of those that *within* leaves."""
        question = self._question(terms)
        count = self._state.lengths.passages
        if not question or k <= 0 or not count:
            return sorted_ranking([], [])
        drift = self._state.lengths.drift(self._state.weighed)
        many = k + 1 + k // 10
        while True:
            found = self._found(question, many, within, exact=within is not None and within.is_few)
            if within is not None and not within.is_few and len(found) < many:  # the index gives up early where a filter leaves few
                found = self._found(question, many, within, exact=True)
            products = self._products(question, list(found)) if not drift and is_folded(question) else found
            ranking = self._scored(question, products, drift)
            if len(found) < many or many >= min(count, LIMIT) or self._holds(ranking, found, k, drift):
                return Ranking(ranking.keys[:k], ranking.scores[:k])
            many *= 2

    def bm25(self, terms: Sequence[str], keys: Sequence[int]) -> Ranking:
        """Return a ranking of the passages of *keys*, of those that have any of *terms*."""
        question = self._question(terms)
        found = self._products(question, [int(key) for key in keys])
        drift = self._state.lengths.drift(self._state.weighed)
        return self._scored(question, {key: product for key, product in found.items() if product}, drift)

    def known(self, terms: Sequence[str]) -> int:
        """Return how many of *terms* occur in any passage or heading."""
        found = self._terms(terms)
        return sum(term in found for term in terms)

    def numbers(self, terms: Iterable[str]) -> dict[str, Term]:
        return self._terms([*dict.fromkeys(terms)])

    def _question(self, terms: Sequence[str]) -> Sparse:
        found = self._terms([*dict.fromkeys(terms)])
        return question_weights({term.number: (term.in_text, term.in_heading) for term in found.values()}, self._state.lengths.passages)

    def _terms(self, terms: Sequence[str]) -> dict[str, Term]:
        """Return those of *terms* that any passage has."""
        if len(self._known) > MOST_TERMS:
            self._known = {}
        known = self._known
        new = [term for term in terms if term not in known]
        for start in range(0, len(new), MANY):
            some = new[start : start + MANY]
            asked = [term.encode("utf-8", "surrogatepass") for term in some]
            query = f"SELECT term, number, in_text, in_heading FROM {self._tables.terms} WHERE term IN %s AND in_text + in_heading > 0"
            found = {bytes(term): Term(*numbers) for term, *numbers in self._connection.rows(query, asked)}
            known.update((term, found.get(raw)) for term, raw in zip(some, asked, strict=True))
        return {term: about for term in terms if (about := known.get(term)) is not None}

    def _found(self, question: Mapping[int, float], many: int, within: ClusterSelection | None, exact: bool) -> dict[int, float]:
        """Return keys and products of those with the highest ones, *many* or fewer; the products are folded unless *exact*."""
        among = within.among(self._tables) if within is not None else dialect.every(self._tables)
        query = dialect.matching(among, literal(question if exact else folded_question(question)), min(many, LIMIT), exact)
        return {
            key: product for key, product in self._connection.rows(query, *(within.values if within is not None else ())) if product > 0
        }

    def _products(self, question: Mapping[int, float], keys: Sequence[int]) -> dict[int, float]:
        """Return the products of the passages of *keys* with all dimensions of a question."""
        found: dict[int, float] = {}
        for start in range(0, len(keys) if question else 0, MANY):
            some = keys[start : start + MANY]
            found.update(self._connection.rows(dialect.products(self._tables.passages, literal(question), some)))
        return found

    def _scored(self, question: Mapping[int, float], found: Mapping[int, float], drift: float) -> Ranking:
        """Return the passages that were *found* with their scores, rounded; *drift*: by which share mean lengths differ from then."""
        import numpy as np

        every = self._exact(question, list(found)) if drift else found
        scores = {key: score for key, score in every.items() if score > 0}
        return sorted_ranking(list(scores), np.round([*scores.values()], DECIMALS)) if scores else sorted_ranking([], [])

    def _exact(self, question: Mapping[int, float], keys: Sequence[int]) -> dict[int, float]:
        """Return the scores of *keys* with the mean lengths of now."""
        scores = {}
        former, now = self._state.weighed.means, self._state.lengths.means
        for start in range(0, len(keys), MANY):
            query = f"SELECT `key`, text_terms, heading_terms, terms FROM {self._tables.passages} WHERE `key` IN %s"
            for key, text, heading, written in self._connection.rows(query, keys[start : start + MANY]):
                weights = {place: weight for place, weight in of_literal(written).items() if place in question}
                lengths = (text, heading)
                scores[key] = score(weighted(counts_of(weights, lengths, former), lengths, now), question)
        return scores

    @staticmethod
    def _holds(ranking: Ranking, found: Mapping[int, float], k: int, drift: float) -> bool:
        """Whether no passage that was not *found* can be among the first *k*, nor score as the last of them does."""
        return len(ranking.scores) >= k and bool(min(found.values()) * (1 + drift) + 10**-DECIMALS < ranking.scores[k - 1])
