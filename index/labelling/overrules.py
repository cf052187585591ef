"""Overrules: what the words and blank lines around a candidate show so surely that no weight of the model may stand against it.

…建成议事协商平        a heading that the text below continues is half a sentence: text
台，问题得到解决。

案例一 东门社区：…     opens a part of a book of cases: subhead
议事会会议记录         the first line of a page of labelled lines without any title: title
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.labelling.candidates import Surroundings
from index.layout.column_breaks import Join, log_odds
from index.layout.heading_words import PARAGRAPH_OPENING, SENTENCE_WORDS
from index.layout.lines import Line
from index.text.punctuation import ends_sentence, is_balanced

CHAPTER = re.compile(r"案例[一二三四五六七八九十\d]{0,3}[ \u3000:：]")  # `案例一 东门社区：…` opens a part of a book, never a sentence
OF_HEADINGS = ("title", "subhead", "kicker", "subtitle", "section")
# Log-odds of `column_breaks` from which on a line that looks like a heading is half a sentence. Of headings on generated pages one in a
# hundred has more than 2.1, of pieces of paragraphs as short three in four have more than 2.3 (`tests/generated`).
CONTINUES, CONTINUES_CLAUSES = 2.5, 1.0
PICTURE_GAP = 3  # blank lines in a row that a picture left
SHORTEST_TITLE = 4  # characters
LONG_CLAUSES = 20  # characters
SHORTEST_BROKEN = 10  # characters


def overruled(around: Sequence[Surroundings], labels: Sequence[str]) -> list[str]:
    """Return the *labels* of the candidates of a page, those changed that cannot be."""
    labels = _with_title(around, _with_captions(around, _with_kickers(around, _without_broken(around, labels))))
    return ["subhead" if _heads_part(one, label) else label for one, label in zip(around, labels, strict=True)]


def _heads_part(one: Surroundings, label: str) -> bool:
    """Whether a line without marks is the heading of a case of a book, or the title of a table."""
    table = one.below is not None and one.below.kind == "columns" and label in ("text", "section") and one.above is not None
    return not one.line.level and (table or bool(CHAPTER.match(one.line.text)))


def _without_broken(around: Sequence[Surroundings], labels: Sequence[str]) -> list[str]:
    """Return *labels* with `text` for headings that are half a sentence, since the text below a blank line continues them."""
    broken = [i for i, one in enumerate(around) if labels[i] in OF_HEADINGS and _may_break_off(one)]
    joins = [Join(around[i].line.text, below.text, "", 0) for i in broken if (below := _below_pictures(around[i])) is not None]
    continued = {i for i, nats in zip(broken, log_odds(joins), strict=True) if nats >= _least_odds(around[i].line.text)}
    return ["text" if i in continued else label for i, label in enumerate(labels)]


def _with_kickers(around: Sequence[Surroundings], labels: Sequence[str]) -> list[str]:
    """Return *labels* with `kicker` for a line between a caption or the end of a sentence and a title with names below it."""
    kickers: set[int] = set()
    for i, (one, title) in enumerate(pairwise(around)):
        above_title = one.below is title.line and labels[i] == "text" and labels[i + 1] == "title" and one.is_signed
        whole = one.line.kind == "text" and not ends_sentence(one.line.text) and is_balanced(one.line.text)
        captioned = i > 0 and around[i - 1].line is one.above and labels[i - 1] == "caption"
        if above_title and whole and (captioned or (one.above is not None and ends_sentence(one.above.text))):
            kickers.add(i)
    return ["kicker" if i in kickers else label for i, label in enumerate(labels)]


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
