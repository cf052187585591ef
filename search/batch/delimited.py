"""Delimited text to cells: CSV with commas, semicolons or tabs, whose quoted cells may hold line ends.

id;query                  ──▶  Line(["id", "query"], "line 1")
q1;"两行
的问题"                    ──▶  Line(["q1", "两行\\n的问题"], "line 2")
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents.delimiters import DELIMITERS, SEPARATOR_LINE, cells_of
from index.errors import BadInput
from index.messages import say

NO_DELIMITER = "\x1f"  # of a table with one column: what separates units, and occurs in no text
LARGEST_CELL = 1 << 24  # characters; the module's own limit is less than a question may have


class Line(NamedTuple):
    """The cells of one line of a table, *where* it is, and the *error* of one that cannot be read."""

    cells: Sequence[str]
    where: str
    error: str | None = None


def delimiter_of(lines: Sequence[str], column: str) -> str | None:
    """Return what separates the cells of a table that begins with *lines*, by the first one that names the *column*; None if none does.

    >>> delimiter_of(["2024年;;", "编号;诉求;街道"], "诉求"), delimiter_of(["停车;怎么办"], "诉求")
    (';', None)
    """
    if lines and (named := SEPARATOR_LINE.fullmatch(lines[0].strip())):
        return named[1]
    for line in lines:
        naming = [delimiter for delimiter in DELIMITERS if names(column, cells_of(line, delimiter))]
        if naming:
            return max(naming, key=lambda delimiter: len(cells_of(line, delimiter)))
    return None


def names(column: str, cells: Sequence[str]) -> bool:
    """Whether one of *cells* is this *column*, but for case and blanks."""
    return any(cell.strip().casefold() == column.strip().casefold() for cell in cells)


def table_lines(numbered: Iterator[tuple[int, str]], delimiter: str, columns: int) -> Iterator[Line]:
    """Yield the lines of a table; one of a single column has no delimiter. Raise BadInput for a quote that is never closed."""
    number = 0
    csv.field_size_limit(LARGEST_CELL)

    def fed() -> Iterator[str]:
        nonlocal number
        for number, line in numbered:  # noqa: B007  # the reader takes as many as it needs
            yield line if line.endswith("\n") else line + "\n"

    reader = csv.reader(fed(), delimiter=delimiter if columns > 1 else NO_DELIMITER, strict=True)
    while True:
        start = number + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            where = say("line {number}", number=start)
            if number > start or "end of data" in str(error) or "field limit" in str(error):
                raise BadInput(
                    say("{where} opens a quote that is not closed; close it, or double each quote in a cell", where=where)
                ) from error
            yield Line([], where, say("{where} has a quote in the middle of a cell; double each quote in a cell", where=where))
            continue
        if cells is None:
            return
        if not SEPARATOR_LINE.fullmatch(delimiter.join(cells)):
            yield Line(cells, say("line {number}", number=start))
