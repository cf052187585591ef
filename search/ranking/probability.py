"""Probability: how likely does a passage answer the question, by the evidence of its scores? And the threshold of `found`.

The order of hits may use what belongs to the question or the index. The probability must not, so that the same evidence gives the same
score everywhere. So it rests on what means the same in any index: how far the cosine by the shipped model lies above what is usual for the
question, late interaction, the names and numbers that are missing, and the score of the shipped cross-encoder where it has read the
passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import exp
from typing import NamedTuple

from search.ranking.calibration import Calibration, sigmoid
from search.ranking.captions import paragraphs_first
from search.results import EvidenceShare
from search.retrieval.query import Candidate, QueryState


class Evidence(NamedTuple):
    """What is known of one passage.

    - *relative*: how far its cosine by *model* lies above what is usual for the question, in deviations (None: it is not known).
    - *similarity*: by late interaction, from 0 to 1; *judge*: the score of the shipped cross-encoder, None where it has not read it.
    - *missing*: the share of the places and numbers of the question that are not in the passage.
    """

    relative: float | None
    similarity: float
    judge: float | None = None
    missing: float = 0.0
    model: str | None = None


class ProbabilityLine(NamedTuple):
    """A logistic regression: probability = 1 / (1 + exp(-(constant + Σ weight · evidence)))."""

    constant: float
    relative: float
    similarity: float
    judge: float = 0.0
    missing: float = 0.0


# All fitted by index/training/probability.py, on written questions that no model was trained on; by the model that gives the cosine.
LINES = {  # of passages that the cross-encoder has not read
    "contextual": ProbabilityLine(-7.76, 1.28, 3.23, 0.0, -1.98),
    "static": ProbabilityLine(-5.93, 0.63, 3.86, 0.0, -2.79),
}
READ = {"contextual": ProbabilityLine(-6.38, 0.99, 2.67, 0.44, -1.52)}  # of passages that it has read
WITHOUT_COSINE = ProbabilityLine(-5.01, 0.0, 6.86, 0.0, -1.99)  # a cosine of any other model means something else
THRESHOLD = 0.072  # lowest probability that counts as found, with the cross-encoder: 5 % of answerable held-out questions fall below it
UNREAD = 0.15  # the same without it, where that error would leave hardly any question without a precedent: most are told right here
RULED_OUT = EvidenceShare("ruled_out", 1.0, -20.0)  # a number that is asked for alone and is not in the passage: reasoned, not fitted
UNSAID = EvidenceShare("unsaid", 1.0, -3.0)  # a caption or heading that has no word of the question: set by hand


def threshold_of(read: bool) -> float:
    """Return the lowest probability that counts as found; *read*: the shipped cross-encoder reads the first passages."""
    return THRESHOLD if read else UNREAD


def probability(evidence: Evidence) -> float:
    """Return the probability that a passage with this *evidence* answers the question, from 0 to 1."""
    return 1 / (1 + exp(-(line_of(evidence).constant + sum(share.share for share in evidence_shares(evidence)))))


def line_of(evidence: Evidence) -> ProbabilityLine:
    """Return the line that makes the probability of this *evidence*."""
    line = (LINES if evidence.judge is None else READ).get(evidence.model or "") if evidence.relative is not None else None
    return line or WITHOUT_COSINE


def evidence_shares(evidence: Evidence) -> list[EvidenceShare]:
    """Return what each piece of *evidence* adds to the constant of its line."""
    line = line_of(evidence)
    shares = [
        EvidenceShare("relative", evidence.relative or 0.0, line.relative),
        EvidenceShare("similarity", evidence.similarity or 0.0, line.similarity),
    ]
    if evidence.judge is not None:
        shares.append(EvidenceShare("judge", evidence.judge or 0.0, line.judge))
    if evidence.missing:
        shares.append(EvidenceShare("missing", evidence.missing, line.missing))
    return shares


class Scale(NamedTuple):
    """What turns the scores of a candidate into a probability: the line of the shipped *model* (None: no cosine is asked for), or the
    *calibration* of the index, where its evidence is known. *reranker*: whether the user's cross-encoder was asked; *read*: the shipped
    one."""

    model: str | None
    calibration: Calibration | None = None
    reranker: bool = False
    read: bool = False

    @property
    def threshold(self) -> float:
        return self.calibration.threshold if self.calibration else threshold_of(self.read)

    def probability(self, candidate: Candidate) -> float:
        constant, shares = self.sum(candidate)
        return sigmoid(constant + sum([value * weight for _, value, weight in shares]))

    def scores(self, candidate: Candidate) -> dict[str, float | None]:
        """Return the scores of a hit as they are shown: of the legs always, of cross-encoders where they were asked."""
        shown = {"dense": candidate.dense, "lexical": candidate.lexical, "align": candidate.align}
        if candidate.cross_encoder is not None:
            shown["judge"] = candidate.cross_encoder
        return shown | ({"rerank": candidate.reranker} if self.reranker else {})

    def sum(self, candidate: Candidate) -> tuple[float, Sequence[EvidenceShare]]:
        """Return the constant and the shares of evidence whose sum is the log-odds."""
        ruled_out = [RULED_OUT] if candidate.ruled_out else []
        if self.calibration and self.calibration.knows(scores := self.scores(candidate)):
            return self.calibration.constant, [*self.calibration.evidence_shares(scores), *ruled_out]
        evidence = self.evidence(candidate)
        unsaid = [UNSAID] if candidate.unsaid else []
        return line_of(evidence).constant, [*evidence_shares(evidence), *unsaid, *ruled_out]

    def evidence(self, candidate: Candidate) -> Evidence:
        return Evidence(candidate.relative, candidate.align, candidate.cross_encoder, candidate.missing, self.model)


def scored(states: Sequence[QueryState], scale: Scale, reorder: bool) -> list[QueryState]:
    """Give each ranked candidate its probability and its score. *reorder*: the candidates that the shipped cross-encoder has read come
    first, the most probable first and paragraphs before captions that say no more, unless the user's own has ordered them."""
    for state in states:
        state.ranked = _scored(state, scale, reorder)
    return [*states]


