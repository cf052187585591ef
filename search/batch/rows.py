"""The rows of a file of questions: JSON lines, a JSON array, a table as CSV or from a spreadsheet, or one question a line.

{"id": "q1", "query": "…"}     [{"query": "…"},     id;query            电瓶车乱停怎么办
                                {"query": "…"}]     q1;"…"              老楼加装电梯
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from index.documents.delimiters import likeliest_delimiter
from index.errors import BadInput
from index.messages import say
from search.batch.delimited import Line, delimiter_of, names, table_lines
from search.batch.input import LONGEST_LINE, undecodable

ARRAY = re.compile(r'\[\s*($|[\[\]{"])')  # how an array of questions begins; [街道] begins a question
DEEPEST = 100  # brackets in brackets; Python reads no more than some hundred
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
BRACKET = re.compile(r"[\[\]{}]")
QUERY = "query"  # the column of the question, unless another is named
HEADER_WITHIN = 10  # rows; a title may stand above the names of the columns


class Row(NamedTuple):
    """One row: its *fields* by name, or the *error* of a row that has none. *where* names it for people: line 3, row 3."""

    number: int
    where: str
    fields: dict[str, Any]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file as they come; None is an empty one.

    - *name*: of the file, for messages; *stream*: it is read as it comes, and nobody waits for the end of it.
    - *header*: the names of all columns of a table; None where every row has names of its own.
    - *elsewhere*: what else may be meant, for messages: the other sheets.
    """

    name: str
    rows: Iterator[Row | None]
    header: Sequence[str] | None = None
    stream: bool = False
    elsewhere: str = ""


def rows_of_text(lines: Iterable[str], name: str, column: str = QUERY, stream: bool = False, table: bool = False) -> Rows:
    """Return the rows of a text. *column* is that of the question; *table*: it is a table whatever its first line looks like.

    The first line that is not blank decides: `{` begins JSON lines, `[` with JSON behind it an array, a header with the *column* is that
    of a table; anything else is one question a line. Raises BadInput.
    """
    numbered = ((number, line.removeprefix("\ufeff") if number == 1 else line) for number, line in enumerate(lines, 1))
    first = next(((number, line) for number, line in numbered if line.strip()), None)
    if first is None:
        return Rows(name, iter(()), stream=stream)
    start = first[1].strip()
    if start == "{":
        return Rows(name, _values(itertools.chain([first], numbered), name))
    if start.startswith("{"):
        return Rows(name, (_row_of_json(number, line) for number, line in itertools.chain([first], numbered)), stream=stream)
    if ARRAY.match(start):
        return Rows(name, _array(itertools.chain([first], numbered), name))
    read = [first, *([] if stream or not table else itertools.islice(numbered, HEADER_WITHIN))]
    beginning = [line for _, line in read]
    delimiter = delimiter_of(beginning, column) or (likeliest_delimiter(beginning) if table else None)
    rest = itertools.chain(read, numbered)
    if delimiter is None:
        return Rows(name, (_row_of_line(number, line) for number, line in rest), stream=stream)
    columns = max(line.count(delimiter) for line in beginning) + 1
    return rows_of_table(table_lines(rest, delimiter, columns), name, column, stream)


def rows_of_table(lines: Iterator[Line], name: str, column: str = QUERY, stream: bool = False, elsewhere: str = "") -> Rows:
    """Return the rows of a table below its header: the first line, or one of the first that names the *column*."""
    header, below = _header(lines, column, 1 if stream else HEADER_WITHIN)
    if header is None:
        return Rows(name, iter(()), stream=stream)
    columns = _distinct(header.cells)
    return Rows(name, _rows_below(itertools.chain(below, lines), columns), columns, stream, elsewhere)


def _header(lines: Iterator[Line], column: str, within: int) -> tuple[Line | None, list[Line]]:
    """Return the header and the lines below it that were read already."""
    read: list[Line] = []
    for line in lines:
        read.append(line)
        if names(column, line.cells):
            return line, []
        if sum(any(line.cells) for line in read) >= within:
            break
    cells = [sum(bool(cell.strip()) for cell in line.cells) for line in read]
    if not any(cells):
        return None, []
    likely = cells.index(max(cells))  # of messages alone: without the column nothing is asked
    return read[likely], read[likely + 1 :]


def _rows_below(lines: Iterable[Line], columns: Sequence[str]) -> Iterator[Row | None]:
    number = 0
    for line in lines:
        if not any(cell.strip() for cell in line.cells) and not line.error:
            yield None
            continue
        number += 1
        fields = dict(itertools.zip_longest(columns, line.cells[: len(columns)], fillvalue=""))
        error = line.error or _unreadable("".join(line.cells), line.where)
        if not error and any(cell.strip() for cell in line.cells[len(columns) :]):
            error = say("{where} has {cells} cells and the header {columns}; put quotes around a cell that has the separator in it",
                        where=line.where, cells=len(line.cells), columns=len(columns))  # fmt: skip
        yield Row(number, line.where, fields, error)


