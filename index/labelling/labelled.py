"""Lines with their labels: the candidates of a page become headings, bylines and captions, or stay the text that they are.

lines ──surroundings──▶ candidates ──features──▶ ──LineLabels──▶ labels ──▶ Line.label, and the kind that goes with it
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.labelling.candidates import Fills, Surroundings, habits, how_set, surroundings
from index.labelling.features import page_features
from index.labelling.labels import joint_of, line_labels
from index.layout.column_breaks import Join, log_odds
from index.layout.heading_words import PARAGRAPH_OPENING, SENTENCE_WORDS, SIGN
from index.layout.lines import Line
from index.layout.markup import BOLD_LINE
from index.text.person_names import ENGLISH_BYLINE
from index.text.punctuation import ends_sentence, is_balanced

DOUBTFUL = 0.7  # nats; the second label of a line is at least half as probable as the first, set by hand
CHAPTER = re.compile(r"案例[一二三四五六七八九十\d]{0,3}[ \u3000:：]")  # `案例一 东门社区：…` opens a part of a book, never a sentence
MOST_LABELLED = 10_000  # candidates of a page; more of them take seconds
OF_HEADINGS = ("title", "subhead", "kicker", "subtitle", "section")
# Log-odds of `column_breaks` from which on a line that looks like a heading is half a sentence. Of headings on generated pages one in a
# hundred has more than 2.1, of pieces of paragraphs as short three in four have more than 2.3 (`tests/generated`).
CONTINUES, CONTINUES_CLAUSES = 2.5, 1.0
PICTURE_GAP = 3  # blank lines in a row that a picture left
SHORTEST_TITLE = 4  # characters
LONG_CLAUSES = 20  # characters
SHORTEST_BROKEN = 10  # characters
OF_PICTURES = ("caption", "credit")  # kinds of lines that stand by a picture


def with_labels(lines: Sequence[Line], fills: Fills | None) -> list[Line]:
    """Return *lines* with the labels and the kinds of headings, bylines and captions.

    *fills* is None on a page where each line is a whole paragraph.
    """
    around = surroundings(lines, fills)
    labels = _labels_of(lines, around, fills)
    by_position = {one.position: label for one, label in zip(around, labels, strict=True)}
    labelled: list[Line] = []
    above: Line | None = None  # the last line that is no caption
    for position, line in enumerate(lines):
        if position in by_position:
            line = replace(line, label=by_position[position], kind=_kind(line, by_position[position], above))
            line = _without_sign(line) if line.kind == "heading" and not line.level else line
        elif line.kind == "byline":
            line = replace(line, kind="text")  # a name in a list
        labelled.append(line)
        if line.kind not in OF_PICTURES:
            above = line
    return labelled


def _labels_of(lines: Sequence[Line], around: Sequence[Surroundings], fills: Fills | None) -> list[str]:
    """Return the label of each candidate: what the model weighs, less what cannot be."""
    if len(around) > MOST_LABELLED:  # no page has so many headings without marks: it is a list, or no text at all
        return ["subhead" if one.line.level else "byline" if one.line.kind == "byline" else "text" for one in around]
    labels = line_labels().best(page_features(around, habits(lines, around, fills)), joint_of(around), [how_set(one) for one in around])
    labels = _with_title(around, _with_captions(around, _without_broken(around, labels)))
    return ["subhead" if CHAPTER.match(one.line.text) and not one.line.level else label for one, label in zip(around, labels, strict=True)]


def _without_broken(around: Sequence[Surroundings], labels: Sequence[str]) -> list[str]:
    """Return *labels* with `text` for headings that are half a sentence, since the text below a blank line continues them."""
    broken = [i for i, one in enumerate(around) if labels[i] in OF_HEADINGS and _may_break_off(one)]
    joins = [Join(around[i].line.text, below.text, "", 0) for i in broken if (below := _below_pictures(around[i])) is not None]
    continued = {i for i, nats in zip(broken, log_odds(joins), strict=True) if nats >= _least_odds(around[i].line.text)}
    return ["text" if i in continued else label for i, label in enumerate(labels)]


def _with_captions(around: Sequence[Surroundings], labels: Sequence[str]) -> list[str]:
    """Return *labels* with `caption` for a lone line without marks below the gap of a picture, where headings have marks."""
    marked = any(one.line.level for one in around)
    return [
        "caption" if label == "section" and marked and not one.line.level and one.line.gap >= PICTURE_GAP and one.above else label
        for one, label in zip(around, labels, strict=True)
    ]


def _with_title(around: Sequence[Surroundings], labels: list[str]) -> list[str]:
    """Return *labels* with the first line of a page without any title as its title, if nothing on that line is a sentence's."""
    first = around[0] if around and around[0].above is None else None
    if first is None or first.below is None or "title" in labels or labels[0] != "text" or first.line.kind != "text":
        return labels
    text = first.line.text
    sentence = ends_sentence(text) or PARAGRAPH_OPENING.match(text) or SENTENCE_WORDS.search(text) or not is_balanced(text)
    if sentence or "，" in text or not first.line.is_chinese or len(text) < SHORTEST_TITLE or first.below.kind not in ("item", "table"):
        return labels
    return ["title", *labels[1:]]


def _least_odds(text: str) -> float:
    """Return the log-odds from which on a text below continues the line *text*; few headings are long and have a comma."""
    clauses = "，" in text and "——" not in text and len(text) >= LONG_CLAUSES
    return CONTINUES_CLAUSES if clauses else CONTINUES


def _may_break_off(one: Surroundings) -> bool:
    """Whether a line is long enough to be half a sentence that goes on below a blank line or a picture."""
    line, below = one.line, _below_pictures(one)
    if below is None or line.level or below.level or not line.is_chinese or below.kind not in ("text", "closing") or one.is_signed:
        return False
    apart = below.gap > 0 or below is not one.below
    return apart and len(line.text) >= SHORTEST_BROKEN and not ends_sentence(line.text)


def _below_pictures(one: Surroundings) -> Line | None:
    return one.further if one.below is not None and one.below.kind == "caption" else one.below


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
