"""Paths to the files to read: folders are walked in order of names, links are followed inside the folder, the rest is skipped by name.

Only hidden files and folders that hold a qianli index are passed over in silence, since the user did not put them there to be searched.
The sidecar of a page (`000.txt.articles.json`) is read with its page.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from index.errors import BadInput, reason

MARKDOWN = (".md", ".markdown")
SUFFIXES = (".txt", ".text", *MARKDOWN)
SIDECAR = ".articles.json"  # after the name of a page: how a person wants it read
INDEX_FILE = "passages.db"  # a folder with this file is an index, not pages
UNREADABLE = "cannot be read"  # how the reason begins where a file or folder is there and may be read another time
NO_FILE = "not a file that can be read (a device, a pipe or a socket)"


class Skipped(NamedTuple):
    source: str
    reason: str


class File(NamedTuple):
    path: Path
    source: str  # the name that citations give: relative to the folder that was asked for, with /


def find(paths: Iterable[Path]) -> Iterator[File | Skipped]:
    """Walk *paths* in the order given, each folder sorted by name. A file that is given by name is read whatever its suffix.

    Raises BadInput where one of *paths* is not there or cannot be opened at all.
    """
    seen: set[str] = set()  # where files really lie: a file that two of the paths hold comes once
    for path in map(Path, paths):
        for found in _given(path):
            if isinstance(found, File):
                real = os.path.realpath(found.path)
                if real in seen:
                    continue
                seen.add(real)
            yield found


def _given(path: Path) -> Iterator[File | Skipped]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise BadInput(f"{path}: {reason(error)}; name a file or a folder that can be read") from None
    if not stat.S_ISDIR(mode):
        path = _page_of(path) or path  # who names a sidecar means its page
        yield _file(path, clean(path.name), mode, named=True)
        return
    if _is_index(path):
        yield Skipped(clean(path.name or str(path)), "a qianli index, no pages; name the folder with the pages")
        return
    try:
        os.scandir(path).close()
    except OSError as error:
        raise BadInput(f"{path}: {reason(error)}; name a folder that can be read") from None
    yield from _walk(path)


class _Folder(NamedTuple):
    """A folder on the way down: *real* is where it really lies, *way* the stretches of real folders that led to it, links between."""

    path: Path
    prefix: str
    real: str
    way: tuple[tuple[str, str], ...]


def _walk(top: Path) -> Iterator[File | Skipped]:
    """Yield what lies in *top*, each folder sorted by name; without recursion, since folders may be deeper than Python's stack."""
    root = os.path.realpath(top)
    waiting: list[_Folder | File | Skipped] = [_Folder(top, "", root, ((root, root),))]
    while waiting:
        found = waiting.pop()
        if isinstance(found, _Folder):
            waiting.extend(reversed([*_entries(found, root)]))
        else:
            yield found


def _entries(folder: _Folder, root: str) -> Iterator[_Folder | File | Skipped]:
    try:
        with os.scandir(folder.path) as scanned:
            entries = sorted(scanned, key=lambda entry: unicodedata.normalize("NFC", entry.name))
    except OSError as error:
        yield Skipped(folder.prefix.rstrip("/"), f"{UNREADABLE}: {reason(error)}")
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        beside = entry.name.removesuffix(SIDECAR)
        if entry.name.startswith(".") or (beside != entry.name and beside in names and not entry.is_dir() and _page_of(Path(entry.path))):
            continue
        path, source, real, way = Path(entry.path), folder.prefix + clean(entry.name), f"{folder.real}/{entry.name}", folder.way
        try:
            if entry.is_symlink():
                real = os.path.realpath(path)
                refused = _link(real, root, way)
                if refused:
                    yield Skipped(source, refused)
                    continue
                way = (*way, (real, real))
            mode = path.stat().st_mode
        except OSError as error:
            yield Skipped(source, f"{UNREADABLE}: {reason(error)}")
            continue
        if not stat.S_ISDIR(mode):
            yield _file(path, source, mode, named=False)
        elif not _is_index(path):
            yield _Folder(path, source + "/", real, (*way[:-1], (way[-1][0], real)))


def _page_of(path: Path) -> Path | None:
    """Return the page that *path* is the sidecar of, if it is one."""
    page = path.with_name(path.name.removesuffix(SIDECAR)) if path.name.endswith(SIDECAR) and path.name != SIDECAR else path
    return page if page != path and page.is_file() else None


def _is_index(folder: Path) -> bool:
    try:
        return (folder / INDEX_FILE).exists()
    except OSError:
        return False  # what cannot be looked into is said so when it is read


def _link(real: str, root: str, way: tuple[tuple[str, str], ...]) -> str | None:
    """Return why a link to *real* is not followed, or None where it is."""
    if not Path(real).exists():
        return "a link that leads nowhere"
    if not _lies_in(real, root):
        return "a link that leaves the folder; name its target as well to have it read"
    return "a link to a folder that it lies in" if any(_lies_in(real, top) and _lies_in(here, real) for top, here in way) else None


def _lies_in(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _file(path: Path, source: str, mode: int, named: bool) -> File | Skipped:
    if not stat.S_ISREG(mode):
        return Skipped(source, NO_FILE)
    if not named and path.suffix.lower() not in SUFFIXES:
        return Skipped(source, f"not one of {', '.join(SUFFIXES)}; name the file itself to have it read")
    return File(path, source)


def clean(name: str) -> str:
    """A name as people read it: composed characters, and no bytes that could not be printed."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
