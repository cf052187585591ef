"""The bytes of a file, or the reason why the file is skipped: nothing is left out in silence."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from index.documents.kinds import BEGINNINGS
from index.errors import reason
from index.messages import say

LARGEST_FILE = 8 * 2**20  # bytes of a text, two long novels; reading more takes more than ten seconds
LARGEST_DOCUMENT = 100 * 2**20  # bytes; most of a document are pictures and fonts, and its text is held to the limit of texts
LONGEST_BEGINNING = max(map(len, BEGINNINGS))  # bytes
UNREADABLE = "unreadable"  # the file or folder is there, and may be readable another time
UNSUITED = "unsuited"  # no file of text, or too large: it may hold a page that a person will miss
ABOUT_FOLDER = "about"  # README, LICENSE
NO_PAGE = "no page"  # empty, of another kind, an index: nobody will miss it


class Skipped(NamedTuple):
    """A file that was not read, by the name that citations would give it, and why: in words, and the *kind* for programs."""

    source: str
    reason: str
    kind: str = NO_PAGE


def content_of(path: Path, source: str) -> bytes | Skipped:
    """Return the bytes of the file at *path*, at least one: at most LARGEST_FILE, or LARGEST_DOCUMENT of what begins as a document."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return no_file(source)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read(LONGEST_BEGINNING)
            most = LARGEST_DOCUMENT if content.startswith(BEGINNINGS) else LARGEST_FILE
            if size > most:
                return _too_large(source, size, most)
            content += file.read(max(0, size + 1 - len(content)))
            if len(content) > size:  # the file grew, or has no size
                content += file.read(most + 1 - len(content))
    except OSError as error:
        return unreadable(source, error)
    if len(content) > most:  # the file grew after its size was looked up
        return _too_large(source, len(content), most)
    return content or Skipped(source, say("empty"))


def missed(skipped: Skipped) -> bool:
    """Whether the skipped file may hold a page; an empty file, a file of another kind and an index do not."""
    return skipped.kind in (UNREADABLE, UNSUITED)


def unreadable(source: str, error: OSError) -> Skipped:
    """Return the file or folder as skipped since the operating system refused it."""
    return Skipped(source, say("cannot be read: {reason}", reason=reason(error)), UNREADABLE)


def no_file(source: str) -> Skipped:
    """Return what lies there as skipped since it is no file."""
    return Skipped(source, say("not a file that can be read (a device, a pipe or a socket)"), UNSUITED)


def _too_large(source: str, size: int, most: int) -> Skipped:
    what = say("too large: {size} MB, at most {most} MB are read; split it", size=f"{size / 2**20:.1f}", most=most // 2**20)
    return Skipped(source, what, UNSUITED)


def status(path: Path, size: int, sha256: str) -> str:
    """Return what became of a file since it was read: unchanged, changed, missing or unreadable."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode) or kind.st_size != size:
            return "changed"
        with path.open("rb") as file:
            return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else "changed"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"
