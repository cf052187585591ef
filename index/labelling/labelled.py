"""Lines with their labels: the candidates of a page become headings, bylines and captions, or stay the text that they are.

    lines ──surroundings──▶ candidates ──features──▶ ──LineLabels──▶ labels ──▶ Line.label, and the kind that goes with it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.labelling.candidates import Fills, habits, surroundings
from index.labelling.features import page_features
from index.labelling.labels import joint_of, line_labels
from index.layout.lines import Line

OF_PICTURES = ("caption", "credit")  # kinds of lines that stand by a picture


def with_labels(lines: Sequence[Line], fills: Fills | None) -> list[Line]:
    """Return *lines* with the labels and the kinds of headings, bylines and captions.

    *fills* is None on a page where each line is a whole paragraph.
    """
    around = surroundings(lines)
    labels = line_labels().best(page_features(around, habits(lines, around, fills)), joint_of(around))
    by_position = {one.position: label for one, label in zip(around, labels, strict=True)}
    labelled: list[Line] = []
    above: Line | None = None  # the last line that is no caption
    for position, line in enumerate(lines):
        if position in by_position:
            line = replace(line, label=by_position[position], kind=_kind(line, by_position[position], above))
        labelled.append(line)
        if line.kind not in OF_PICTURES:
            above = line
    return labelled


def _kind(line: Line, label: str, above: Line | None) -> str:
    """Return the kind of a candidate with this *label*; names below a text close it."""
    if label == "byline":
        return "byline" if above is None or above.kind in ("heading", "byline", "closing") else "closing"
    if label == "caption":
        return "caption"
    if label == "text":
        return "text" if line.kind == "byline" else line.kind
    return "heading"
