"""A probability line of the user's own: fitted on judged questions (`qianli eval --calibrate`), kept in the index, used by every search.

    note "calibration" ── one line for each model and reranker, and the digest of them all

The line replaces the shipped one (probability.py) for the model, and the reranker if there is one, on which it was fitted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import exp, isfinite, log
from typing import Any, NamedTuple

from index.engine.protocol import Index
from index.errors import DamagedIndex
from search.ranking.cross_encoders import Reranker
from search.results import EvidenceShare

NOTE, SCHEMA = "calibration", "qianli.calibration.v1"
EVIDENCE = ("dense", "align", "judge", "rerank")  # the scores of a hit that do not depend on what else the index holds, as BM25 does
LEAST_DOUBT = 1e-6  # from 0 and 1; a reranker that is sure says 1.0, whose log-odds are infinite


class Calibration(NamedTuple):
    """A logistic regression over the scores of a hit: probability = 1 / (1 + exp(-(constant + Σ weight · score))).

    *model* and *reranker* are fingerprints (*reranker* None: none was asked). *odds*: the reranker's scores lie between 0 and 1 and count
    by their log-odds. *threshold* is the lowest probability that counts as found.
    """

    model: str
    reranker: str | None
    constant: float
    weights: dict[str, float]
    odds: bool
    threshold: float

    def knows(self, scores: Mapping[str, float | None]) -> bool:
        """Whether *scores* hold all the evidence that this line weighs."""
        return all(scores.get(name) is not None for name in self.weights)

    def probability(self, scores: Mapping[str, float | None]) -> float:
        """Return the probability that a passage with these *scores* answers the question; 0 where evidence is missing."""
        if not self.knows(scores):
            return 0.0
        return sigmoid(self.constant + sum(share.share for share in self.evidence_shares(scores)))

    def evidence_shares(self, scores: Mapping[str, float | None]) -> list[EvidenceShare]:
        """Return what each of the *scores* adds to the constant; all that are weighed must be known."""
        values = evidence(scores, self.odds)
        return [EvidenceShare(name, values[name], weight) for name, weight in self.weights.items()]


def evidence(scores: Mapping[str, float | None], odds: bool) -> dict[str, float]:
    """Return what a line weighs of the *scores* of a hit.

    >>> evidence({"dense": 0.5, "lexical": 7.0, "rerank": 0.5}, odds=True)
    {'dense': 0.5, 'rerank': 0.0}
    """
    known = {name: score for name in EVIDENCE if (score := scores.get(name)) is not None}
    if odds and "rerank" in known:
        sure = min(max(known["rerank"], LEAST_DOUBT), 1 - LEAST_DOUBT)
        known["rerank"] = log(sure / (1 - sure))
    return known


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x)) if x > -700 else 0.0  # beyond that exp overflows


def load(index: Index, reranker: Reranker | None) -> Calibration | None:
    """Return the line that *index* keeps for its model and this reranker, None where there is none."""
    lines = _lines(index)
    if not lines:
        return None  # a fingerprint takes its time
    wanted = (index.model.fingerprint, reranker.fingerprint if reranker else None)
    return next((line for line in lines if (line.model, line.reranker) == wanted), None)


def save(index: Index, line: Calibration) -> str:
    """Keep *line* in *index*, in place of the one for the same model and reranker; return where it lies."""
    others = [other for other in _lines(index) if (other.model, other.reranker) != (line.model, line.reranker)]
    lines = [kept._asdict() for kept in (*others, line)]
    return index.write_note(NOTE, json.dumps({"schema": SCHEMA, "lines": lines, "digest": _digest(lines)}, indent=1) + "\n")


def _lines(index: Index) -> list[Calibration]:
    text = index.read_note(NOTE)
    if text is None:
        return []
    try:
        held = json.loads(text)
        if held["schema"] != SCHEMA or held["digest"] != _digest(held["lines"]):
            raise ValueError("it does not agree with its digest")
        return [_checked(Calibration(**line)) for line in held["lines"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedIndex(
            "{note} cannot be read ({error}); remove it, and fit it anew with: qianli eval QUERIES --calibrate --save",
            note=index.note_place(NOTE),
            error=" ".join(str(error).split()),
        ) from error


def _checked(line: Calibration) -> Calibration:
    if set(line.weights) - set(EVIDENCE):
        raise ValueError(f"it weighs {', '.join(sorted(set(line.weights) - set(EVIDENCE)))}, which this qianli does not know")
    if not all(isfinite(number) for number in (line.constant, line.threshold, *line.weights.values())):
        raise ValueError("it holds what is no number")
    return line


def _digest(lines: list[dict[str, Any]]) -> str:
    import xxhash

    return xxhash.xxh3_64_hexdigest(json.dumps(lines, sort_keys=True).encode())
