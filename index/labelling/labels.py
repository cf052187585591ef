"""The model that labels candidates: weights of features for each label, and the best sequence of labels of a page.

    features of each candidate ──weights──▶ a score for each label ──Viterbi──▶ the labels that go together best

A linear-chain CRF (Lafferty, McCallum and Pereira, ICML 2001). `python -m index.training.line_labels` fits the weights.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from index.labelling.candidates import Surroundings

WEIGHTS = Path(__file__).parent / "weights.json"
LABELS = ("text", "title", "more", "kicker", "subtitle", "byline", "subhead", "section", "caption")  # more: a heading's further line
TITLE, SUBHEAD = LABELS.index("title"), LABELS.index("subhead")
SHARED = 1.0  # weight of what lines that are set alike prefer, against what a line shows itself, set by hand: as much
MOST_PREFERENCE = 4.0  # nats of one line, so that none decides for all
IMPOSSIBLE = -1e6
NEVER = {  # feature -> labels that go with it on no page
    "marks": [LABELS.index("text")],
    "below is byline": [LABELS.index(label) for label in ("section", "subhead")],  # names sign a title
    "heading below a closing byline": [LABELS.index("text")],
    "kind byline": [LABELS.index(label) for label in ("section", "subhead", "kicker")],
}
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
        sums = [sum(column) for column in zip(*[known.get(name, NONE) for name in features], strict=True)]
        for feature, impossible in NEVER.items():
            if feature in features:
                for label in impossible:
                    sums[label] = IMPOSSIBLE
        return sums

    def best(self, features: Sequence[Sequence[str]], joints: Sequence[str], alike: Sequence[object] = ()) -> list[str]:
        """Return the labels of the candidates of a page that together have the best score (Viterbi 1967).

        *alike*: candidates with the same value are set alike on their page, so they tend to have one label.
        """
        totals, paths = self._forward(_shared([self.scores(names) for names in features], alike), joints)
        if not totals:
            return []
        chosen = [max(range(len(LABELS)), key=totals[-1].__getitem__)]
        for from_labels in reversed(paths):
            chosen.append(from_labels[chosen[-1]])
        return [LABELS[label] for label in reversed(chosen)]

    def seconds(
        self, features: Sequence[Sequence[str]], joints: Sequence[str], alike: Sequence[object] = ()
    ) -> list[tuple[str, str, float]]:
        """Return for each candidate its best and second best label, and by how many nats the page scores less with the second."""
        scores = _shared([self.scores(names) for names in features], alike)
        totals, _ = self._forward(scores, joints)
        found: list[tuple[str, str, float]] = []
        behind = [0.0] * len(LABELS)
        for i in range(len(scores) - 1, -1, -1):
            whole = [ahead + after for ahead, after in zip(totals[i], behind, strict=True)]
            first, second = sorted(range(len(LABELS)), key=whole.__getitem__, reverse=True)[:2]
            found.append((LABELS[first], LABELS[second], whole[first] - whole[second]))
            moves = self._joints[joints[i]]
            behind = [
                max(score + after + move[label] for score, after, move in zip(scores[i], behind, moves, strict=True))
                for label in range(len(LABELS))
            ]
        return found[::-1]

    def _forward(self, scores: Sequence[list[float]], joints: Sequence[str]) -> tuple[list[list[float]], list[list[int]]]:
        """Return for each candidate the best score up to each of its labels, and for all but the first the label before on that path."""
        totals: list[list[float]] = []
        paths: list[list[int]] = []
        for own, joint in zip(scores, joints, strict=True):
            moves = self._joints[joint]
            if not totals:
                totals.append([score + move[0] for score, move in zip(own, moves, strict=True)])
                continue
            above = totals[-1]
            sums = [[total + weight for total, weight in zip(above, move, strict=True)] for move in moves]
            paths.append([max(range(len(LABELS)), key=column.__getitem__) for column in sums])
            totals.append([score + column[label] for score, column, label in zip(own, sums, paths[-1], strict=True)])
        return totals, paths


def _shared(scores: list[list[float]], alike: Sequence[object]) -> list[list[float]]:
    """Return *scores* with a part of what the candidates that are set alike prefer, title or subhead: a page sets its titles alike."""
    preferences: defaultdict[object, list[float]] = defaultdict(list)
    for own, key in zip(scores, alike, strict=False):
        if key is not None:
            preferences[key].append(max(-MOST_PREFERENCE, min(MOST_PREFERENCE, own[TITLE] - own[SUBHEAD])))
    shared: list[list[float]] = []
    for own, key in zip(scores, alike, strict=False):
        nats = preferences.get(key, [])
        if len(nats) > 1:
            mean = sum(nats) / len(nats)
            own = [*own]
            own[TITLE] += mean * SHARED / 2
            own[SUBHEAD] -= mean * SHARED / 2
        shared.append(own)
    return shared or scores


def joint_of(around: Sequence[Surroundings]) -> list[str]:
    """Return how each candidate is joined to the one before: right below it (touching, or over blank lines), or with text between."""
    joints = ["first"]
    for before, one in pairwise(around):
        beside = one.above is before.line
        joints.append("text between" if not beside else "touching" if one.line.gap == 0 else "blank line between")
    return joints[: len(around)]


@cache
def line_labels() -> LineLabels:
    """Return the shipped model."""
    weights = json.loads(WEIGHTS.read_text("utf-8"))
    return LineLabels(weights["features"], weights["joints"])
