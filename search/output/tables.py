"""Results as tables: CSV for spreadsheets, TREC runs for programs that measure rankings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from index.document import line_ranges
from search.output.terminal import safe
from search.results import Result

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # a spreadsheet would compute a cell that begins with one of these
BOM = "\ufeff"  # by which Excel knows UTF-8
COLUMNS = (
    *("id", "query", "found", "rank", "score", "text"),
    *("article", "kicker", "authors", "place", "source", "lines", "paragraph", "citation"),
    *("date", "publication", "newspaper_page", "status", "kind", "places"),
    *("page", "page_label", "sheet", "cell", "part"),
)


ERROR, ASKED = "error", "asked"  # of a question that could not be asked; how it was asked


def csv_lines(result: Result, id_: str | None = None) -> Iterator[str]:
    """Yield a row for each hit, below `csv_header`; a result without hits has one row without a passage."""
    return map(csv_line, _rows(result, id_))


def batch_lines(columns: Sequence[str], recorded: bool, result: Result, id_: str | None = None) -> Iterator[str]:
    """Yield the rows of `csv_lines`, below `batch_header`, with the error, the other *columns* of the question and how it was asked."""
    carried = result.columns or {}
    last = [result.error, *(carried.get(name) for name in columns), *([result.asked] if recorded else [])]
    for row in _rows(result, id_):
        yield csv_line([*row, *map(cell, last)])


def batch_header(columns: Sequence[str], recorded: bool) -> str:
    """Return the first line of a CSV file of a batch; a column that has the name of one of ours is called `columns.NAME`.

    >>> batch_header(["街道", "text"], recorded=True)[-27:]
    'error,街道,columns.text,asked'
    """
    own = {*COLUMNS, ERROR, ASKED}
    carried = [cell(f"columns.{name}" if name in own else name) for name in columns]
    return BOM + csv_line([*COLUMNS, ERROR, *carried, *([ASKED] if recorded else [])])


def _rows(result: Result, id_: str | None) -> Iterator[list[Any]]:
    """Yield the cells of COLUMNS for each hit, once without a passage where there is none."""
    fields = result.to_dict(id_)
    for hit in fields["hits"] or [{}]:
        citation = hit.get("citation", {})
        row = {**fields, **hit, **citation, "citation": citation.get("id"), "authors": " ".join(citation.get("authors", ()))}
        row["places"] = " ".join(citation.get("places", ()))
        row["lines"] = line_ranges(citation.get("lines", ()))
        row["id"] = id_
        yield [cell(row.get(column)) for column in COLUMNS]


def csv_header() -> str:
    """Return the first line of a CSV file of results, with the mark by which Excel knows UTF-8."""
    return BOM + csv_line(COLUMNS)


def csv_line(cells: Sequence[Any]) -> str:
    """Return *cells* as one row of CSV, without a line end."""
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow(cells)
    return row.getvalue()


def cell(value: Any) -> Any:
    """Return *value* as a cell that steers no terminal and that no spreadsheet computes.

    >>> cell("=1+1"), cell(None), cell(3)
    ("'=1+1", '', 3)
    """
    if value is None:
        return ""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return value
    return f"'{safe(value)}" if value.startswith(FORMULA) else safe(value)


def trec_lines(result: Result, id_: str | None = None) -> Iterator[str]:
    """Yield a result as lines of a TREC run: question, Q0, passage, rank, score, name of the run."""
    for hit in result.hits:
        yield trec_line(safe(id_ or "q1"), hit.citation.id, hit.rank)


def trec_line(question: str, passage: str, rank: int) -> str:
    """Return one line of a TREC run. Other programs order by score alone, so the score is 1 / rank and not the probability."""
    return f"{question} Q0 {passage} {rank} {1 / rank:.6f} qianli"
