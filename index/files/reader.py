"""Read one file into a Page: the table of readers, by the suffix of the file. A new format is one file beside this and one row here.

PAGE.txt ──suffix──▶ READERS ──▶ read_text ──▶ Page, or Skipped with the reason
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from index.document import Page
from index.files.content import Skipped
from index.files.text_files import read_html, read_markdown, read_text


class Reader(Protocol):
    """A function that reads one kind of file; it raises nothing, whatever the file holds, and imports a heavy package when it is called."""

    def __call__(self, path: Path, source: str) -> Page | Skipped:
        """Return the page in the file at *path*; *source* is the name that citations give the file."""


READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}


def read(path: Path, source: str) -> Page | Skipped:
    """Read the file at *path* by its suffix; a file with an unknown suffix is read as text."""
    return READERS.get(path.suffix.lower(), read_text)(path, source)
