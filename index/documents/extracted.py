"""What a reader of documents gives: the text of a document with its blocks and where each stands, or why there is none."""

from __future__ import annotations

from typing import NamedTuple

from index.document import Block, Spot


class Extracted(NamedTuple):
    """The text of a document, `\\n` its only line end. *reader*: the program that took it out, with its version: `pypdfium2 5.15.2`.

    *blocks*: what the document sets apart, in order, where it says so (see `Block`), else none; the lines of the text are read as a page
    then. *spots*: where characters stand in the document, in ascending order of their *start*.
    """

    text: str
    reader: str
    blocks: tuple[Block, ...] = ()
    spots: tuple[Spot, ...] = ()


class Refused(Exception):
    """A document without a text that could be read; the message says, in the reader's language, why and what to do."""
