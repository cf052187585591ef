"""BM25 by its formula over all passages, and how far an engine may be from it after an update.

Robertson and Zaragoza (2009) with Lucene's never-negative inverse document frequency; a heading counts half.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from index.document import Passage
from index.text.tokens import terms

K1, B = 1.2, 0.75
WEIGHTS = {"text": 1.0, "heading": 0.5}


def bags_of(passages: Sequence[Passage], field: str) -> list[Counter[str]]:
    """Return how often each term occurs in one field of each passage."""
    return [_bag(getattr(passage, field)) for passage in passages]


@cache
def _bag(text: str) -> Counter[str]:
    return Counter(terms(text))


def idf(passages: float, holding: float) -> float:
    """Return the inverse document frequency of a term that *holding* of all *passages* hold."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def bm25(query: Sequence[str], passages: Sequence[Passage]) -> np.ndarray:
    """Return the score of each passage for the distinct terms of *query*; 0 where it shares none."""
    scores = np.zeros(len(passages))
    for field, weight in WEIGHTS.items():
        bags = bags_of(passages, field)
        mean = sum(map(Counter.total, bags)) / max(1, len(bags))
        for term in dict.fromkeys(query):
            rarity = weight * idf(len(bags), sum(term in bag for bag in bags))
            for position, bag in enumerate(bags):
                if term in bag:
                    scores[position] += rarity * bag[term] * (K1 + 1) / (bag[term] + K1 * (1 - B + B * bag.total() / mean))
    return scores


class Drift(NamedTuple):
    """The factors between which a score may lie, of what it is in a new index."""

    least: float
    most: float


def drift(query: Sequence[str], passages: Sequence[Passage], removed: Sequence[Passage]) -> Drift:
    """Return how far scores may be off in an index that still counts any of the *removed* passages beside its *passages*.

    A term's idf is lowest where all removed passages with the term are counted and no others, and highest the other way round.
    The rest of a score grows with the mean length, by less than the mean length itself does.
    """
    least, most = 1.0, 1.0
    for field in WEIGHTS:
        bags, gone = bags_of(passages, field), bags_of(removed, field)
        means = _means([bag.total() for bag in bags], [bag.total() for bag in gone])
        for term in query:
            holding, held = sum(term in bag for bag in bags), sum(term in bag for bag in gone)
            if holding:
                exact = idf(len(bags), holding)
                least = min(least, idf(len(bags) + held, holding + held) / exact * means.least)
                most = max(most, idf(len(bags) + len(gone) - held, holding) / exact * means.most)
    return Drift(least, most)


def _means(lengths: Sequence[int], removed: Sequence[int]) -> Drift:
    """Return the lowest and the highest mean length with some of the *removed* passages, of the mean length without them."""
    total, count = sum(lengths), len(lengths)
    if not total:
        return Drift(1.0, 1.0)
    lowest = min(np.mean([*lengths, *sorted(removed)[:many]]) for many in range(len(removed) + 1))
    highest = max(np.mean([*lengths, *sorted(removed, reverse=True)[:many]]) for many in range(len(removed) + 1))
    return Drift(float(lowest) * count / total, float(highest) * count / total)
