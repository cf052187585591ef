"""The model that labels candidates: weights of features for each label, and the best sequence of labels of a page.

    features of each candidate ──weights──▶ a score for each label ──Viterbi──▶ the labels that go together best

A linear-chain CRF (Lafferty, McCallum and Pereira, ICML 2001). `python -m index.training.line_labels` fits the weights.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from index.labelling.candidates import Surroundings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

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


class LineLabels:
    """Weights by name: of each feature a number a label, of each joint a number a pair of labels (before, after)."""

    def __init__(self, features: Mapping[str, Sequence[float]], joints: Mapping[str, Sequence[float]]) -> None:
        import numpy as np

        self._number = {name: number for number, name in enumerate(features, 1)}
        self._weights = np.array([[0.0] * len(LABELS), *features.values()])  # the first row is of no feature
        self._joints = {name: np.array(weights).reshape(len(LABELS), len(LABELS)) for name, weights in joints.items()}

    def scores(self, features: Sequence[Sequence[str]]) -> Scores:
        """Return (candidates, labels): the score of each label for candidates with these *features*, of which each has some."""
        import numpy as np

        number = self._number.get
        rows = [number(name, 0) for names in features for name in names]
        starts = [0, *accumulate(map(len, features))][: len(features)]
        sums = np.add.reduceat(self._weights[rows], starts, axis=0)
        for feature, impossible in NEVER.items():
            for i, names in enumerate(features):
                if feature in names:
                    sums[i, impossible] = IMPOSSIBLE
        return sums

    def best(self, features: Sequence[Sequence[str]], joints: Sequence[str], alike: Sequence[object] = ()) -> list[str]:
        """Return the labels of the candidates of a page that together have the best score (Viterbi 1967).

        *alike*: candidates with the same value are set alike on their page, so they tend to have one label.
        """
        if not features:
            return []
        totals, paths = self._forward(_shared(self.scores(features), alike), joints)
        label = int(totals[-1].argmax())
        chosen = [label]
        for from_labels in reversed(paths):
            label = from_labels[label]
            chosen.append(label)
        return [LABELS[label] for label in reversed(chosen)]

    def seconds(
        self, features: Sequence[Sequence[str]], joints: Sequence[str], alike: Sequence[object] = ()
    ) -> list[tuple[str, str, float]]:
        """Return for each candidate its best and second best label, and by how many nats the page scores less with the second."""
        if not features:
            return []
        scores = _shared(self.scores(features), alike)
        totals, _ = self._forward(scores, joints)
        found: list[tuple[str, str, float]] = []
        behind = scores[0] * 0
        for own, joint, ahead in zip(scores[::-1], reversed(joints), reversed(totals), strict=True):
            whole = (ahead + behind).tolist()
            first, second = sorted(range(len(LABELS)), key=whole.__getitem__, reverse=True)[:2]
            found.append((LABELS[first], LABELS[second], whole[first] - whole[second]))
            behind = (self._joints[joint] + (own + behind)).max(axis=1)
        return found[::-1]

    def _forward(self, scores: Scores, joints: Sequence[str]) -> tuple[list[Scores], list[list[int]]]:
        """Return for each candidate the best score up to each of its labels, and for all but the first the label before on that path."""
        totals = [scores[0] + self._joints[joints[0]][0]]
        paths: list[list[int]] = []
        for own, joint in zip(scores[1:], joints[1:], strict=True):
            sums = totals[-1][:, None] + self._joints[joint]
            paths.append(sums.argmax(axis=0).tolist())
            totals.append(own + sums.max(axis=0))
        return totals, paths


def _shared(scores: Scores, alike: Sequence[object]) -> Scores:
    """Return *scores* with a part of what the candidates that are set alike prefer, title or subhead: a page sets its titles alike."""
    keys = [key for key in alike if key is not None]
    if len(set(keys)) == len(keys):
        return scores  # no two are set alike
    preferences: defaultdict[object, list[float]] = defaultdict(list)
    nats = (scores[:, TITLE] - scores[:, SUBHEAD]).clip(-MOST_PREFERENCE, MOST_PREFERENCE).tolist()
    for own, key in zip(nats, alike, strict=False):
        if key is not None:
            preferences[key].append(own)
    for i, key in enumerate(alike):
        if len(known := preferences.get(key, [])) > 1:
            half = sum(known) / len(known) * SHARED / 2
            scores[i, TITLE] += half
            scores[i, SUBHEAD] -= half
    return scores


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
