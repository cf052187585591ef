"""A file of questions to questions: JSON lines, CSV with a header, or one question a line.

{"id": "q1", "query": "…"}        id,query            电瓶车乱停怎么办
                                  q1,…                老楼加装电梯
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from index.errors import BadInput

LONGEST = 16 * 2**20  # characters of one line; a longer one is no question and would only fill the memory
FIELD = "query"


class Query(NamedTuple):
    """One question of a file; *error* says why a line holds none."""

    id: str
    text: str
    error: str | None = None


def read_queries(lines: Iterable[str], csv_named: bool = False) -> Iterator[Query]:
    """Give the questions of *lines* (with or without line ends) one by one, as they come; an id that is missing is the line's number.

    The first line that is not blank decides: `{` means JSON lines; a header with the field `query` (or *csv_named*: the file is
    called .csv) means CSV; all else is one question a line. Blank lines are passed over. A CSV without the field raises BadInput.
    """
    numbered = ((number, line.removeprefix("\ufeff") if number == 1 else line) for number, line in enumerate(lines, 1))
    rest: Iterator[tuple[int, str]] = ((number, line) for number, line in numbered if line.strip())
    first = next(rest, None)
    if first is None:
        return
    rest = itertools.chain([first], rest)
    if first[1].lstrip().startswith("{"):
        yield from (_from_json(number, line) for number, line in rest)
    elif csv_named or FIELD in _header(first[1]):
        yield from _from_csv(rest, first[1])
    else:
        yield from (Query(str(number), line.strip()) for number, line in rest)


def decoded(raw: bytes) -> str:
    """Return a line of a file in UTF-8 or, where it is not that, GB18030, as Chinese Windows writes it."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _from_json(number: int, line: str) -> Query:
    id_ = str(number)
    if len(line) > LONGEST:
        return Query(id_, "", f"line {number} is longer than {LONGEST} characters")
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Query(id_, "", f"line {number} is no JSON: {error}")
    if not isinstance(fields, dict):
        return Query(id_, "", f"line {number} is no JSON object")
    id_ = str(fields.get("id", number))
    text = fields.get(FIELD)
    if not isinstance(text, str):
        return Query(id_, "", f'line {number} has no text in "{FIELD}"')
    return Query(id_, text)


def _from_csv(lines: Iterable[tuple[int, str]], header: str) -> Iterator[Query]:
    delimiter = "\t" if "\t" in header and "," not in header else ","
    rows = csv.DictReader((line if line.endswith("\n") else line + "\n" for _, line in lines), delimiter=delimiter)
    try:
        names = {name.strip().lower(): name for name in rows.fieldnames or ()}
        if FIELD not in names:
            listed = ", ".join(rows.fieldnames or ())
            raise BadInput(f'the header of the CSV has no field "{FIELD}", only {listed}; name the column of the questions so')
        for number, row in enumerate(rows, 1):
            yield Query(str((row.get(names["id"]) if "id" in names else "") or number), (row[names[FIELD]] or "").strip())
    except csv.Error as error:
        raise BadInput(f"line {rows.line_num} of the CSV: {error}; close the quote that is open above it, or split the cell") from error


def _header(line: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader(io.StringIO(line.replace("\t", ","))), [])]
    except csv.Error:  # longer than any
        return []
