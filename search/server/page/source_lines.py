"""The lines of a source around those that are quoted: a page and ranges of lines in, numbered lines out, the quoted ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.document import LineRange, Span

AROUND = 4  # lines that are shown before and after a quoted one
MOST_LINES = 400  # quoted lines and those around them; a longer passage is cut
LONGEST_LINE = 1200  # characters of a line that are shown; of a longer one those around the quote


class SourceLine(NamedTuple):
    """A line of a source. *quoted*: the passage stands in it; *gap*: lines before it are left out; *cut*: so are some of its characters."""

    number: int
    text: str
    quoted: bool
    gap: bool = False
    cut: bool = False


def source_lines(text: str, lines: Sequence[LineRange], chars: Span | None = None) -> list[SourceLine]:
    """Return the lines of *text* in the ranges *lines*, and some around them, less blank lines at either end.

    *chars* are the characters of the first line that the passage has, where that line is far longer.

    >>> [(line.number, line.text, line.quoted) for line in source_lines("a\\nb\\nc", ((2, 2),))]
    [(1, 'a', False), (2, 'b', True), (3, 'c', False)]
    """
    every = text.split("\n")
    quoted = {number for first, last in lines for number in range(first, min(last, len(every)) + 1)}
    near = sorted({near for number in quoted for near in range(number - AROUND, number + AROUND + 1) if 1 <= near <= len(every)})
    near = _without_blank_ends(near, every, quoted)[:MOST_LINES]
    shown: list[SourceLine] = []
    for number in near:
        gap = bool(shown) and number != shown[-1].number + 1
        line, cut = _cut(every[number - 1], chars if number in quoted else None)
        shown.append(SourceLine(number, line, number in quoted, gap, cut))
    return shown


def _without_blank_ends(near: list[int], every: list[str], quoted: set[int]) -> list[int]:
    kept = [number for number in near if number in quoted or every[number - 1].strip()]
    return [number for number in near if kept and kept[0] <= number <= kept[-1]]


def _cut(line: str, chars: Span | None) -> tuple[str, bool]:
    """Return a line, or the part of a very long one around *chars*, and whether anything was left out."""
    if len(line) <= LONGEST_LINE:
        return line, False
    start, end = chars or (0, LONGEST_LINE)
    first = max(0, start - LONGEST_LINE // 4)
    return line[first : max(end, first + LONGEST_LINE)], True
