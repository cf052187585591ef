"""The formats of results, one table: what `--json`, `--csv`, `--md` and `--trec` print, and what each format has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from search.output.json_lines import result_lines
from search.output.markdown import markdown_lines
from search.output.tables import batch_header, batch_lines, csv_header, csv_lines, trec_lines
from search.results import Result


class Format(NamedTuple):
    """How results are written for programs.

    *lines* takes a result and its question's id; *header* is the first line of a file in this format.
    *context*, *explanation*, *error*: whether neighbours, explanations and questions that could not be asked have room.
    """

    lines: Callable[[Result, str | None], Iterator[str]]
    header: str | None = None
    context: bool = True
    explanation: bool = False
    error: bool = True


FORMATS = {
    "json": Format(result_lines, explanation=True),
    "csv": Format(csv_lines, header=csv_header(), context=False),
    "md": Format(markdown_lines),
    "trec": Format(trec_lines, context=False, error=False),
}


def batch_format(form: str, columns: Sequence[str] = (), recorded: bool = False) -> Format:
    """Return the format *form* for the answers of a batch whose rows have these other *columns*; *recorded*: and how they were asked.

    Only CSV must know them beforehand: for its header.
    """
    if form != "csv":
        return FORMATS[form]
    return FORMATS[form]._replace(lines=partial(batch_lines, columns, recorded), header=batch_header(columns, recorded))
