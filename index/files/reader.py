"""Read one file into a Page: by its first bytes where it is a document, else by the table of readers, by its suffix.

PAGE.txt ──content──▶ suffix ──▶ READERS ──▶ read_text ──▶ Page, or Skipped with the reason
PAGE.pdf ──content──▶ kind ──▶ read_document ──▶ a child process ──▶ Page, or Skipped

A new format of text is one file beside this and one row here; a new kind of document a row of `index/documents/extractors.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from index.document import Page
from index.documents.kinds import SUFFIXES, kind_of
from index.files.content import Skipped, content_of
from index.files.delimited_files import read_csv, read_tsv
from index.files.document_files import read_document, read_misnamed
from index.files.text_files import read_html, read_markdown, read_text


class Reader(Protocol):
    """A function that reads one kind of text; it raises nothing, whatever the file holds, and imports a heavy package when it is called."""

    def __call__(self, content: bytes, source: str) -> Page | Skipped:
        """Return the page of a file with this *content*; *source* is the name that citations give the file."""


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".csv": read_csv,
    ".tsv": read_tsv,
    **dict.fromkeys(SUFFIXES, read_misnamed),  # where the content is no document; a document is known by its first bytes
}


def read(path: Path, source: str) -> Page | Skipped:
    """Read the file at *path*; one that is no document, and has an unknown suffix, is read as text."""
    content = content_of(path, source)
    if isinstance(content, Skipped):
        return content
    suffix = path.suffix.lower()
    kind = kind_of(content, suffix)
    return read_document(content, source, kind, suffix) if kind else READERS.get(suffix, read_text)(content, source)
