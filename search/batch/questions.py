"""Rows in, questions out: which column holds the question, which one its id, and what else is carried along.

{"id": "q1", "query": "…", "街道": "…"}  ──▶  BatchQuestion("q1", "…", columns={"街道": "…"})
"""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from index.errors import BadInput
from index.messages import listed, say
from search.batch.rows import QUERY, Row, Rows
from search.retrieval.query import printable

ID = "id"
MOST_HELD = 100_000  # rows without the column that are held back until one has it
LOOKED_AT = 100  # rows at the beginning, whose cells tell which column is the longest text, and which other columns there are


class BatchQuestion(NamedTuple):
    """One question of a file; *error* says why its row holds none. *columns* are the other columns of its row."""

    id: str
    text: str
    error: str | None = None
    columns: dict[str, Any] | None = None


class Wanted(NamedTuple):
    """The columns that were named: of the question and of its id. None: `query`, and `id` if there is one."""

    column: str | None = None
    id_column: str | None = None


class Questions:
    """The questions of *rows*, one by one as they come; *skipped* counts the empty rows that were passed over by now.

    Raises BadInput where no row has the column of the question: at once, but for a stream, whose rows are not held back.
    """

    def __init__(self, rows: Rows, wanted: Wanted) -> None:
        self._rows, self._wanted = rows, wanted
        self.skipped = 0
        self._questions = self._asked()
        self._first: deque[BatchQuestion] = deque(itertools.islice(self._questions, 0 if rows.stream else LOOKED_AT))

    def __iter__(self) -> Iterator[BatchQuestion]:
        return self

    def __next__(self) -> BatchQuestion:
        return self._first.popleft() if self._first else next(self._questions)

    def columns(self) -> list[str]:
        """Return the names of the other columns: of a table all of them, else of the first questions, of a stream the first."""
        if not self._first:
            self._first.extend(itertools.islice(self._questions, 1))
        if self._rows.header is not None:
            own = (_named(self._wanted.column or QUERY, self._rows.header), _named(self._wanted.id_column or ID, self._rows.header))
            return [name for name in self._rows.header if name not in own]
        return list(dict.fromkeys(name for question in self._first for name in question.columns or ()))

    def _asked(self) -> Iterator[BatchQuestion]:
        rows = self._without_empty(self._rows.rows)
        if self._rows.header is not None:
            self._refuse_missing(self._rows.header, rows)
        elif not self._rows.stream:
            rows = self._first_with_question(rows)
        yield from (self._question(row) for row in rows)

    def _without_empty(self, rows: Iterator[Row | None]) -> Iterator[Row]:
        """Yield the rows that are not empty; the empty ones at the end are none that were skipped."""
        empty = 0
        for row in rows:
            if row is None:
                empty += 1
                continue
            self.skipped += empty
            empty = 0
            yield row

    def _question(self, row: Row) -> BatchQuestion:
        id_name = _named(self._wanted.id_column or ID, row.fields)
        id_ = _text_of_id(row.fields[id_name]) if id_name is not None else ""
        id_ = id_ or str(row.number)
        if row.error:
            return BatchQuestion(id_, "", row.error)
        name = _named(self._wanted.column or QUERY, row.fields)
        columns = {key: value for key, value in row.fields.items() if key not in (name, id_name)} or None
        text = row.fields[name] if name is not None else None
        if not isinstance(text, str):
            return BatchQuestion(id_, "", self._no_text(row), columns)
        return BatchQuestion(id_, text if self._rows.header is None else text.strip(), None, columns)

    def _no_text(self, row: Row) -> str:
        wanted, fields = self._wanted.column or QUERY, listed(map(printable, row.fields))
        if _named(wanted, row.fields) is not None:
            return say('{where} has no text in "{column}"', where=row.where, column=wanted)
        return say(
            '{where} has no "{column}", only {fields}; name the column with --column', where=row.where, column=wanted, fields=fields or "{}"
        )

    def _refuse_missing(self, header: Sequence[str], rows: Iterator[Row]) -> None:
        """Raise BadInput unless the columns that are wanted stand in *header*."""
        shown = list(itertools.islice(rows, LOOKED_AT)) if not self._rows.stream and self._lacks(header) else []
        if self._lacks(header):
            raise self._missing(header, [row.fields for row in shown])

    def _lacks(self, names: Iterable[str]) -> bool:
        names = list(names)
        id_column = self._wanted.id_column
        return _named(self._wanted.column or QUERY, names) is None or (id_column is not None and _named(id_column, names) is None)

    def _first_with_question(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Return *rows* once one of them has the columns; raise BadInput where fields were read and none has."""
        held: list[Row] = []
        for row in rows:
            held.append(row)
            if len(held) >= MOST_HELD or not self._lacks(row.fields):
                return itertools.chain(held, rows)
        if any(row.fields for row in held):
            raise self._missing(list(dict.fromkeys(name for row in held for name in row.fields)), [row.fields for row in held[:LOOKED_AT]])
        return iter(held)

    def _missing(self, names: Sequence[str], shown: Sequence[dict[str, Any]]) -> BadInput:
        """Return the error of a file without a column, with what to type: the column of the longest texts, which is not taken unasked."""
        values = {"file": self._rows.name, "columns": listed(map(printable, names)), "elsewhere": self._rows.elsewhere}
        wanted = self._wanted.column or QUERY
        if _named(wanted, names) is None:
            longest = max(names, key=lambda name: sum(len(str(fields.get(name) or "")) for fields in shown), default=QUERY)
            return BadInput(
                say('{file} has no column "{wanted}", only {columns}{elsewhere}; name the one with the questions: {option}',
                    wanted=wanted, option=f"--column {_quoted(longest)}", **values)
            )  # fmt: skip
        return BadInput(
            say('{file} has no column "{wanted}" for the ids, only {columns}{elsewhere}; name one of them, or leave --id-column out',
                wanted=self._wanted.id_column, **values)
        )  # fmt: skip


def _named(wanted: str, names: Iterable[str]) -> str | None:
    """Return which of *names* is meant: the same one, else the one that differs by case and blanks alone."""
    names = list(names)
    if wanted in names:
        return wanted
    folded = wanted.strip().casefold()
    return next((name for name in names if name.strip().casefold() == folded), None)


def _text_of_id(value: Any) -> str:
    """Return an id as text; "" where there is none."""
    if value is None:
        return ""
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).strip()


def _quoted(name: str) -> str:
    """Return *name* as it is typed on a command line of any system."""
    return f'"{name}"' if not name or any(character.isspace() or character in "\"'&|;<>()$`*?!" for character in name) else name
