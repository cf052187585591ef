"""Lines with their labels: the candidates of a page become headings, bylines and captions, or stay the text that they are.

lines ──surroundings──▶ candidates ──features──▶ ──LineLabels──▶ labels ──▶ Line.label, and the kind that goes with it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from index.labelling.candidates import Fills, Surroundings, habits, how_set, is_candidate, surroundings, within_paragraphs
from index.labelling.features import page_features
from index.labelling.labels import joint_of, line_labels
from index.labelling.overrules import overruled
from index.layout.heading_words import SIGN
from index.layout.lines import Line
from index.layout.markup import BOLD_LINE
from index.text.person_names import ENGLISH_BYLINE

DOUBTFUL = 0.7  # nats; the second label of a line is at least half as probable as the first, set by hand
MOST_LABELLED = 10_000  # candidates of a page; more of them take seconds
OF_PICTURES = ("caption", "credit")  # kinds of lines that stand by a picture


def with_labels(lines: Sequence[Line], fills: Fills | None) -> list[Line]:
    """Return *lines* with the labels and the kinds of headings, bylines and captions.

    *fills* is None on a page where each line is a whole paragraph.
    """
    around = surroundings(lines, fills)
    around = around if len(around) <= MOST_LABELLED else [one for one in around if one.line.level]  # so many headings are a list
    labels = _labels_of(lines, around, fills)
    by_position = {one.position: label for one, label in zip(around, labels, strict=True)}
    inside = within_paragraphs(lines, fills)
    labelled: list[Line] = []
    above: Line | None = None  # the last line that is no caption
    for position, (line, following) in enumerate(zip_longest(lines, lines[1:])):
        if position in by_position:
            label, kind = by_position[position], _kind(line, by_position[position], above)
            line = line if (label, kind) == ("text", line.kind) else replace(line, label=label, kind=kind)
            line = _without_sign(line) if line.kind == "heading" and not line.level else line
        elif line.kind in ("text", "byline") and position not in inside and is_candidate(line, following):
            line = replace(line, kind="item")  # of a list without numbers
        labelled.append(line)
        if line.kind not in OF_PICTURES:
            above = line
    return labelled


def _labels_of(lines: Sequence[Line], around: Sequence[Surroundings], fills: Fills | None) -> list[str]:
    """Return the label of each candidate: what the model weighs, less what cannot be."""
    if len(around) > MOST_LABELLED:
        return ["subhead"] * len(around)
    labels = line_labels().best(page_features(around, habits(lines, around, fills)), joint_of(around), [how_set(one) for one in around])
    return overruled(around, labels)


def labels_in_doubt(lines: Sequence[Line], fills: Fills | None) -> dict[int, str]:
    """Return line number -> the label that a candidate has nearly as well as its own, where one of the two is text or begins an article."""
    around = surroundings(lines, fills)
    seconds = line_labels().seconds(page_features(around, habits(lines, around, fills)), joint_of(around), [how_set(one) for one in around])
    doubtful: dict[int, str] = {}
    for one, (label, second, nats) in zip(around, seconds, strict=True):
        if nats < DOUBTFUL and not one.line.level and {label, second} & {"text", "title"} and "more" not in (label, second):
            doubtful[one.line.number] = second
    return doubtful


def _without_sign(line: Line) -> Line:
    """Return a heading without the sign before it or the brackets around it (`▲…`, `【…】`), which are marks as `#` is."""
    if line.pieces:
        return line
    bold = BOLD_LINE.fullmatch(line.text)
    if bold:  # where the page is no Markdown
        line = replace(line, text=bold[2], start=line.start + 2, end=line.end - 2)
    marked = SIGN.match(line.text)
    begin, end = (marked.end(), len(line.text)) if marked else (0, len(line.text))
    if line.text[0] == "【" and line.text.find("】") == len(line.text) - 1:
        begin, end = 1, len(line.text) - 1
    text = line.text[begin:end].strip()
    if not text or (begin, end) == (0, len(line.text)):
        return line
    begin = line.text.index(text, begin)
    return replace(line, text=text, start=line.start + begin, end=line.start + begin + len(text))


def _kind(line: Line, label: str, above: Line | None) -> str:
    """Return the kind of a candidate with this *label*; names below a text close it."""
    if label == "byline":
        return "byline" if above is None or above.kind in ("heading", "byline", "closing") else "closing"
    if label == "caption":
        return "caption"
    if label == "text" and line.kind == "byline":  # `By Jane Doe` below a title is one, however it is labelled
        return "byline" if above is not None and above.kind == "heading" and ENGLISH_BYLINE.fullmatch(line.text) else "text"
    if label == "text":
        return line.kind
    return "heading"
