"""The ways to rank that are compared: vectors alone, words alone, a plain search engine's BM25 over jieba's words, the whole search."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from index.document import Passage
from index.encoders.protocol import Encoder
from index.engine.protocol import Index
from index.errors import BadInput
from index.text.tokens import words
from search.retrieval.fusion import WEIGHTS
from search.retrieval.query import accepted, with_terms
from search.searcher import Searcher

K = 10


class Ranked(NamedTuple):
    """The first ten passages with scores that fall; *found* is None where a method never says that there is nothing."""

    passages: list[Passage]
    scores: list[float]
    found: bool | None


Method = Callable[[str], Ranked]


def vectors_alone(index: Index, encoder: Encoder) -> Method:
    def rank(query: str) -> Ranked:
        (ranking,) = index.nearest(encoder.encode_query(query)[np.newaxis], K)
        return Ranked(index.passages(ranking.keys.tolist()), ranking.scores.tolist(), None)

    return rank


def words_alone(index: Index) -> Method:
    """Return the lexical leg: BM25 over characters and bigrams, headings too, and what typos may mean."""

    def rank(query: str) -> Ranked:
        state = accepted(query)
        if isinstance(state, BadInput):
            return Ranked([], [], None)
        (known,) = with_terms([state], index)
        (ranking,) = index.matching([known.terms or []], K)
        return Ranked(index.passages(ranking.keys.tolist()), ranking.scores.tolist(), None)

    return rank


def whole_search(precedents: Searcher) -> Method:
    def rank(query: str) -> Ranked:
        try:
            result = precedents.search(query, K, min_score=0)
        except BadInput:  # nothing of it is a term: the tool says so, and finds nothing
            return Ranked([], [], False)
        falling = [float(len(result.hits) - at) for at in range(len(result.hits))]  # the order has another reason than the probability
        return Ranked([hit.passage for hit in result.hits], falling, result.found)

    return rank


def without(leg: str, rank: Method) -> Method:
    """Return the whole search with one of its legs (dense, lexical, align) left out of the order: what it adds shows in the difference."""

    def ranked(query: str) -> Ranked:
        kept = dict(WEIGHTS)
        WEIGHTS[leg] = 0.0
        try:
            return rank(query)
        finally:
            WEIGHTS.update(kept)

    return ranked


def jieba_words(passages: Sequence[Passage]) -> Method:
    """Return BM25 (k1 1.2, b .75) over jieba's words on the same passages, titles left out as such engines do."""
    bags = [Counter(word.text for word in words(passage.text)) for passage in passages]
    lengths = np.array([bag.total() for bag in bags], np.float64)
    holding: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for word, count in bag.items():
            holding[word].append((at, count))
    weight = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())

    def rank(query: str) -> Ranked:
        scores = np.zeros(len(bags))
        for word in {word.text for word in words(query)} & holding.keys():
            at, counts = np.array(holding[word]).T
            idf = math.log(1 + (len(bags) - len(at) + 0.5) / (len(at) + 0.5))
            scores[at] += idf * counts * 2.2 / (counts + weight[at])
        first = [int(at) for at in np.argsort(-scores, kind="stable")[:K] if scores[at] > 0]
        return Ranked([passages[at] for at in first], [float(scores[at]) for at in first], None)

    return rank
