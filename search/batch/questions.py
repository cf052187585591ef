"""Parse the lines of a file as questions: JSON lines, CSV with a header, or one question a line.

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

LONGEST_LINE = 16 * 2**20  # characters; a longer line is no question and would only fill the memory
FIELD = "query"


class BatchQuestion(NamedTuple):
    """One question of a file; *error* says why a line holds none."""

    id: str
    text: str
    error: str | None = None


def parse_questions(lines: Iterable[str], csv_named: bool = False) -> Iterator[BatchQuestion]:
    """Yield the questions of *lines* one by one, as they come; a question without an id is named by the number of its line.

    The first line that is not blank decides on the form: `{` begins JSON lines; a header with the field `query`, or a file called .csv
    (*csv_named*), is CSV; anything else is one question a line. Raise BadInput for a CSV without the field.
    """
    numbered = ((number, line.removeprefix("\ufeff") if number == 1 else line) for number, line in enumerate(lines, 1))
    rest: Iterator[tuple[int, str]] = ((number, line) for number, line in numbered if line.strip())
    first = next(rest, None)
    if first is None:
        return
    rest = itertools.chain([first], rest)
    if first[1].lstrip().startswith("{"):
        yield from (_question_of_json(number, line) for number, line in rest)
    elif csv_named or FIELD in _header(first[1]):
        yield from _questions_of_csv(rest, first[1])
    else:
        yield from (BatchQuestion(str(number), line.strip()) for number, line in rest)


def _question_of_json(number: int, line: str) -> BatchQuestion:
    id_ = str(number)
    if len(line) > LONGEST_LINE:
        return BatchQuestion(id_, "", f"line {number} is longer than {LONGEST_LINE} characters")
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BatchQuestion(id_, "", f"line {number} is no JSON: {error}")
    if not isinstance(fields, dict):
        return BatchQuestion(id_, "", f"line {number} is no JSON object")
    id_ = str(fields.get("id", number))
    text = fields.get(FIELD)
    if not isinstance(text, str):
        return BatchQuestion(id_, "", f'line {number} has no text in "{FIELD}"')
    return BatchQuestion(id_, text)


def _questions_of_csv(lines: Iterable[tuple[int, str]], header: str) -> Iterator[BatchQuestion]:
    delimiter = "\t" if "\t" in header and "," not in header else ","
    rows = csv.DictReader((line if line.endswith("\n") else line + "\n" for _, line in lines), delimiter=delimiter)
    try:
        names = {name.strip().lower(): name for name in rows.fieldnames or ()}
        if FIELD not in names:
            listed = ", ".join(rows.fieldnames or ())
            raise BadInput(f'the header of the CSV has no field "{FIELD}", only {listed}; name the column of the questions so')
        for number, row in enumerate(rows, 1):
            yield BatchQuestion(str((row.get(names["id"]) if "id" in names else "") or number), (row[names[FIELD]] or "").strip())
    except csv.Error as error:
        raise BadInput(f"line {rows.line_num} of the CSV: {error}; close the quote that is open above it, or split the cell") from error


def _header(line: str) -> list[str]:
    """Return the fields that *line* would name as the header of a CSV, in lower case."""
    try:
        return [name.strip().lower() for name in next(csv.reader(io.StringIO(line.replace("\t", ","))), [])]
    except csv.Error:  # a field longer than the module takes
        return []
