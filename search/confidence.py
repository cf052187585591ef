"""Evidence to the probability that a passage is a precedent, and the threshold that says found or not.

The order of hits may use what belongs to the query or the index; the probability must not, so that the same evidence gives the
same score everywhere. It rests on what means the same in any index: the cosine of question and passage by the shipped model, the share
of the question's weight that the passage covers by similar words, and what the judge says of a passage that it has read. The share that
it covers word for word adds nothing to these: on the questions that the lines were fitted on its weight is 0.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

THRESHOLD = 0.5  # a passage is shown as a precedent when it is more likely one than not


class Evidence(NamedTuple):
    """What is known of one passage: *cosine* by *model* (None where none was asked); *similarity* as search/align.py
    has it, from 0 to 1; *judge*: the score of index/judge.py, None where it has not read the passage."""

    cosine: float | None
    similarity: float
    judge: float | None = None
    model: str | None = None


class Line(NamedTuple):
    """A logistic regression: probability = 1 / (1 + exp(-(constant + cosine·… + similarity·… + judge·…)))."""

    constant: float
    cosine: float
    similarity: float
    judge: float = 0.0


# Fitted by tests/benchmarks/calibrate.py.
LINES = {"both": Line(-7.95, 18.69, 4.32), "static": Line(-3.15, 11.38, 0.0)}  # by the shipped model that gives the cosine
READ = {"both": Line(-4.80, 13.62, 2.13, 0.84)}  # the same of passages that the judge has read
WITHOUT_COSINE = Line(-3.53, 0.0, 9.16)  # a cosine of any other model means something else


def probability(evidence: Evidence) -> float:
    """Return the probability that a passage with this *evidence* answers the question, from 0 to 1."""
    line = line_of(evidence)
    return 1 / (1 + exp(-(line.constant + sum(share for *_, share in terms(evidence)))))


def line_of(evidence: Evidence) -> Line:
    """Return the line that makes the probability of this *evidence*."""
    if evidence.cosine is None:
        return WITHOUT_COSINE
    lines = LINES if evidence.judge is None else READ
    return lines.get(evidence.model or "", WITHOUT_COSINE)


def terms(evidence: Evidence) -> list[tuple[str, float, float, float]]:
    """Return what each piece of *evidence* adds to the constant of its line: name, value, weight, and the product of both."""
    line = line_of(evidence)
    names = ("cosine", "similarity", *(["judge"] if evidence.judge is not None else []))
    values = [(name, getattr(evidence, name) or 0.0, getattr(line, name)) for name in names]
    return [(name, value, weight, value * weight) for name, value, weight in values]
