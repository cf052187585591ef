"""Read the bytes of a text file, a Markdown file or a page of HTML, in whatever encoding it is, into a Page."""

from __future__ import annotations

import hashlib

from index.document import Page
from index.documents.extracted import MOST_LINES
from index.documents.html_pages import blocks_of, is_html
from index.files.content import UNSUITED, Skipped
from index.files.decoding import decode, lines_ended
from index.messages import say

FIRST_BYTES = b"\x89\xffGRIM\x1f7S\x7fF"  # of what `_kind_of` knows: few texts begin with one of them


def read_text(content: bytes, source: str) -> Page | Skipped:
    """Read a text file; `Page.text` has all characters of the file, with `\\n` as the only line end."""
    return _page(content, source, markdown=False)


def read_markdown(content: bytes, source: str) -> Page | Skipped:
    """Read a Markdown file; its marks stay in `Page.text`, and `Page.markdown` says that they are marks."""
    return _page(content, source, markdown=True)


def read_html(content: bytes, source: str) -> Page | Skipped:
    """Read a page of HTML; `Page.text` has blanks in place of its tags, and `Page.blocks` what it shows."""
    return _page(content, source, markdown=False, html=True)


def decoded_text(content: bytes, source: str) -> tuple[str, str] | Skipped:
    """Return the text of a file, `\\n` its only line end, and the name of its encoding; or why it is skipped as no text."""
    kind = _kind_of(content)
    if kind:
        return Skipped(source, say("not text: {kind}", kind=kind), UNSUITED)
    decoded = decode(content)
    if decoded is None:
        return Skipped(source, say("not text: in none of the encodings UTF-8, UTF-16, GB18030, BIG5; save it as UTF-8"), UNSUITED)
    text = lines_ended(decoded[0])
    if not text.strip():
        return Skipped(source, say("empty: nothing but white space"))
    lines = text.count("\n")
    if lines > MOST_LINES:
        what = say("too large: {lines} lines, at most {most} are read; split it", lines=lines, most=MOST_LINES)
        return Skipped(source, what, UNSUITED)
    return text, decoded[1]


def _page(content: bytes, source: str, markdown: bool, html: bool = False) -> Page | Skipped:
    """Return the page of *content*; a text that begins as a page of HTML does is read as one, whatever its file is called."""
    decoded = decoded_text(content, source)
    if isinstance(decoded, Skipped):
        return decoded
    text, encoding = decoded
    digest = hashlib.sha256(content).hexdigest()
    if not html and not is_html(text):
        return Page(source, text, digest, encoding, markdown)
    shown, blocks = blocks_of(text)
    if not blocks:
        return Skipped(source, say("no text: a web page that shows none without its scripts; save it from a browser as text"))
    return Page(source, shown, digest, encoding, blocks=blocks)


def _kind_of(content: bytes) -> str | None:
    """Return what a file is that is no text, whatever its name says, by its first bytes; None for what may be text."""
    if content[:1] not in FIRST_BYTES:
        return None
    magic = (
        (b"\x89PNG\r\n", say("a PNG picture")),
        (b"\xff\xd8\xff", say("a JPEG picture")),
        (b"GIF8", say("a GIF picture")),
        (b"RIFF", say("a RIFF file (picture, sound or film)")),
        (b"II*\x00", say("a TIFF picture")),
        (b"MM\x00*", say("a TIFF picture")),
        (b"\x1f\x8b", say("a gzip archive")),
        (b"7z\xbc\xaf\x27\x1c", say("a 7z archive")),
        (b"Rar!", say("a rar archive")),
        (b"SQLite format 3\x00", say("an SQLite database")),
        (b"\x7fELF", say("a program")),
        (b"MIME-Version:", say("a web archive (MHTML); save the page as HTML")),
        (b"From: <Saved by", say("a web archive (MHTML); save the page as HTML")),
    )
    return next((kind for beginning, kind in magic if content.startswith(beginning)), None)
