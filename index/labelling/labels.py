"""The model that labels candidates: weights of features for each label, and the best sequence of labels of a page.

    features of each candidate ──weights──▶ a score for each label ──Viterbi──▶ the labels that go together best

A linear-chain CRF (Lafferty, McCallum and Pereira, ICML 2001). `python -m index.training.line_labels` fits the weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from index.labelling.candidates import Surroundings

WEIGHTS = Path(__file__).parent / "weights.json"
LABELS = ("text", "title", "more", "kicker", "subtitle", "byline", "subhead", "section", "caption")  # more: a heading's further line
NONE = (0.0,) * len(LABELS)


class LineLabels:
    """Weights by name: of each feature a number a label, of each joint a number a pair of labels (before, after)."""

    def __init__(self, features: Mapping[str, Sequence[float]], joints: Mapping[str, Sequence[float]]) -> None:
        size = len(LABELS)
        self._features = {name: tuple(weights) for name, weights in features.items()}
        # by joint and label: what each label before it adds
        self._joints = {name: [tuple(weights[i::size]) for i in range(size)] for name, weights in joints.items()}

    def scores(self, features: Sequence[str]) -> list[float]:
        """Return the score of each label for a candidate with these *features*."""
        known = self._features
        return [sum(column) for column in zip(*[known.get(name, NONE) for name in features], strict=True)]

    def best(self, features: Sequence[Sequence[str]], joints: Sequence[str]) -> list[str]:
        """Return the labels of the candidates of a page that together have the best score (Viterbi 1967)."""
        paths: list[list[int]] = []
        totals: list[float] = []
        for names, joint in zip(features, joints, strict=True):
            scores, moves = self.scores(names), self._joints[joint]
            if not totals:
                totals = [score + move[0] for score, move in zip(scores, moves, strict=True)]
                continue
            sums = [[total + weight for total, weight in zip(totals, move, strict=True)] for move in moves]
            from_labels = [max(range(len(LABELS)), key=column.__getitem__) for column in sums]
            totals = [score + column[label] for score, column, label in zip(scores, sums, from_labels, strict=True)]
            paths.append(from_labels)
        if not totals:
            return []
        chosen = [max(range(len(LABELS)), key=totals.__getitem__)]
        for from_labels in reversed(paths):
            chosen.append(from_labels[chosen[-1]])
        return [LABELS[label] for label in reversed(chosen)]


def joint_of(around: Sequence[Surroundings]) -> list[str]:
    """Return how each candidate is joined to the one before: right below it (touching, or over blank lines), or with text between."""
    joints = ["first"]
    for before, one in zip(around, around[1:], strict=False):
        beside = one.above is before.line
        joints.append("text between" if not beside else "touching" if one.line.gap == 0 else "blank line between")
    return joints[: len(around)]


@cache
def line_labels() -> LineLabels:
    """Return the shipped model."""
    weights = json.loads(WEIGHTS.read_text("utf-8"))
    return LineLabels(weights["features"], weights["joints"])
