"""One file to a Page, or to the reason why it is skipped. Nothing is left out in silence."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.document import Page
from index.errors import reason
from index.files.decoding import decode, lines_ended
from index.files.discover import MARKDOWN, NO_FILE, UNREADABLE, Skipped, find

LARGEST = 8 * 2**20  # bytes, two long novels; reading more takes more than ten seconds
MOST_LINES = 100_000  # each takes a kilobyte of memory on its way, and time; a long novel has half as many
MISSED = (UNREADABLE, "not text", "not a file", "too large")  # reasons where there is, or may be, a page that a person will miss

MAGIC = (  # what a file begins with that is no text, whatever it is called
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
)


def read(path: Path, source: str) -> Page | Skipped:
    """Read and decode one file; `Page.text` has the characters of the file, only `\\n` for each line end."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            return Skipped(source, NO_FILE)
        if kind.st_size > LARGEST:
            return Skipped(source, f"too large: {kind.st_size / 2**20:.0f} MB, at most {LARGEST // 2**20} MB are read; split it")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return Skipped(source, f"{UNREADABLE}: {reason(error)}")
    if len(content) > LARGEST:
        return Skipped(source, f"too large: more than {LARGEST // 2**20} MB; split it")
    if not content:
        return Skipped(source, "empty")
    for magic, what in MAGIC:
        if content.startswith(magic):
            return Skipped(source, f"not text: {what}")
    decoded = decode(content)
    if decoded is None:
        return Skipped(source, "not text: in none of the encodings UTF-8, UTF-16, GB18030, BIG5; save it as UTF-8")
    text, encoding = decoded
    text = lines_ended(text)
    if not text.strip():
        return Skipped(source, "empty: nothing but white space")
    if text.count("\n") > MOST_LINES:
        return Skipped(source, f"too large: {text.count(chr(10))} lines, at most {MOST_LINES} are read; split it")
    return Page(source, text, hashlib.sha256(content).hexdigest(), encoding, path.suffix.lower() in MARKDOWN)


def status(path: Path, size: int, sha256: str) -> str:
    """Say what became of a file since it was read: unchanged, changed, missing, or unreadable (there, but it cannot be looked into)."""
    try:
        now = path.stat()
        if not stat.S_ISREG(now.st_mode) or now.st_size != size:
            return "changed"
        with path.open("rb") as file:
            return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "changed"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"


def read_all(paths: Iterable[Path]) -> Iterator[tuple[Path, Page | Skipped]]:
    """Find and read what lies under *paths*, each page with the path of its file."""
    for found in find(paths):
        yield (Path(found.source), found) if isinstance(found, Skipped) else (found.path, read(found.path, found.source))


def missed(skipped: Skipped) -> bool:
    """Tell whether a page may be there that could not be read, rather than nothing: an empty file, another kind of file, an index."""
    return skipped.reason.startswith(MISSED)
