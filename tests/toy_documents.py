"""Toy documents: text files whose readers say where each line stands, so that a test knows every page, box and cell beforehand.

*.pdf    pages divided by form feeds; a line of page 2 has the box (72, 72 + 20 * row, 72 + 10 * characters, 90 + 20 * row)
*.xlsx   sheets divided by form feeds, their first line is their name; each other line is a row, its text in column B
*.docx   a paragraph on each line
"""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from index.document import Page, Spot
from index.files.content import Skipped
from index.files.reader import READERS

PDF, XLSX, DOCX = "toypdf 1.0", "toyxlsx 1.0", "toydocx 1.0"  # the readers
FIRST_PRINTED = 3  # page of a toy PDF that has 1 printed on it; those before it have i, ii


def read_pdf(content: bytes, source: str, reader: str = PDF, before: str = "") -> Page | Skipped:
    """Read a toy PDF; another version of the reader may put a line *before* each page."""
    text, spots = "", list[Spot]()
    for number, page in enumerate(content.decode().split("\f"), 1):
        label = str(number - FIRST_PRINTED + 1) if number >= FIRST_PRINTED else "i" * number
        if before:
            spots.append(Spot(len(text), number, label))
            text += before + "\n"
        for row, line in enumerate(page.splitlines()):
            spots.append(Spot(len(text), number, label, (72.0, 72.0 + 20 * row, 72.0 + 10 * len(line), 90.0 + 20 * row)))
            text += line + "\n"
    return _page(content, source, text, spots, reader)


def read_xlsx(content: bytes, source: str) -> Page | Skipped:
    text, spots = "", list[Spot]()
    for sheet in content.decode().split("\f"):
        name, *rows = sheet.splitlines()
        for number, row in enumerate(rows, 1):
            spots.append(Spot(len(text), sheet=name, cell=f"B{number}"))
            text += row + "\n"
    return _page(content, source, text, spots, XLSX)


def read_docx(content: bytes, source: str) -> Page | Skipped:
    return _page(content, source, content.decode(), [], DOCX)


def _page(content: bytes, source: str, text: str, spots: list[Spot], reader: str) -> Page:
    return Page(source, text, sha256(content).hexdigest(), "utf-8", spots=tuple(spots), reader=reader)


@pytest.fixture
def toy_readers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read documents as toys while a test runs."""
    for suffix, reader in ((".pdf", read_pdf), (".xlsx", read_xlsx), (".docx", read_docx)):
        monkeypatch.setitem(READERS, suffix, reader)
    yield