def _distinct(cells: Sequence[str]) -> list[str]:
    """Return the names of columns, each once: one without a name is called by its number.

    >>> _distinct(["a", "", "a"])
    ['a', 'column 2', 'a (2)']
    """
    names: list[str] = []
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    for number, cell in enumerate(cells, 1):
        name = known = cell.strip() or f"column {number}"
        copies = itertools.count(2)
        while name in names:
            name = f"{known} ({next(copies)})"
        names.append(name)
    return names


def _row_of_line(number: int, line: str) -> Row | None:
    text = line.strip()
    where = say("line {number}", number=number)
    return Row(number, where, {QUERY: text}, _unreadable(line, where)) if text else None


def _unreadable(line: str, where: str) -> str | None:
    """Return why a line holds no question: it is too long, or not in the encoding of the file."""
    if len(line) > LONGEST_LINE:
        return say("{where} is longer than {most} characters", where=where, most=LONGEST_LINE)
    if undecodable(line):
        return say("{where} is in another encoding than the file; save the whole file as UTF-8", where=where)
    return None


def _row_of_json(number: int, line: str) -> Row | None:
    where = say("line {number}", number=number)
    if not line.strip():
        return None
    if unreadable := _unreadable(line, where):
        return Row(number, where, {}, unreadable)
    try:
        return _row_of_value(number, where, parsed(line))
    except (ValueError, RecursionError) as error:
        return Row(number, where, {}, say("{where} is no JSON: {reason}", where=where, reason=_reason(error)))


def _row_of_value(number: int, where: str, value: Any) -> Row:
    if isinstance(value, str):
        return Row(number, where, {QUERY: value})
    if not isinstance(value, dict):
        return Row(number, where, {}, say("{where} is no JSON object", where=where))
    return Row(number, where, value)


def parsed(text: str) -> Any:
    """Return a JSON value. Numbers that JSON has not, such as NaN, become texts. Raise ValueError, also for brackets too deep."""
    _refuse_deep(text)
    return DECODER.decode(text)


def _refuse_deep(text: str) -> None:
    """Raise ValueError for brackets in brackets that could be read but not be written again."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    brackets = BRACKET.findall(STRING.sub("", text))
    depths = itertools.accumulate(1 if bracket in "[{" else -1 for bracket in brackets)
    if max(depths, default=0) > DEEPEST:
        raise ValueError("brackets too deep")


def _finite(digits: str) -> float | str:
    return number if math.isfinite(number := float(digits)) else digits


DECODER = json.JSONDecoder(parse_constant=str, parse_float=_finite)


def _array(numbered: Iterator[tuple[int, str]], name: str) -> Iterator[Row]:
    """Yield a row for each element of the array that all lines are together. Raise BadInput where they are none."""
    text = "".join(line for _, line in numbered)
    _refuse_unreadable(text, name)
    try:
        values = DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(_broken(name, error)) from None
    for number, value in enumerate(values if isinstance(values, list) else [values], 1):
        yield _row_of_value(number, say("element {number}", number=number), value)


def _values(numbered: Iterator[tuple[int, str]], name: str) -> Iterator[Row]:
    """Yield a row for each of the JSON objects that are written over several lines, one after the other."""
    text, position = "".join(line for _, line in numbered), 0
    _refuse_unreadable(text, name)
    for number in itertools.count(1):
        while position < len(text) and text[position] in " \t\n\r,":
            position += 1
        if position >= len(text):
            return
        try:
            value, position = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            raise BadInput(_broken(name, error)) from None
        yield _row_of_value(number, say("element {number}", number=number), value)


def _refuse_unreadable(text: str, name: str) -> None:
    """Raise BadInput for a JSON file with bytes that are in another encoding, or with brackets too deep."""
    if undecodable(text):
        raise BadInput(say("{file} is written in two encodings; save the whole file as UTF-8", file=name))
    try:
        _refuse_deep(text)
    except ValueError as error:
        raise BadInput(_broken(name, error)) from None


def _reason(error: Exception) -> str:
    """Return why a text is no JSON, in the reader's language."""
    if isinstance(error, json.JSONDecodeError):
        return say("something is wrong in line {line} at character {column}", line=error.lineno, column=error.colno)
    return say("more than {most} brackets in each other", most=DEEPEST)


def _broken(name: str, error: Exception) -> str:
    return say("{file} is no JSON: {reason}; mend it there, or write one object a line", file=name, reason=_reason(error))
