"""Find the files to read: folders are walked in the order of names, links are followed inside the folder, the rest is skipped by name.

    paths ──look──▶ Found (path, source, size, time)   to be read, unless it is known
              └───▶ Skipped (source, reason)

Only hidden files, those that Office keeps beside an open document, and folders that hold a qianli index are left out in silence: nobody
put these there to be searched.
The sidecar of a page (`000.txt.articles.json`) is read together with its page.
"""

from __future__ import annotations

import os
import stat
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from index.document import Page
from index.errors import BadInput, reason
from index.files.content import ABOUT_FOLDER, Skipped, no_file, unreadable
from index.files.reader import READERS, read
from index.messages import say

SIDECAR = ".articles.json"  # follows the name of a page: the file that says how a person wants the page read
ABOUT = {"README", "LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "CHANGELOG"}  # names of files about their folder
UNSEEN = (".", "~$")  # beginnings of names: hidden, and what Office leaves beside a document while it is open
INDEX_FILE = "passages.db"  # a folder with this file is an index and holds no pages


class File(NamedTuple):
    """A file to be read. *source* is the name that citations give it, with /: see `find`."""

    path: Path
    source: str


class Found(NamedTuple):
    """A file that was found, as it was then: *path* and *source* as File has them, *size* in bytes, *modified* in nanoseconds since 1970.

    *real* is the path without links. *accompanied*: whether a sidecar may lie beside it. Paths are strings: there may be 100,000 of them.
    """

    path: str
    source: str
    real: str
    size: int
    modified: int
    accompanied: bool


def find(paths: Iterable[Path], prefixes: Mapping[Path, str] | None = None) -> Iterator[File | Skipped]:
    """Yield the files under *paths*, as `look` does."""
    for file in look(paths, prefixes):
        yield file if isinstance(file, Skipped) else File(Path(file.path), file.source)


def look(paths: Iterable[Path], prefixes: Mapping[Path, str] | None = None) -> Iterator[Found | Skipped]:
    """Yield the files under *paths* in the order given, each folder sorted by name. A file named itself is read whatever its suffix.

    Names of files are relative to the path that was given. *prefixes* says of some folders what stands before the names of the files in
    them, as `2024/`, and of files that were named themselves what stands before their names.
    Raises BadInput if one of *paths* does not exist or cannot be opened at all.
    """
    seen: set[str] = set()  # real paths: a file that lies under two of the paths comes once
    for path in map(Path, paths):
        for file in _given(path, {str(folder): prefix for folder, prefix in (prefixes or {}).items()}):
            if isinstance(file, Found):
                if file.real in seen:
                    continue
                seen.add(file.real)
            yield file


def read_all(paths: Iterable[Path]) -> Iterator[tuple[Path, Page | Skipped]]:
    """Find and read the pages under *paths*; yield each with the path of its file."""
    for file in find(paths):
        yield (Path(file.source), file) if isinstance(file, Skipped) else (file.path, read(file.path, file.source))


def _given(path: Path, prefixes: Mapping[str, str]) -> Iterator[Found | Skipped]:
    """Yield the files that lie at a *path* named by the user."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise BadInput("{path}: {reason}; name a file or a folder that can be read", path=path, reason=reason(error)) from None
    if not stat.S_ISDIR(mode):
        prefix = prefixes.get(str(path), "")
        path = _page_of(path) or path  # a sidecar stands for its page
        source = prefix + clean(path.name)
        try:
            yield _file(str(path), source, os.path.realpath(path), path.stat(), accompanied=True, named=True)
        except OSError as error:
            yield unreadable(source, error)
        return
    if _is_index(str(path)):
        name = prefixes.get(str(path), "").rstrip("/") or clean(path.name or str(path))
        yield Skipped(name, say("a qianli index, no pages; name the folder with the pages"))
        return
    try:
        os.scandir(path).close()
    except OSError as error:
        raise BadInput("{path}: {reason}; name a folder that can be read", path=path, reason=reason(error)) from None
    yield from _walk(str(path), prefixes)


class _Folder(NamedTuple):
    """A folder to be walked: *real* is its real path, *way* the stretches of real folders that led to it, with a link between each two."""

    path: str
    prefix: str
    real: str
    way: tuple[tuple[str, str], ...]


def _walk(top: str, prefixes: Mapping[str, str]) -> Iterator[Found | Skipped]:
    """Yield the files in *top*, each folder sorted by name. No recursion: folders may be nested deeper than Python's stack."""
    root = os.path.realpath(top)
    waiting: list[_Folder | Found | Skipped] = [_Folder(top, prefixes.get(top, ""), root, ((root, root),))]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, _Folder):
            entry = entry._replace(prefix=prefixes.get(entry.path, entry.prefix))
            waiting.extend(reversed([*_entries(entry, root)]))
        else:
            yield entry


