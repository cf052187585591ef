"""A workbook to its text: a line for each row that is not empty, its cells parted by tabs, below the name of its sheet.

sheet ──▶ name, a heading ──▶ rows above the table: text ──▶ names of the columns ──▶ rows, and for each cell where it stands: B2
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from itertools import chain, islice

from index.document import Spot
from index.documents.extracted import Extracted, Refused
from index.documents.office.archives import Archive
from index.documents.office.composed import BLANKS, Composed, Piece
from index.documents.spreadsheets import Sheet, sheets_of
from index.errors import BadInput
from index.messages import listed, say

UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*\d*", re.IGNORECASE)  # the name of a sheet that nobody named
LONGEST_NAME = 30  # characters of the name of a column
ROWS_LOOKED_AT = 20  # below the first row of a table, to see whether that row names its columns
MUCH_LONGER = 3  # times a name: cells that are so much longer than the cell above them say that it is a name
NUMBER = re.compile(r"[-+]?[\d,.，．%％¥￥/:年月日 -]+")
ZIP = b"PK"
SHEET_FILE = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
CELL, ROW = re.compile(rb'<c [^<>]*?\br="([A-Z]{1,7})(\d{1,12})"'), re.compile(rb'<row [^<>]*?\br="(\d{1,12})"')
MOST_CELLS = 30_000_000  # between the first and the last of a sheet, 24 bytes each


def extract_workbook(content: bytes) -> Extracted:
    """Return the text of a workbook (xlsx, xlsb, xls, ods). Raise Refused where it is damaged, encrypted or too large."""
    if find_spec("python_calamine") is None:
        raise ImportError("python_calamine")
    if content.startswith(ZIP):
        _hold_to_area(Archive(content))
    composed, hidden = Composed(), []
    try:
        for sheet in sheets_of(content, ""):
            if _add(sheet, composed) and sheet.hidden:
                hidden.append(sheet.name)
    except BadInput:
        raise Refused(say("damaged, or encrypted with a password; open it and save it anew")) from None
    notes = [say("hidden sheets were read too: {sheets}", sheets=listed(hidden))] if hidden else []
    return composed.extracted(_reader(), notes)


def _hold_to_area(archive: Archive) -> None:
    """Raise Refused where cells of a sheet stand so far apart that the program that reads it would keep millions of empty ones."""
    for name in archive.names():
        if not SHEET_FILE.fullmatch(name):
            continue
        sheet = archive.read(name)
        cells = CELL.findall(sheet)
        columns = max((len(letters), letters) for letters in {b"A", *(letters for letters, _ in cells)})[1]
        width = reduce(lambda number, letter: number * 26 + letter - 64, columns, 0)
        if width * max((int(number) for number in chain(ROW.findall(sheet), (number for _, number in cells))), default=0) > MOST_CELLS:
            raise Refused(say("too large: more cells or lines than can be kept; split it"))


def _add(sheet: Sheet, composed: Composed) -> bool:
    """Add the rows of a sheet; return whether there is any."""
    rows = ((number, cells) for number, cells in enumerate(sheet.rows(), 1) if any(cell.strip() for cell in cells))
    first = list(islice(rows, ROWS_LOOKED_AT))
    if not first:
        return False
    composed.skip()
    name = sheet.name.strip()
    if name and (composed.lines or not UNNAMED.fullmatch(name)):  # what follows belongs to no sheet above it
        composed.spots.append(Spot(composed.offset, sheet=name))
        composed.add([Piece(name, level=1)])
    top = next((place for place, (_, cells) in enumerate(first) if len(_filled(cells)) > 1), len(first))
    for number, cells in first[:top]:
        composed.spots.append(Spot(composed.offset, sheet=name, cell=_address(number, _filled(cells)[0])))
        composed.add([Piece(cells[_filled(cells)[0]])])
    named = first[top:] and _names_columns([cells for _, cells in first[top:]])
    for place, (number, cells) in enumerate(first[top:]):
        _add_row(composed, name, number, cells, "columns" if named and not place else "table")
    for number, cells in rows:
        _add_row(composed, name, number, cells, "table")
    return True


def _add_row(composed: Composed, sheet: str, number: int, cells: Sequence[str], kind: str) -> None:
    start = composed.offset
    shown = [cell.translate(BLANKS).strip() for cell in cells]
    for column, cell in enumerate(shown):
        if cell:
            composed.spots.append(Spot(start, sheet=sheet, cell=_address(number, column)))
        start += len(cell) + 1
    composed.add_row(shown, kind)


def _filled(cells: Sequence[str]) -> list[int]:
    """Return the columns of the cells that hold something."""
    return [column for column, cell in enumerate(cells) if cell.strip()]


def _names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of *rows* surely names the columns: its cells are short and differ, and below one stand texts, each far longer.

    Where this is not so, the words decide, as in the tables of other pages.
    """
    filled = _filled(rows[0])
    names = [rows[0][column].strip() for column in filled]
    if len(rows) < 3 or filled != [*range(filled[0], filled[-1] + 1)] or len(set(names)) < len(names):
        return False
    if any(len(name) > LONGEST_NAME or NUMBER.fullmatch(name) for name in names):
        return False
    for column, name in zip(filled, names, strict=True):
        below = [len(text) for cells in rows[1:] if column < len(cells) and (text := cells[column].strip())]
        if len(below) > 1 and min(below) > MUCH_LONGER * len(name):
            return True
    return False


def _address(row: int, column: int) -> str:
    """Return how a workbook names a cell; *row* counts from 1 and *column* from 0.

    >>> _address(2, 1), _address(10, 27)
    ('B2', 'AB10')
    """
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def _reader() -> str:
    try:
        return f"python-calamine {version('python-calamine')}"
    except PackageNotFoundError:  # installed without its record
        return "python-calamine"
