"""A file of answers: of which format it is, and what it answers, in order.

answers.jsonl ──▶ each whole line
answers.csv   ──▶ the rows of each question; some of the last one may be missing
"""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from index.errors import BadInput
from index.messages import say
from search.batch.delimited import LARGEST_CELL
from search.batch.questions import BatchQuestion
from search.output.tables import ASKED, COLUMNS, ERROR, cell, csv_header
from search.results import SCHEMA
from search.retrieval.query import printable

MARKDOWN = re.compile(r"## [^\n]*\r?\n\r?\n- id: ")  # answers in Markdown, which always have an id in a batch
KNOWN_BY = 1 << 16  # bytes at the beginning of a file by which its format is known
JSON_START = f'{{"schema": "{SCHEMA}"'.encode()
CSV_START = csv_header().encode()
FIRST_COLUMNS = ",".join(COLUMNS[:6])  # of the header of answers in CSV


class Answered(NamedTuple):
    """A question with its answer in a file, which *end*s at this byte.

    - *fields*: id, question and other columns as this format writes them, which are compared with those of a question.
    - *asked*: how it was asked (record.py); *whole*: whether nothing of the answer can be missing.
    """

    end: int
    fields: tuple[Any, ...]
    error: str | None
    found: bool
    asked: Any
    whole: bool = True


def format_of(beginning: bytes) -> str | None:
    """Return the format of the answers that begin so; None for a file of anything else.

    >>> format_of(b'{"schema": "qianli.result.v1", "query": "x"}'), format_of(b"id,name")
    ('json', None)
    """
    if any(start.startswith(beginning) for start in (JSON_START, CSV_START)):  # a first line that a full disk or a crash cut off
        return "json" if beginning.startswith(b"{") else "csv"
    text = beginning.decode("utf-8-sig", "replace").lstrip()
    first = text.split("\n", 1)[0].rstrip("\r")
    if first.startswith(JSON_START.decode()):
        return "json"
    if first.startswith(FIRST_COLUMNS):
        return "csv"
    if MARKDOWN.match(text):
        return "md"
    return "trec" if " Q0 " in first and first.endswith(" qianli") else None


def answered(file: BinaryIO, form: str, path: Path) -> Iterator[Answered]:
    """Yield what *file* answers, in order, from its beginning. Raise BadInput where a line is no answer."""
    file.seek(0)
    return (_answered_json if form == "json" else _answered_csv)(file, path)


def fields_of(question: BatchQuestion, form: str, columns: list[str]) -> tuple[Any, ...]:
    """Return what an answer to *question* has in the format *form*: id, question, other columns."""
    text = printable(question.text)
    if form == "json":
        return question.id, text, question.columns
    carried = question.columns or {}
    return tuple(str(cell(value)).encode("utf-8", "replace").decode() for value in (question.id, text, *map(carried.get, columns)))


def _answered_json(file: BinaryIO, path: Path) -> Iterator[Answered]:
    for number in itertools.count(1):
        line = file.readline()
        if not line.endswith(b"\n"):
            return
        try:
            answer = json.loads(line)
            fields = answer["id"], answer["query"], answer.get("columns")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadInput(_no_answer(path, number)) from None
        yield Answered(file.tell(), fields, answer.get("error"), answer.get("found") is True, answer.get(ASKED))


def _answered_csv(file: BinaryIO, path: Path) -> Iterator[Answered]:
    before: Answered | None = None
    header: list[str] = []
    for number, (end, row) in enumerate(_rows(file, path), 1):
        if number == 1:
            header = row
            continue
        if len(row) != len(header):
            raise BadInput(_no_answer(path, number))
        if row[COLUMNS.index("rank")] not in ("", "1") and before:  # a further hit of the question before
            before = before._replace(end=end)
            continue
        if before:
            yield before
        asked = _record(row[header.index(ASKED)]) if ASKED in header else None
        error = row[header.index(ERROR)] if ERROR in header else ""
        carried = [
            cell for name, cell in zip(header, row, strict=True) if header.index(name) >= len(COLUMNS) and name not in (ERROR, ASKED)
        ]
        before = Answered(end, (*row[:2], *carried), error or None, row[COLUMNS.index("found")] == "True", asked)
    if before:
        yield before._replace(whole=False)


def _rows(file: BinaryIO, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield each whole row with the byte at which it ends."""
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in file:
            if not line.endswith(b"\n"):
                return
            end += len(line)
            yield line.decode("utf-8-sig", "replace")

    csv.field_size_limit(LARGEST_CELL)
    try:
        for row in csv.reader(lines()):
            yield end, row
    except csv.Error as error:
        raise BadInput(say("{file} holds no answers in CSV ({reason}); name another file with -o", file=path, reason=error)) from error


def _record(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _no_answer(path: Path, number: int) -> str:
    return say("{file}, line {number}, is no answer of a batch; name another file with -o", file=path, number=number)
