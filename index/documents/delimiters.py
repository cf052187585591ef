"""What separates the cells of delimited text: commas, tabs or semicolons, as most of its lines have them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

DELIMITERS = (",", "\t", ";")
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?')  # how Excel names the separator in the first line


def likeliest_delimiter(lines: Sequence[str]) -> str:
    """Return what separates the most cells of *lines*."""
    return max(DELIMITERS, key=lambda delimiter: sum(len(cells_of(line, delimiter)) for line in lines))


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line that has no line end in a cell."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell longer than the module takes
        return []
