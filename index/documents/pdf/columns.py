"""The columns of a page in the order of reading: its segments are divided along gutters, tall white strips with text on both sides.

    ┌───────────────┐
    │ title         │   above the gutter: first
    ├───────┬───────┤
    │ left  │ right │   beside it: left, then right, each divided further
    ├───────┴───────┤
    │ foot          │   below it: last
    └───────────────┘

A white strip may also part the columns of a table. Then the file has its rows one after the other, and its cells are short.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from index.documents.pdf.segments import Segment

NARROWEST = 0.7  # of the size of the text: no gutter is narrower
FEWEST_LINES = 3  # beside a gutter, on one side at least
STEP = 2.0  # points between two places at which a gutter is looked for
MOST_SWITCHES = 0.34  # per line of the shorter side: a file that has column by column changes sides more seldom
TITLE = 1.3  # of the size of the text: a title above the columns may be no wider than one of them
FULL_LINE = 0.75  # of the width of its column
FULL_SHARE = 0.5  # of the lines of a column of running text are full
NARROWEST_TEXT = 8.0  # sizes: a column of running text is no narrower
MOST_KNOWN = 50  # gutters that are remembered
DEEPEST = 12  # divisions within one another
MOST_SEGMENTS = 4000  # of a page that is divided; a denser one is a map or a table


Bar = tuple[float, float, float]  # where it stands, and from where to where it runs


class Gutter(NamedTuple):
    """A white strip from *u0* to *u1*, beside which text stands from *top* to *bottom*; *height*: as far as it stands on both sides."""

    height: float
    u0: float
    u1: float
    top: float
    bottom: float
    is_sure: bool = False  # running text on both sides


def columns(found: Sequence[Segment], known: list[Gutter], bars: Sequence[Bar] = (), depth: int = 0) -> list[list[Segment]]:
    """Return the segments of a page, or of a part of it, as columns in the order of reading; lines are not yet sorted.

    *bars*: ruled lines along the lines of text, which end a gutter that they cross. *known*: gutters of the pages before, to which those of
    this page are added; at such a place few lines are enough for a gutter.
    """
    if len(found) < 2 or depth > DEEPEST or len(found) > MOST_SEGMENTS:
        return [list(found)] if found else []
    gutter = _gutter(found, known, bars)
    if gutter is None:
        return [list(found)]
    if gutter.is_sure and len(known) < MOST_KNOWN:
        known.append(gutter)
    middle = (gutter.u0 + gutter.u1) / 2
    above: list[Segment] = []
    left: list[Segment] = []
    right: list[Segment] = []
    below: list[Segment] = []
    usual = median([segment.size for segment in found])
    level = max(min((one.top for one in side), default=0.0) for side in _sides(found, gutter, middle))  # from here on both sides have text
    for segment in found:
        if segment.v < gutter.top or (segment.bottom < level and segment.size > TITLE * usual):
            above.append(segment)
        elif segment.v > gutter.bottom:
            below.append(segment)
        else:
            (left if segment.begin + segment.edge < 2 * middle else right).append(segment)
    return [column for part in (above, left, right, below) for column in columns(part, known, bars, depth + 1)]


def _sides(found: Sequence[Segment], gutter: Gutter, middle: float) -> tuple[list[Segment], list[Segment]]:
    """Return the segments beside a gutter, those on its left and those on its right."""
    beside = [one for one in found if gutter.top <= one.v <= gutter.bottom]
    left = [one for one in beside if one.begin + one.edge < 2 * middle]
    return left, [one for one in beside if one.begin + one.edge >= 2 * middle]


def _gutter(found: Sequence[Segment], known: Sequence[Gutter], bars: Sequence[Bar]) -> Gutter | None:
    """Return the tallest gutter between columns of running text, None where there is none."""
    size = median([segment.size for segment in found])
    width = NARROWEST * size
    by_height: list[tuple[float, float, float, Segment | None]] = [(one.v, one.begin, one.edge, one) for one in found]
    by_height += [(*bar, None) for bar in bars]
    by_height.sort(key=lambda one: one[:3])
    places = sorted({round(segment.edge / STEP) for segment in found})
    candidates = [gutter for place in places for gutter in _strips(by_height, place * STEP, width, known)]
    candidates.sort(key=lambda gutter: (-gutter.height, gutter.top - gutter.bottom, gutter.u0))
    seen: list[Gutter] = []
    for gutter in candidates:
        if any(abs(gutter.u0 - other.u0) < width and gutter.top >= other.top - 1 and gutter.bottom <= other.bottom + 1 for other in seen):
            continue
        seen.append(gutter)
        parts, is_sure = _parts_columns(found, gutter, size, known)
        if parts:
            return gutter._replace(is_sure=is_sure)
        if len(seen) > 60:
            break
    return None


def _is_known(u0: float, u1: float, known: Sequence[Gutter]) -> bool:
    """Whether a strip covers the middle of a known gutter and is not much wider."""
    return any(u0 < (one.u0 + one.u1) / 2 < u1 and abs(u1 - one.u1) < STEP for one in known)


def _strips(
    by_height: Sequence[tuple[float, float, float, Segment | None]], u: float, width: float, known: Sequence[Gutter]
) -> list[Gutter]:
    """Return the white strips from *u* on, between the segments and bars that cross it; each has its place, beginning and end."""
    strips: list[Gutter] = []
    left: list[Segment] = []
    right: list[Segment] = []
    for _, begin, edge, segment in [*by_height, (0.0, u, u + width, None)]:
        if edge <= u + 1.0 or begin >= u + width - 1.0:
            if segment is not None:
                (left if edge <= u + 1.0 else right).append(segment)
        else:  # what stands across the strip ends it
            if left and right and (max(len(left), len(right)) >= FEWEST_LINES or known):
                top, bottom = max(left[0].top, right[0].top), min(left[-1].bottom, right[-1].bottom)
                whole = min(left[0].top, right[0].top), max(left[-1].bottom, right[-1].bottom)
                u0, u1 = max(one.edge for one in left), min(one.begin for one in right)
                if bottom > top and (max(len(left), len(right)) >= FEWEST_LINES or _is_known(u0, u1, known)):
                    strips.append(Gutter(bottom - top, u0, u1, *whole))
            left, right = [], []
    return strips


def _parts_columns(found: Sequence[Segment], gutter: Gutter, size: float, known: Sequence[Gutter]) -> tuple[bool, bool]:
    """Whether columns stand beside the gutter, and not the cells of a table; and whether running text on both sides shows it."""
    beside = sorted((one for one in found if gutter.top <= one.v <= gutter.bottom), key=lambda one: one.order)
    is_left = [one.edge <= gutter.u0 + 1.0 for one in beside]
    left = [one for one, side in zip(beside, is_left, strict=True) if side]
    right = [one for one, side in zip(beside, is_left, strict=True) if not side]
    running = _is_running(left, size), _is_running(right, size)
    if all(running):
        return True, True
    fewest = min(len(left), len(right))
    switches = sum(a != b for a, b in pairwise(is_left))
    if switches > max(2, MOST_SWITCHES * fewest):
        return False, False
    rows = sum(any(abs(one.v - other.v) < 0.3 * size for other in left) for one in right)
    if fewest < FEWEST_LINES:  # a short end of a column, or something beside a text
        if _is_known(gutter.u0, gutter.u1, known):
            return switches <= 2, False
        return switches == 1 and (any(running) or rows < len(right)), False
    return any(running) or rows < 0.8 * len(right), False


def _is_running(side: Sequence[Segment], size: float) -> bool:
    """Whether most lines of a side are as wide as the side, as those of running text are."""
    lines: list[list[float]] = []
    last = None
    for one in sorted(side, key=lambda one: (one.v, one.u0)):
        if last is not None and one.v - last < 0.4 * size:
            lines[-1][0], lines[-1][1] = min(lines[-1][0], one.u0), max(lines[-1][1], one.u1)
        else:
            lines.append([one.u0, one.u1])
            last = one.v
    if len(lines) < FEWEST_LINES:
        return False
    width = max(b for _, b in lines) - min(a for a, _ in lines)
    full = sum(b - a >= FULL_LINE * width for a, b in lines)
    return width >= NARROWEST_TEXT * size and full >= FULL_SHARE * len(lines)
