"""How answers are to be written: what a run of a batch and its file of answers agree on."""

from __future__ import annotations

from typing import Any, NamedTuple

from search.output.formats import Format


class Wish(NamedTuple):
    """In which *form* answers are written, with its *format*, and what becomes of a file that has answers already.

    - *asked*: how questions are asked (record.py); None where answers go to stdout, which nobody goes on with.
    - *columns*: the other columns of the questions, which a header must name.
    - *again*: everything is asked anew; *stale*: what was asked of an older state of the index is.
    """

    form: str
    format: Format
    asked: dict[str, Any] | None
    columns: list[str]
    again: bool = False
    stale: bool = False
