"""Captions: which short lines describe a picture, seen from the credit below them or the blank lines that a picture left above.

近日，社区开会。
                              three blank lines, where the picture was
志愿者为老人理发               caption
（图片由街道提供）             credit, whose shape alone shows it (see `line_shapes`)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.layout.line_shapes import LONGEST_UNMARKED_HEADING
from index.layout.lines import Line
from index.text.person_names import is_name
from index.text.punctuation import cell_width

OF_PICTURES = ("caption", "credit")  # kinds of lines that stand by a picture
PICTURE_GAP = 3  # blank lines in a row that a picture left, set by hand on the example pages
FEW_GAPS = 4  # pictures of a page, set by hand: where a third of the lines and more have such gaps, these mean nothing
LONGEST_CAPTION = 60  # characters of a caption without a credit in its own line, set by hand
SHORTEST_SUBJECT = 4  # characters of what a picture shows, before the name of who took it
SENTENCE_INSIDE = re.compile(r"[。！？!?；;][^。！？!?；;]*[\u4e00-\u9fff]")  # a sentence ends and another begins


def with_captions(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* with the kind `caption` where a short line is above a credit, or below the gap that a picture left."""
    gaps = sum(line.gap >= PICTURE_GAP for line in lines[1:])
    rare = gaps <= max(FEW_GAPS, len(lines) // 3)
    settled: list[Line] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        short = line.kind in ("text", "byline") and not line.level and len(line.text) <= LONGEST_CAPTION and line.is_chinese
        credited = following is not None and following.kind == "credit" and following.gap < PICTURE_GAP
        below_gap = rare and i > 0 and line.gap >= PICTURE_GAP and not SENTENCE_INSIDE.search(line.text)
        apart = below_gap and (not _is_first_heading(lines, i) or _names_photographer(line, following))
        if short and (credited or apart):
            line = replace(line, kind="caption")
        settled.append(line)
    return settled


def _names_photographer(line: Line, following: Line | None) -> bool:
    """Whether a line without marks ends with one name, above a heading with marks: `大厦外景 曹翌`."""
    subject, _, name = line.text.rpartition(" ")
    return (
        following is not None
        and following.level > 0 == line.level
        and len(subject) >= SHORTEST_SUBJECT
        and " " not in subject
        and is_name(name)
    )


def _is_first_heading(lines: Sequence[Line], i: int) -> bool:
    """Whether a short line below a gap is the first of headings that lead to a byline, or the title after a closing byline."""
    below = lines[i + 1 : i + 4]
    if below and below[0].kind == "closing":
        return True
    for line in below:
        if line.kind == "byline" or line.level:
            return True
        if cell_width(line.text) > 2 * LONGEST_UNMARKED_HEADING or line.kind != "text":
            break
    return lines[i - 1].kind == "closing" and bool(below) and cell_width(below[0].text) > 2 * LONGEST_UNMARKED_HEADING
