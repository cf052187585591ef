"""The lines of a source around those that are quoted: a page and ranges of lines in, numbered lines out, the quoted ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.document import LineRange, Span

AROUND = 4  # lines that are shown before and after a quoted one
MOST_LINES = 400  # quoted lines and those around them; a longer passage is cut
LONGEST_LINE = 1200  # characters of a quoted line that are shown, where the passage is a part of it
LONGEST_AROUND = 160  # characters of a line beside the quoted ones: of a longer one those next to the quote


class SourceLine(NamedTuple):
    """A line of a source. *quoted*: the passage stands in it; *gap*: lines before it are left out; *cut*: so are characters of it."""

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
        before = not any(number - 1 - step in quoted for step in range(AROUND))  # the quoted line follows
        line = every[number - 1]
        text_of_line = _around(line, chars) if number in quoted else _beside(line, before)
        shown.append(SourceLine(number, text_of_line, number in quoted, gap, len(text_of_line) < len(line)))
    return shown


def _without_blank_ends(near: list[int], every: list[str], quoted: set[int]) -> list[int]:
    kept = [number for number in near if number in quoted or every[number - 1].strip()]
    return [number for number in near if kept and kept[0] <= number <= kept[-1]]


def _around(line: str, chars: Span | None) -> str:
    """Return a quoted line; of a very long one of which the passage is a part, *chars*, that part and what is around it."""
    if chars is None or len(line) <= LONGEST_LINE:
        return line
    first = max(0, chars[0] - LONGEST_LINE // 4)
    return line[first : max(chars[1], first + LONGEST_LINE)]


def _beside(line: str, before: bool) -> str:
    """Return a line beside the quoted ones, or the end of a long one that stands *before* them, or its beginning."""
    return line[-LONGEST_AROUND:] if before else line[:LONGEST_AROUND]
