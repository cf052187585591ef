"""A file of questions to its rows, by the kind of the file: a table of readers, the first that knows a file reads it.

q.xlsx  ──▶ index.documents.spreadsheets ──▶ cells ──┐
q.csv   ──▶ lines ──▶ delimited ──▶ cells ───────┼──▶ Rows
q.jsonl ──▶ lines ───────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from index.documents.spreadsheets import Sheet, is_spreadsheet, sheets_of
from index.errors import BadInput
from index.messages import listed, say
from search.batch.delimited import Line
from search.batch.input import InputLines, beginning, input_name, is_stream, read_bytes
from search.batch.questions import Questions, Wanted
from search.batch.rows import QUERY, Rows, rows_of_table, rows_of_text

TABLES = (".csv", ".tsv", ".tab")  # suffixes of text that is a table whatever its first line looks like


class Opened(NamedTuple):
    """The *questions* of a file; *waiting* says whether more can be taken at once; *notes* are to be said about the file."""

    questions: Questions
    waiting: Callable[[], bool]
    notes: list[str]


def open_questions(file: str, wanted: Wanted, sheet: str | None = None) -> Opened:
    """Return the questions of *file*, `-` being standard input. Raise BadInput where it cannot be read or the columns are not there."""
    start = beginning(file)
    for knows, read in READERS:
        if knows(file, start):
            rows, notes = read(file, wanted.column or QUERY, sheet)
            return Opened(Questions(rows, wanted), lambda: True, notes)
    if sheet is not None:
        raise BadInput(say("{file} has no sheets; leave --sheet out", file=input_name(file)))
    lines = InputLines(file)
    table = file.lower().endswith(TABLES) or bool(wanted.column or wanted.id_column)
    rows = rows_of_text(lines, lines.name, wanted.column or QUERY, is_stream(file), table)
    return Opened(Questions(rows, wanted), lines.waiting if rows.stream else lambda: True, [])


def _rows_of_spreadsheet(file: str, column: str, wanted: str | None) -> tuple[Rows, list[str]]:
    """Return the rows of a sheet, and what is to be said of the others."""
    sheets = sheets_of(read_bytes(file), file)
    sheet = _chosen(sheets, file, wanted)
    others = [other for other in sheets if other is not sheet and not other.hidden and any(True for _ in other.rows())]
    if not others or wanted is not None:
        return rows_of_table(_lines(sheet), file, column), []
    names = listed(other.name for other in others)
    elsewhere = say(" in the sheet {sheet} (other sheets: {others}; choose one with --sheet)", sheet=sheet.name, others=names)
    note = say("the questions are those of the sheet {sheet}; for {others} ask again with --sheet", sheet=sheet.name, others=names)
    return rows_of_table(_lines(sheet), file, column, elsewhere=elsewhere), [note]


def _chosen(sheets: list[Sheet], file: str, wanted: str | None) -> Sheet:
    """Return the sheet of this name or number, from 1; the first one that is not hidden where none is *wanted*."""
    names = listed(sheet.name for sheet in sheets)
    if wanted is None:
        chosen = [sheet for sheet in sheets if not sheet.hidden] or sheets
    else:
        chosen = [sheet for sheet in sheets if sheet.name.strip().casefold() == wanted.strip().casefold()]
        if not chosen and wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
            chosen = [sheets[int(wanted) - 1]]
    if not chosen:
        raise BadInput(say("{file} has no sheet {sheet}, only {sheets}; name one of them", file=file, sheet=wanted, sheets=names))
    return chosen[0]


def _lines(sheet: Sheet) -> Iterator[Line]:
    for number, cells in enumerate(sheet.rows(), 1):
        yield Line(cells, say("row {number}", number=number))


READERS = (  # whether a file is of this kind, by its name and first bytes; and its rows: of file, column of the question, sheet
    (is_spreadsheet, _rows_of_spreadsheet),
)
