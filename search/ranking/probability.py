"""Probability: how likely does a passage answer the question, by the evidence of its scores? And the threshold of `found`.

The order of hits may use what belongs to the question or the index. The probability must not, so that the same evidence gives the same
score everywhere. So it rests on what means the same in any index: the cosine by the shipped model, late interaction, and the score
of the shipped cross-encoder where it has read the passage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp
from typing import NamedTuple

from search.ranking.calibration import Calibration
from search.results import EvidenceShare
from search.retrieval.query import Candidate, Selected


class Evidence(NamedTuple):
    """What is known of one passage: *cosine* by *model* (None where no vector was asked for), *similarity* by late interaction, from 0 to
    1, and *judge*, the score of the shipped cross-encoder, None where it has not read the passage."""

    cosine: float | None
    similarity: float
    judge: float | None = None
    model: str | None = None


class ProbabilityLine(NamedTuple):
    """A logistic regression: probability = 1 / (1 + exp(-(constant + cosine·… + similarity·… + judge·…)))."""

    constant: float
    cosine: float
    similarity: float
    judge: float = 0.0


# All fitted by index/training/probability.py, on written questions that no model was trained on; by the model that gives the cosine.
LINES = {  # of passages that the cross-encoder has not read
    "both": ProbabilityLine(-5.39, 10.79, 3.29),
    "static": ProbabilityLine(-3.83, 7.70, 3.20),
}
READ = {"both": ProbabilityLine(-4.02, 8.97, 1.93, 0.52)}  # of passages that it has read
WITHOUT_COSINE = ProbabilityLine(-1.52, 0.0, 3.45)  # a cosine of any other model means something else
THRESHOLD = 0.16  # lowest probability that counts as found, with the cross-encoder: 5 % of answerable held-out questions fall below it
EVEN = 0.5  # the same without it, where that error would leave hardly any question without a precedent: as likely right as wrong


def threshold_of(model: str | None) -> float:
    """Return the lowest probability that counts as found by the line of *model* (None: no cosine is known)."""
    return THRESHOLD if model in READ else EVEN


def probability(evidence: Evidence) -> float:
    """Return the probability that a passage with this *evidence* answers the question, from 0 to 1."""
    line = line_of(evidence)
    return 1 / (1 + exp(-(line.constant + sum(share.share for share in evidence_shares(evidence)))))


def line_of(evidence: Evidence) -> ProbabilityLine:
    """Return the line that makes the probability of this *evidence*."""
    if evidence.cosine is None:
        return WITHOUT_COSINE
    lines = LINES if evidence.judge is None else READ
    return lines.get(evidence.model or "", WITHOUT_COSINE)


def evidence_shares(evidence: Evidence) -> list[EvidenceShare]:
    """Return what each piece of *evidence* adds to the constant of its line."""
    line = line_of(evidence)
    names = ("cosine", "similarity", *(["judge"] if evidence.judge is not None else []))
    return [EvidenceShare(name, getattr(evidence, name) or 0.0, getattr(line, name)) for name in names]


class Scale(NamedTuple):
    """What turns the scores of a candidate into a probability: the line of the shipped *model* (None: no cosine is asked for), or the
    *calibration* of the index, where its evidence is known. *reranker*: whether the user's cross-encoder was asked."""

    model: str | None
    calibration: Calibration | None = None
    reranker: bool = False

    @property
    def threshold(self) -> float:
        return self.calibration.threshold if self.calibration else threshold_of(self.model)

    def probability(self, candidate: Candidate) -> float:
        scores = self.scores(candidate)
        if self.calibration and self.calibration.knows(scores):
            return self.calibration.probability(scores)
        return probability(self.evidence(candidate))

    def scores(self, candidate: Candidate) -> dict[str, float | None]:
        """Return the scores of a hit as they are shown: of the legs always, of cross-encoders where they were asked."""
        shown = {"dense": candidate.dense, "lexical": candidate.lexical, "align": candidate.align}
        if candidate.cross_encoder is not None:
            shown["judge"] = candidate.cross_encoder
        return shown | ({"rerank": candidate.reranker} if self.reranker else {})

    def sum(self, candidate: Candidate) -> tuple[float, Sequence[EvidenceShare]]:
        """Return the constant and the shares of evidence whose sum is the log-odds."""
        scores: Mapping[str, float | None] = self.scores(candidate)
        if self.calibration and self.calibration.knows(scores):
            return self.calibration.constant, self.calibration.evidence_shares(scores)
        evidence = self.evidence(candidate)
        return line_of(evidence).constant, evidence_shares(evidence)

    def evidence(self, candidate: Candidate) -> Evidence:
        return Evidence(candidate.dense, candidate.align, candidate.cross_encoder, self.model)


def scored(selected: Sequence[Selected], scale: Scale) -> list[Selected]:
    """Score the selected passages. A passage that the cross-encoder has not read gets at most the best probability among those it has
    read."""
    own = [replace(passage, score=scale.probability(passage.candidate)) for passage in selected]
    best = max((passage.score for passage in own if passage.candidate.cross_encoder is not None), default=1.0)
    return [passage if passage.candidate.cross_encoder is not None else _limited(passage, best) for passage in own]


def _limited(passage: Selected, best: float) -> Selected:
    return passage if passage.score <= best else replace(passage, score=best, at_most=best)
