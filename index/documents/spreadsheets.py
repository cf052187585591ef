"""A spreadsheet to the text of its cells: xlsx, xlsm, xlsb, xls or ods, read by calamine (extra `documents`).

bytes ──▶ sheets ──▶ rows ──▶ cells as they are shown: 12 and not 12.0, 2024-03-05, the value of a formula
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from index.documents.cell_formats import formats_of, formatted
from index.errors import BadInput
from index.messages import say

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LARGEST_NUMBER = 1e21  # from here on a whole number is shown as a power of ten; numbers of orders and cases have up to 20 digits
BEGINNINGS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # a zip, and what older programs write; no text begins so


class Sheet(NamedTuple):
    """A sheet of a workbook: *rows* yields the cells of each row, from the first row of the sheet on."""

    name: str
    hidden: bool
    rows: Callable[[], Iterator[list[str]]]


def is_spreadsheet(name: str, beginning: bytes) -> bool:
    """Whether a file is a spreadsheet, by its first bytes, or by its name where it is empty."""
    return beginning.startswith(BEGINNINGS) or (not beginning and name.lower().endswith(SUFFIXES))


def sheets_of(content: bytes, name: str) -> list[Sheet]:
    """Return the sheets of a workbook, in order. Raise BadInput for what is none, and where the package that reads it is missing."""
    try:
        from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # an extra
    except ImportError:
        what = say('{file} is a spreadsheet, and python-calamine, which reads it, is not installed; install it with: {command}',
                   file=name, command='pip install "qianli-precedents[documents]"')  # fmt: skip
        raise BadInput(what) from None

    def rows(number: int) -> Iterator[list[str]]:
        with _refusing(name):
            values = workbook.get_sheet_by_index(number).to_python(skip_empty_area=False)
        formats = formats_of(content, number)
        for row, cells in enumerate(values):
            yield [shown(cell, formats.get((row, column))) for column, cell in enumerate(cells)]

    with _refusing(name):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = list(enumerate(workbook.sheets_metadata))
    return [
        Sheet(sheet.name, sheet.visible != SheetVisibleEnum.Visible, partial(rows, number))
        for number, sheet in sheets
        if sheet.typ == SheetTypeEnum.WorkSheet
    ]


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Raise BadInput where calamine cannot read the file *name*, whatever it raises: a panic of Rust is no Exception."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        raise BadInput(say("{file} is no spreadsheet that can be read; save it as xlsx without a password, or as CSV", file=name)) from None


def shown(value: Any, code: str | None = None) -> str:
    """Return the value of a cell as text; *code* is its format, where it has one.

    >>> shown(12.0), shown(20240305000123457.0), shown(1e300), shown(0.1 + 0.2)
    ('12', '20240305000123456', '1e+300', '0.3')
    >>> shown(date(2024, 3, 5)), shown(datetime(2024, 3, 5, 14, 30)), shown(True)
    ('2024-03-05', '2024-03-05 14:30:00', 'TRUE')
    """
    if code and isinstance(value, int | float | date | time) and not isinstance(value, bool):
        text = formatted(value, code)
        if text is not None:
            return text
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        if abs(value) < LARGEST_NUMBER and value == int(value):
            return f"{Decimal(repr(value)):.0f}"  # 2.0240305123456e+18 would be one name for a thousand orders
        return f"{value:.15g}"  # a sheet keeps 15 digits
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S") if value.time() != time() else value.date().isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)
