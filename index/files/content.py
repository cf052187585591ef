"""The bytes of a file, or the reason why the file is skipped: nothing is left out in silence."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import NamedTuple

from index.errors import reason

LARGEST_FILE = 8 * 2**20  # bytes, two long novels; reading more takes more than ten seconds
UNREADABLE = "cannot be read"  # the reason begins so if the file or folder is there and may be readable another time
NO_FILE = "not a file that can be read (a device, a pipe or a socket)"
ABOUT_FOLDER = "about its folder, no page; name the file itself to have it read"  # README, LICENSE
MISSED = (UNREADABLE, "not text", "not a file", "too large")  # reasons that may hide a page that a person will miss


class Skipped(NamedTuple):
    """A file that was not read, by the name that citations would give it, and why."""

    source: str
    reason: str


def content_of(path: Path, source: str) -> bytes | Skipped:
    """Return the bytes of the file at *path*, at least one; at most LARGEST_FILE bytes are read."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            return Skipped(source, NO_FILE)
        if kind.st_size > LARGEST_FILE:
            return Skipped(source, f"too large: {kind.st_size / 2**20:.0f} MB, at most {LARGEST_FILE // 2**20} MB are read; split it")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        return Skipped(source, f"{UNREADABLE}: {reason(error)}")
    if len(content) > LARGEST_FILE:  # the file grew after its size was looked up
        return Skipped(source, f"too large: more than {LARGEST_FILE // 2**20} MB; split it")
    return content or Skipped(source, "empty")


def missed(skipped: Skipped) -> bool:
    """Whether the skipped file may hold a page; an empty file, a file of another kind and an index do not."""
    return skipped.reason.startswith(MISSED)


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
