"""Methods of ranking that are compared: vectors alone, words alone, BM25 over jieba's words, the whole search, the search without a leg."""

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
from search.retrieval.fusion import LEG_WEIGHTS
from search.retrieval.query import accepted, with_terms
from search.searcher import Searcher

K = 10  # passages that each method ranks
BM25_K1 = 1.2  # as Lucene has it
BM25_B = 0.75  # as Lucene has it


class Ranked(NamedTuple):
    """The first K passages with falling scores; *found* is None for a method that never reports that there is no precedent."""

    passages: list[Passage]
    scores: list[float]
    found: bool | None


Method = Callable[[str], Ranked]


def vectors_alone(index: Index, encoder: Encoder) -> Method:
    """Return the dense leg: the cosine of question and passage."""

    def rank(query: str) -> Ranked:
        (ranking,) = index.nearest(encoder.encode_query(query)[np.newaxis], K)
        return Ranked(index.passages(ranking.keys.tolist()), ranking.scores.tolist(), None)

    return rank


def words_alone(index: Index) -> Method:
    """Return the lexical leg: BM25 over characters and bigrams of passages and headings, with corrections of typos."""

    def rank(query: str) -> Ranked:
        state = accepted(query)
        if isinstance(state, BadInput):
            return Ranked([], [], None)
        (known,) = with_terms([state], index)
        (ranking,) = index.matching([known.terms or []], K)
        return Ranked(index.passages(ranking.keys.tolist()), ranking.scores.tolist(), None)

    return rank


def whole_search(searcher: Searcher) -> Method:
    """Return the search as `qianli search` has it."""

    def rank(query: str) -> Ranked:
        try:
            result = searcher.search(query, K, min_score=0)
        except BadInput:  # no word in it: the command says so
            return Ranked([], [], False)
        falling = [float(len(result.hits) - rank) for rank in range(len(result.hits))]  # probabilities need not fall with the rank
        return Ranked([hit.passage for hit in result.hits], falling, result.found)

    return rank


def without(leg: str, rank: Method) -> Method:
    """Return the whole search with the weight of one *leg* (dense, lexical, align) set to 0 in the fused score."""

    def ranked(query: str) -> Ranked:
        weights = dict(LEG_WEIGHTS)
        LEG_WEIGHTS[leg] = 0.0
        try:
            return rank(query)
        finally:
            LEG_WEIGHTS.update(weights)

    return ranked


def jieba_words(passages: Sequence[Passage]) -> Method:
    """Return BM25 over jieba's words of the same passages, without their headings, as a plain search engine has it."""
    bags = [Counter(word.text for word in words(passage.text)) for passage in passages]
    lengths = np.array([bag.total() for bag in bags], np.float64)
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)  # word -> (number of a passage, occurrences in it)
    for number, bag in enumerate(bags):
        for word, count in bag.items():
            postings[word].append((number, count))
    saturation = BM25_K1 * (1 - BM25_B + BM25_B * lengths / lengths.mean())

    def rank(query: str) -> Ranked:
        scores = np.zeros(len(bags))
        for word in {word.text for word in words(query)} & postings.keys():
            numbers, counts = np.array(postings[word]).T
            idf = math.log(1 + (len(bags) - len(numbers) + 0.5) / (len(numbers) + 0.5))
            scores[numbers] += idf * counts * (1 + BM25_K1) / (counts + saturation[numbers])
        first = [int(number) for number in np.argsort(-scores, kind="stable")[:K] if scores[number] > 0]
        return Ranked([passages[number] for number in first], [float(scores[number]) for number in first], None)

    return rank
