"""What a reader of documents gives: the text of a document with its blocks and where each stands, or why there is none."""

from __future__ import annotations

from typing import NamedTuple

from index.document import Block, Spot

LARGEST_TEXT = 8 * 2**20  # bytes of a document's text in UTF-8, as of a text file
MOST_LINES = 100_000  # of a text; a line takes a kilobyte of memory until the page is in the index; a long novel has half as many
MOST_SPOTS = 2_000_000  # a spot takes 150 bytes; a full text of single digits has as many


class Extracted(NamedTuple):
    """The text of a document, `\\n` its only line end. *reader*: the program that took it out, with its version: `pypdfium2 5.15.2`.

    *blocks*: what the document sets apart, in order, where it says so (see `Block`), else none; the lines of the text are read as a page
    then. *spots*: where characters stand in the document, in ascending order of their *start*. *notes*: sentences in the reader's language
    about what of the document is not in the text: `pages 3-5 have no text; run OCR first`.
    """

    text: str
    reader: str
    blocks: tuple[Block, ...] = ()
    spots: tuple[Spot, ...] = ()
    notes: tuple[str, ...] = ()


class Refused(Exception):
    """A document without a text that could be read; the message says, in the reader's language, why and what to do."""
