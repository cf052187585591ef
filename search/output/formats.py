"""The formats of results, one table: what `--json`, `--csv`, `--md` and `--trec` print, and what each format has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from search.output.json_lines import refusal_line, result_lines
from search.output.markdown import markdown_lines
from search.output.tables import csv_header, csv_lines, trec_lines
from search.results import Result


class Format(NamedTuple):
    """How results are written for programs.

    *lines* takes a result and its question's id; *header* is the first line of a file in this format.
    *refusal* takes id, question and reason of a question that was not asked; None where such a question has no line.
    *context*, *explanation*: whether neighbours and explanations have room.
    """

    lines: Callable[[Result, str | None], Iterator[str]]
    header: str | None = None
    refusal: Callable[[str, str, str], str] | None = None
    context: bool = True
    explanation: bool = False


FORMATS = {
    "json": Format(result_lines, refusal=refusal_line, explanation=True),
    "csv": Format(csv_lines, header=csv_header(), context=False),
    "md": Format(markdown_lines),
    "trec": Format(trec_lines, context=False),
}
