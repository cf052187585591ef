"""Evidence to the probability that a passage is a precedent, and the threshold that says found or not.

The order of hits may use what belongs to the query or the index; the probability must not, so that the same evidence gives the
same score everywhere. It rests on what means the same in any index: the cosine of question and passage by the shipped model, the share
of the question's weight that the passage covers by similar words, and what the judge says of a passage that it has read. The share that
it covers word for word adds nothing to these: on the questions that the lines were fitted on its weight is 0.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

from search.results import Term


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


# Fitted by tests/benchmarks/calibrate.py, on written questions that no model was trained on.
LINES = {"both": Line(-5.39, 10.79, 3.29), "static": Line(-3.83, 7.70, 3.20)}  # by the shipped model that gives the cosine
READ = {"both": Line(-4.02, 8.97, 1.93, 0.52)}  # the same of passages that the judge has read
WITHOUT_COSINE = Line(-1.52, 0.0, 3.45)  # a cosine of any other model means something else
# The least probability that counts as found. With the judge: where one answerable question in twenty is told that there is nothing.
# Without it that error would leave next to nothing to be told; a passage must be as likely right as wrong.
THRESHOLD, EVEN = 0.16, 0.5


def threshold(model: str | None) -> float:
    """Return the least probability that counts as found by the line of *model* (None: no cosine is known)."""
    return THRESHOLD if model in READ else EVEN


def probability(evidence: Evidence) -> float:
    """Return the probability that a passage with this *evidence* answers the question, from 0 to 1."""
    line = line_of(evidence)
    return 1 / (1 + exp(-(line.constant + sum(term.share for term in terms(evidence)))))


def line_of(evidence: Evidence) -> Line:
    """Return the line that makes the probability of this *evidence*."""
    if evidence.cosine is None:
        return WITHOUT_COSINE
    lines = LINES if evidence.judge is None else READ
    return lines.get(evidence.model or "", WITHOUT_COSINE)


def terms(evidence: Evidence) -> list[Term]:
    """Return what each piece of *evidence* adds to the constant of its line."""
    line = line_of(evidence)
    names = ("cosine", "similarity", *(["judge"] if evidence.judge is not None else []))
    return [Term(name, getattr(evidence, name) or 0.0, getattr(line, name)) for name in names]