def capped(ranked: Sequence[Candidate], further: Iterable[Candidate], scale: Scale) -> Iterator[Candidate]:
    """Yield the *further* candidates with scores, none above that of the candidate before it; *ranked* come before them."""
    least = ranked[-1].score if ranked else 1.0
    for candidate in further:
        candidate.score = least = min(least, scale.probability(candidate))
        yield candidate


def _scored(state: QueryState, scale: Scale, reorder: bool) -> list[Candidate]:
    ranked = state.ranked
    read = sum(candidate.cross_encoder is not None for candidate in ranked)  # they are the first ones
    count = len(ranked) if scale.reranker or not read else read
    first = [(scale.probability(candidate), candidate) for candidate in ranked[:count]]
    if reorder and read and not scale.reranker:
        first.sort(key=lambda pair: -pair[0])
    if not (read or scale.reranker or scale.calibration):
        first.sort(key=lambda pair: pair[1].unsaid)  # above a paragraph it would share in its probability
    if reorder and not scale.reranker:
        first = paragraphs_first(first, state.terms or (), scale.threshold)
    leading = [candidate for _, candidate in first]
    for candidate, score in zip(leading, falling([probability for probability, _ in first]), strict=True):
        candidate.score = score
    return [*leading, *capped(leading, ranked[count:], scale)]


def falling(values: Sequence[float]) -> list[float]:
    """Return the sequence nearest to *values* (least squares) that never rises: values that rise are pooled into their mean.

    Isotonic regression by pooling adjacent violators (Ayer et al. 1955; for probabilities: Zadrozny and Elkan, KDD 2002).

    >>> falling([0.5, 0.75, 0.25])
    [0.625, 0.625, 0.25]
    """
    pools: list[tuple[float, int]] = []  # sum and count
    for value in values:
        pool = (value, 1)
        while pools and pools[-1][0] * pool[1] < pool[0] * pools[-1][1]:
            before = pools.pop()
            pool = (before[0] + pool[0], before[1] + pool[1])
        pools.append(pool)
    return [total / count for total, count in pools for _ in range(count)]