def _entries(folder: _Folder, root: str) -> Iterator[_Folder | Found | Skipped]:
    """Yield the entries of one folder, sorted by name."""
    try:
        with os.scandir(folder.path) as scanned:
            entries = sorted(scanned, key=lambda entry: _composed(entry.name))
    except OSError as error:
        yield unreadable(folder.prefix.rstrip("/"), error)
        return
    names = {entry.name for entry in entries}
    accompanied = any(name.lower().endswith(SIDECAR) for name in names)
    for entry in entries:
        if entry.name.startswith(UNSEEN) or (accompanied and _is_sidecar(entry, names)):
            continue
        source = folder.prefix + clean(entry.name)
        try:
            kind = _entry(entry, source, folder, root, accompanied)
        except OSError as error:
            kind = unreadable(source, error)
        if kind:
            yield kind


def _entry(entry: os.DirEntry[str], source: str, folder: _Folder, root: str, accompanied: bool) -> _Folder | Found | Skipped | None:
    """Return what *entry* is, None if it is an index. Links are followed; a refused link is skipped. Raises OSError."""
    real, way = os.path.join(folder.real, entry.name), folder.way  # noqa: PTH118
    if entry.is_symlink():
        real = os.path.realpath(entry.path)
        refusal = _refused_link(real, root, way)
        if refusal:
            return Skipped(source, refusal)
        way = (*way, (real, real))
    status = os.stat(entry.path) if sys.platform == "win32" else entry.stat()  # noqa: PTH116  # Windows lists an old size for a while
    if not stat.S_ISDIR(status.st_mode):
        return _file(entry.path, source, real, status, accompanied, named=False)
    return None if _is_index(entry.path) else _Folder(entry.path, source + "/", real, (*way[:-1], (way[-1][0], real)))


def _is_sidecar(entry: os.DirEntry[str], names: set[str]) -> bool:
    """Whether *entry* is the sidecar of a page in the same folder, which has the files *names*."""
    page = entry.name.removesuffix(SIDECAR)
    return page != entry.name and page in names and not entry.is_dir() and _page_of(Path(entry.path)) is not None


def _page_of(path: Path) -> Path | None:
    """Return the page whose sidecar *path* is, None if it is no sidecar."""
    page = path.with_name(path.name.removesuffix(SIDECAR)) if path.name.endswith(SIDECAR) and path.name != SIDECAR else path
    return page if page != path and page.is_file() else None


def _is_index(folder: str) -> bool:
    return os.path.exists(f"{folder}/{INDEX_FILE}")  # noqa: PTH110  # False as well where the folder cannot be looked into


def _refused_link(real: str, root: str, way: tuple[tuple[str, str], ...]) -> str | None:
    """Return why a link to *real* is not followed, None if it is followed."""
    if not Path(real).exists():
        return say("a link that leads nowhere")
    if not _lies_in(real, root):
        return say("a link that leaves the folder; name its target as well to have it read")
    if any(_lies_in(real, top) and _lies_in(here, real) for top, here in way):
        return say("a link to a folder that it lies in")
    return None


def _lies_in(path: str, folder: str) -> bool:
    return os.path.commonpath([path, folder]) == folder


def _file(path: str, source: str, real: str, status: os.stat_result, accompanied: bool, named: bool) -> Found | Skipped:
    if not stat.S_ISREG(status.st_mode):
        return no_file(source)
    name = os.path.basename(path)  # noqa: PTH119
    if not named and name.upper() in ABOUT:
        return Skipped(source, say("about its folder, no page; name the file itself to have it read"), ABOUT_FOLDER)
    if not named and os.path.splitext(name)[1].lower() not in READERS:  # noqa: PTH122
        return Skipped(source, say("no text and no document by its suffix; name the file itself to have it read"))
    return Found(path, source, real, status.st_size, status.st_mtime_ns, accompanied)


def clean(name: str) -> str:
    """Return a file name as people read it: composed characters, and no bytes that could not be printed."""
    return name if name.isascii() else _composed(os.fsencode(name).decode("utf-8", "replace"))


def _composed(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)
