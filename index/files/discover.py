"""Find the files to read: folders are walked in the order of names, links are followed inside the folder, the rest is skipped by name.

    paths ──find──▶ File (path, source)   to be read
              └───▶ Skipped (source, reason)

Only hidden files, those that Office keeps beside an open document, and folders that hold a qianli index are left out in silence: nobody
put these there to be searched.
The sidecar of a page (`000.txt.articles.json`) is read together with its page.
"""

from __future__ import annotations

import os
import stat
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


def find(paths: Iterable[Path], prefixes: Mapping[Path, str] | None = None) -> Iterator[File | Skipped]:
    """Yield the files under *paths* in the order given, each folder sorted by name. A file named itself is read whatever its suffix.

    Names of files are relative to the path that was given. *prefixes* says of some folders what stands before the names of the files in
    them, as `2024/`, and of files that were named themselves what stands before their names.
    Raises BadInput if one of *paths* does not exist or cannot be opened at all.
    """
    seen: set[str] = set()  # real paths: a file that lies under two of the paths comes once
    for path in map(Path, paths):
        for file in _given(path, prefixes or {}):
            if isinstance(file, File):
                real = os.path.realpath(file.path)
                if real in seen:
                    continue
                seen.add(real)
            yield file


def read_all(paths: Iterable[Path]) -> Iterator[tuple[Path, Page | Skipped]]:
    """Find and read the pages under *paths*; yield each with the path of its file."""
    for file in find(paths):
        yield (Path(file.source), file) if isinstance(file, Skipped) else (file.path, read(file.path, file.source))


def _given(path: Path, prefixes: Mapping[Path, str]) -> Iterator[File | Skipped]:
    """Yield the files that lie at a *path* named by the user."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise BadInput("{path}: {reason}; name a file or a folder that can be read", path=path, reason=reason(error)) from None
    if not stat.S_ISDIR(mode):
        prefix = prefixes.get(path, "")
        path = _page_of(path) or path  # a sidecar stands for its page
        yield _file(path, prefix + clean(path.name), mode, named=True)
        return
    if _is_index(path):
        name = prefixes.get(path, "").rstrip("/") or clean(path.name or str(path))
        yield Skipped(name, say("a qianli index, no pages; name the folder with the pages"))
        return
    try:
        os.scandir(path).close()
    except OSError as error:
        raise BadInput("{path}: {reason}; name a folder that can be read", path=path, reason=reason(error)) from None
    yield from _walk(path, prefixes)


class _Folder(NamedTuple):
    """A folder to be walked: *real* is its real path, *way* the stretches of real folders that led to it, with a link between each two."""

    path: Path
    prefix: str
    real: str
    way: tuple[tuple[str, str], ...]


def _walk(top: Path, prefixes: Mapping[Path, str]) -> Iterator[File | Skipped]:
    """Yield the files in *top*, each folder sorted by name. No recursion: folders may be nested deeper than Python's stack."""
    root = os.path.realpath(top)
    waiting: list[_Folder | File | Skipped] = [_Folder(top, prefixes.get(top, ""), root, ((root, root),))]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, _Folder):
            entry = entry._replace(prefix=prefixes.get(entry.path, entry.prefix))
            waiting.extend(reversed([*_entries(entry, root)]))
        else:
            yield entry


def _entries(folder: _Folder, root: str) -> Iterator[_Folder | File | Skipped]:
    """Yield the entries of one folder, sorted by name."""
    try:
        with os.scandir(folder.path) as scanned:
            entries = sorted(scanned, key=lambda entry: unicodedata.normalize("NFC", entry.name))
    except OSError as error:
        yield unreadable(folder.prefix.rstrip("/"), error)
        return
    names = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith(UNSEEN) or _is_sidecar(entry, names):
            continue
        source = folder.prefix + clean(entry.name)
        try:
            kind = _entry(entry, source, folder, root)
        except OSError as error:
            kind = unreadable(source, error)
        if kind:
            yield kind


def _entry(entry: os.DirEntry[str], source: str, folder: _Folder, root: str) -> _Folder | File | Skipped | None:
    """Return what *entry* is, None if it is an index. Links are followed; a refused link is skipped. Raises OSError."""
    path, real, way = Path(entry.path), f"{folder.real}/{entry.name}", folder.way
    if entry.is_symlink():
        real = os.path.realpath(path)
        refusal = _refused_link(real, root, way)
        if refusal:
            return Skipped(source, refusal)
        way = (*way, (real, real))
    mode = path.stat().st_mode
    if not stat.S_ISDIR(mode):
        return _file(path, source, mode, named=False)
    return None if _is_index(path) else _Folder(path, source + "/", real, (*way[:-1], (way[-1][0], real)))


def _is_sidecar(entry: os.DirEntry[str], names: set[str]) -> bool:
    """Whether *entry* is the sidecar of a page in the same folder, which has the files *names*."""
    page = entry.name.removesuffix(SIDECAR)
    return page != entry.name and page in names and not entry.is_dir() and _page_of(Path(entry.path)) is not None


def _page_of(path: Path) -> Path | None:
    """Return the page whose sidecar *path* is, None if it is no sidecar."""
    page = path.with_name(path.name.removesuffix(SIDECAR)) if path.name.endswith(SIDECAR) and path.name != SIDECAR else path
    return page if page != path and page.is_file() else None


def _is_index(folder: Path) -> bool:
    try:
        return (folder / INDEX_FILE).exists()
    except OSError:
        return False  # the folder cannot be looked into, which is reported when it is read


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


def _file(path: Path, source: str, mode: int, named: bool) -> File | Skipped:
    if not stat.S_ISREG(mode):
        return no_file(source)
    if not named and path.name.upper() in ABOUT:
        return Skipped(source, say("about its folder, no page; name the file itself to have it read"), ABOUT_FOLDER)
    if not named and path.suffix.lower() not in READERS:
        return Skipped(source, say("no text and no document by its suffix; name the file itself to have it read"))
    return File(path, source)


def clean(name: str) -> str:
    """Return a file name as people read it: composed characters, and no bytes that could not be printed."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
