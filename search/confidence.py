"""Evidence to the probability that a passage is a precedent, and the threshold that says found or not.

The order of hits may use what belongs to the query or the index; the probability must not, so that the same evidence gives the
same score everywhere. It rests on what means the same in any index: the cosine of question and passage by the shipped model, and the
share of the question's weight that the passage covers, word for word and by similar words.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

THRESHOLD = 0.5  # a passage is shown as a precedent when it is more likely one than not


class Evidence(NamedTuple):
    """What is known of one passage: *cosine* by *model* (None where none was asked); *coverage* and *similarity* as search/align.py
    has them, from 0 to 1."""

    cosine: float | None
    coverage: float
    similarity: float
    model: str | None = None


class Line(NamedTuple):
    """A logistic regression: probability = 1 / (1 + exp(-(constant + cosine·… + coverage·… + similarity·…)))."""

    constant: float
    cosine: float
    coverage: float
    similarity: float


# Fitted by tests/benchmarks/calibrate.py.
LINES = {"both": Line(-4.26, 11.86, 0.0, 0.88), "static": Line(-3.15, 11.38, 0.0, 0.0)}  # by the shipped model that gives the cosine
WITHOUT_COSINE = Line(-2.13, 0.0, 0.0, 4.99)  # a cosine of any other model means something else


def probability(evidence: Evidence) -> float:
    """Return the probability that a passage with this *evidence* answers the question, from 0 to 1."""
    line = line_of(evidence)
    return 1 / (1 + exp(-(line.constant + sum(share for *_, share in terms(evidence)))))


def line_of(evidence: Evidence) -> Line:
    """Return the line that makes the probability of this *evidence*."""
    return WITHOUT_COSINE if evidence.cosine is None else LINES.get(evidence.model or "", WITHOUT_COSINE)


def terms(evidence: Evidence) -> list[tuple[str, float, float, float]]:
    """Return what each piece of *evidence* adds to the constant of its line: name, value, weight, and the product of both."""
    line = line_of(evidence)
    values = (("cosine", evidence.cosine or 0.0, line.cosine), ("coverage", evidence.coverage, line.coverage),
              ("similarity", evidence.similarity, line.similarity))  # fmt: skip
    return [(name, value, weight, value * weight) for name, value, weight in values]
