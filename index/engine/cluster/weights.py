"""BM25 as the inner product of two sparse vectors, one of a passage and one of a question: the scores of the folder engine, to rounding.

    passage    (term, field) ──▶ tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / mean length))    kept with its row
    question   (term, field) ──▶ weight of the field · idf                                         made when it is asked

BM25 is that of Robertson and Zaragoza (2009), with the idf and the 256 classes of lengths of Lucene, which tantivy has as well. A passage's
part depends on the mean lengths alone, which are kept with the generation that it was written in; a question's part depends on how many
passages have a term, which is read with the question, so that it is always that of all passages as they are now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import NamedTuple

from index.engine.protocol import FIELDS

K1, B = 1.2, 0.75
MOST_DIMENSIONS = 500_000  # of a sparse vector that OceanBase makes an index of; 100,000 passages have 1.6 million
OWN_DIMENSIONS = 400_000  # of the terms that came first, which are the frequent ones; all others share the rest
EXACT = 24  # lengths that are classes by themselves before the classes of Lucene's SmallFloat begin

Sparse = dict[int, float]  # dimension -> weight


class Lengths(NamedTuple):
    """How many passages an index has, and how many terms their texts and their headings have together."""

    passages: int
    text: int
    heading: int

    @property
    def means(self) -> tuple[float, float]:
        """The mean length of a text and of a heading, 0 where there is nothing."""
        return (self.text / self.passages, self.heading / self.passages) if self.passages else (0.0, 0.0)

    def drift(self, former: Lengths) -> float:
        """Return by which share the mean lengths differ from those of *former*, the larger of both.

        >>> Lengths(10, 1000, 80).drift(Lengths(20, 1900, 160))
        0.05263157894736836
        """
        pairs = zip(self.means, former.means, strict=True)
        return max((max(now, then) / min(now, then) - 1 if min(now, then) else float(now != then) for now, then in pairs), default=0.0)


def dimension(number: int, field: str) -> int:
    """Return the dimension of the term with this *number* in *field*: two for each term.

    >>> dimension(7, "text"), dimension(7, "heading")
    (14, 15)
    """
    return 2 * number + (field == "heading")


def length_of_class(number: int) -> int:
    """Return the length that one of the 256 classes stands for: the shortest of its lengths (Lucene, SmallFloat.byte4ToInt).

    >>> [length_of_class(number) for number in (0, 39, 40, 41, 48, 56)]
    [0, 39, 40, 42, 56, 88]
    """
    if number < EXACT:
        return number
    bits, shift = (number - EXACT) & 7, ((number - EXACT) >> 3) - 1
    return EXACT + (bits if shift < 0 else (bits | 8) << shift)


CLASSES = [length_of_class(number) for number in range(256)]


def rounded_length(length: int) -> int:
    """Return the length of the class of *length*.

    >>> [rounded_length(length) for length in (0, 39, 40, 41, 43, 100)]
    [0, 39, 40, 40, 42, 96]
    """
    return CLASSES[bisect_right(CLASSES, length) - 1]


def counted(terms: Mapping[str, Sequence[str]], numbers: Mapping[str, int]) -> Sparse:
    """Return how often each term occurs in each field of a passage: *terms* are those of each field, *numbers* those of all terms.

    >>> counted({"text": ["车", "棚", "车"], "heading": ["车"]}, {"车": 0, "棚": 1})
    {0: 2, 2: 1, 1: 1}
    """
    return {dimension(numbers[term], field): count for field, found in terms.items() for term, count in Counter(found).items()}


def weighted(counts: Mapping[int, float], lengths: tuple[int, int], means: tuple[float, float]) -> Sparse:
    """Return the part of a passage with these *counts*; *lengths* are those of its text and its heading, *means* those of all passages."""
    norms = [K1 * (1 - B + B * rounded_length(length) / mean) if mean else K1 for length, mean in zip(lengths, means, strict=True)]
    return {place: count * (K1 + 1) / (count + norms[place & 1]) for place, count in counts.items()}


def counts_of(weights: Mapping[int, float], lengths: tuple[int, int], means: tuple[float, float]) -> Sparse:
    """Return the counts that `weighted` made *weights* of.

    >>> counts_of(weighted({4: 3, 5: 1}, (120, 9), (100.0, 8.0)), (120, 9), (100.0, 8.0))
    {4: 3, 5: 1}
    """
    ones = weighted({0: 1, 1: 1}, lengths, means)
    norms = [(K1 + 1) / ones[field] - 1 for field in (0, 1)]
    return {place: round(weight * norms[place & 1] / (K1 + 1 - weight)) for place, weight in weights.items()}


def idf(having: int, passages: int) -> float:
    """Return the inverse document frequency of a term that *having* of the *passages* have.

    >>> round(idf(1, 10), 4)
    1.9924
    """
    return log(1 + (passages - having + 0.5) / (having + 0.5))


def question_weights(terms: Mapping[int, tuple[int, int]], passages: int) -> Sparse:
    """Return the part of a question: *terms* has for the number of each how many of the *passages* have it in their text and heading."""
    fields = list(FIELDS.values())
    return {
        2 * number + field: fields[field] * idf(having, passages)
        for number, of_fields in terms.items()
        for field, having in enumerate(of_fields)
        if having
    }


def score(passage: Mapping[int, float], question: Mapping[int, float]) -> float:
    """Return the inner product of both parts: the BM25 score."""
    return sum(weight * passage[place] for place, weight in question.items() if place in passage)


def folded(weights: Mapping[int, float]) -> Sparse:
    """Return the part of a passage for the index of terms: terms that share a dimension there have the sum of their weights.

    >>> folded({3: 1.5, 400_000: 1.0, 500_000: 0.5})
    {3: 1.5, 400000: 1.5}
    """
    joined: Sparse = {}
    for place, weight in weights.items():
        at = _folded(place)
        joined[at] = joined.get(at, 0) + weight
    return joined


def folded_question(weights: Mapping[int, float]) -> Sparse:
    """Return the part of a question for the index of terms: so large that no product there is below the score.

    >>> folded_question({3: 1.5, 400_000: 1.0, 500_000: 0.5})
    {3: 1.5, 400000: 1.0}
    """
    joined: Sparse = {}
    for place, weight in weights.items():
        at = _folded(place)
        joined[at] = max(joined.get(at, 0), weight)
    return joined


def is_folded(question: Mapping[int, float]) -> bool:
    """Whether a question has a dimension that several terms share."""
    return any(place >= OWN_DIMENSIONS for place in question)


def _folded(place: int) -> int:
    """Return the dimension of the index of terms that has *place*; the field stays the same, since both numbers are even."""
    return place if place < OWN_DIMENSIONS else OWN_DIMENSIONS + (place - OWN_DIMENSIONS) % (MOST_DIMENSIONS - OWN_DIMENSIONS)


def literal(weights: Mapping[int, float]) -> str:
    """Return a sparse vector as SQL takes it.

    >>> literal({12: 1.5, 3: 2})
    '{3:2,12:1.5}'
    """
    return "{" + ",".join(f"{place}:{weight:.9g}" for place, weight in sorted(weights.items())) + "}"


def of_literal(written: str) -> Sparse:
    """Return the sparse vector that SQL wrote down.

    >>> of_literal("{3:2,12:1.5}")
    {3: 2.0, 12: 1.5}
    """
    pairs = (pair.split(":") for pair in written.strip("{}").split(",") if pair)
    return {int(place): float(weight) for place, weight in pairs}
