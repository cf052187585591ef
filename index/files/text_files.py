"""Read a text file or a Markdown file, in whatever encoding it is, into a Page."""

from __future__ import annotations

import hashlib
from pathlib import Path

from index.document import Page
from index.files.content import Skipped, content_of
from index.files.decoding import decode, lines_ended
from index.files.html_pages import blocks_of, is_html

MOST_LINES = 100_000  # a line takes a kilobyte of memory until the page is in the index; a long novel has half as many lines
MAGIC = (  # the first bytes of files that are no text, whatever their names say
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive (or a docx, xlsx, epub)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"{\\rtf", "a rich-text file"),
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a RIFF file (picture, sound or film)"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MIME-Version:", "a web archive (MHTML); save the page as HTML"),
    (b"From: <Saved by", "a web archive (MHTML); save the page as HTML"),
)


def read_text(path: Path, source: str) -> Page | Skipped:
    """Read a text file; `Page.text` has all characters of the file, with `\\n` as the only line end."""
    content = content_of(path, source)
    return content if isinstance(content, Skipped) else _page(content, source, markdown=False)


def read_markdown(path: Path, source: str) -> Page | Skipped:
    """Read a Markdown file; its marks stay in `Page.text`, and `Page.markdown` says that they are marks."""
    content = content_of(path, source)
    return content if isinstance(content, Skipped) else _page(content, source, markdown=True)


def read_html(path: Path, source: str) -> Page | Skipped:
    """Read a page of HTML; `Page.text` has blanks in place of its tags, and `Page.blocks` what it shows."""
    content = content_of(path, source)
    return content if isinstance(content, Skipped) else _page(content, source, markdown=False, html=True)


def _page(content: bytes, source: str, markdown: bool, html: bool = False) -> Page | Skipped:
    """Return the page of *content*; a text that begins as a page of HTML does is read as one, whatever its file is called."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return Skipped(source, f"not text: {kind}")
    decoded = decode(content)
    if decoded is None:
        return Skipped(source, "not text: in none of the encodings UTF-8, UTF-16, GB18030, BIG5; save it as UTF-8")
    text, encoding = decoded
    text = lines_ended(text)
    if not text.strip():
        return Skipped(source, "empty: nothing but white space")
    lines = text.count("\n")
    if lines > MOST_LINES:
        return Skipped(source, f"too large: {lines} lines, at most {MOST_LINES} are read; split it")
    digest = hashlib.sha256(content).hexdigest()
    if not html and not is_html(text):
        return Page(source, text, digest, encoding, markdown)
    shown, blocks = blocks_of(text)
    if not blocks:
        return Skipped(source, "no text: a web page that shows none without its scripts; save it from a browser as text")
    return Page(source, shown, digest, encoding, blocks=blocks)
