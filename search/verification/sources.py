"""The source that a citation names to the page that lies there now, each file read once while there is room for it.

    source ──candidates──▶ files that may be it ──digest──▶ the one that is, else the first ──▶ Sheet

A citation gives a name relative to a folder that was indexed, so one must know the folder: those that were named, or what the index
remembers, or else the current folder, the folder of the results and the folders in them. Nothing outside of these is opened.
"""

from __future__ import annotations

import os
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from index.corrections.sidecar import read_articles
from index.document import Lines, Page
from index.engine.protocol import Source
from index.errors import BadInput
from index.files.discover import Skipped, clean
from index.files.reader import read
from index.passages import passages_of
from index.segmentation.articles import articles
from search.verification.anchoring import Words

ROOM = 24 * 2**20  # characters of pages that are kept; with their words about 300 MB
KNOWN = 10_000  # names, and files, that are kept
SPELLINGS = 20  # files whose names read alike that are looked at
GONE = "there is no such file"


class Sheet:
    """One page with what is made of it to check citations."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path

    @cached_property
    def words(self) -> Words:
        return Words(self.page.text)

    @cached_property
    def readings(self) -> dict[str, list[tuple[Lines, ...]]]:
        """The passages that are read out of this page today, by their text, as its sidecar says and without it; for what was put
        together by a person, and for pieces that only the reader can tell."""
        found: dict[str, list[tuple[Lines, ...]]] = defaultdict(list)
        readings = [articles(self.page)]
        with suppress(BadInput):  # a sidecar that does not fit the page any more
            readings.append(read_articles(self.page, self.path))
        for passage in (passage for reading in readings for passage in passages_of(self.page, reading)):
            found[passage.text].append(passage.citation.lines)
        return found


class Sources:
    """Finds and reads what citations name. *roots* are folders, *known* what an index remembers of its sources; *below*: a name may
    also be one in a folder of a root."""

    def __init__(self, roots: Sequence[Path], known: Mapping[str, Source], below: bool = True) -> None:
        self._roots, self._known, self._below = roots, known, below
        self._found: OrderedDict[str, list[Path]] = OrderedDict()
        self._sheets: OrderedDict[Path, Sheet | Skipped] = OrderedDict()
        self._size = 0

    def sheet(self, source: str, sha256: str) -> Sheet | Skipped:
        """Return the page that *source* names: of several the one with this digest, else the first that can be read. What the index
        itself read under this digest lies where the index says, and a copy elsewhere proves nothing."""
        known = self._known.get(source)
        if known and known.sha256 == sha256:
            return self._sheet(known.path, source)
        others = [path for path in self._candidates(source) if not known or path != known.path]
        read = [self._sheet(path, source) for path in ([known.path] if known else []) + others]
        sheets = [sheet for sheet in read if isinstance(sheet, Sheet)]
        same = (sheet for sheet in sheets if sheet.page.sha256 == sha256)
        return next(same, (sheets or read or [Skipped(source, GONE)])[0])

    def _sheet(self, path: Path, source: str) -> Sheet | Skipped:
        if path not in self._sheets:
            page = read(path, source)
            self._sheets[path] = Sheet(page, path) if isinstance(page, Page) else page
            self._size += _size(self._sheets[path])
            while len(self._sheets) > 1 and (len(self._sheets) > KNOWN or self._size > ROOM):
                self._size -= _size(self._sheets.popitem(last=False)[1])
        self._sheets.move_to_end(path)
        return self._sheets[path]

    def _candidates(self, source: str) -> list[Path]:
        if source not in self._found:
            self._found[source] = list(dict.fromkeys(self._under_roots(source)))
            if len(self._found) > KNOWN:
                self._found.popitem(last=False)
        return self._found[source]

    def _under_roots(self, source: str) -> Iterator[Path]:
        for root in self._roots:
            yield from _inside(root, source)
            if source.startswith(f"{clean(root.name)}/"):
                yield from _inside(root, source.removeprefix(f"{clean(root.name)}/"))
        if self._below:
            for folder in (folder for root in self._roots for folder in _folders(root)):
                yield from _inside(folder, source)


def _size(sheet: Sheet | Skipped) -> int:
    return len(sheet.page.text) if isinstance(sheet, Sheet) else 0


def _inside(root: Path, source: str) -> Iterator[Path]:
    """Yield the files in *root* that *source* may name. What leads out of it, by `..`, from the top or over a link, is none."""
    top = os.path.realpath(root)
    for path in _named(root, source.removeprefix(f"{root.as_posix()}/").split("/")):
        real = os.path.realpath(path)
        if os.path.commonpath([top, real]) == top and not Path(real).is_dir():
            yield path


def _named(root: Path, parts: list[str]) -> list[Path]:
    """Return the paths below *root* whose names read like *parts*: on the disk they may be written in other characters (see `clean`)."""
    paths = [root]
    for part in parts:
        if part in ("", ".", "..") or any(mark in part for mark in ("\0", os.sep, os.altsep or os.sep)):
            return []
        paths = [below for path in paths for below in _children(path, part)][:SPELLINGS]
    return paths


def _children(folder: Path, name: str) -> list[Path]:
    try:
        if os.path.lexists(folder / name):
            return [folder / name]
        return [] if name.isascii() else [Path(entry.path) for entry in os.scandir(folder) if clean(entry.name) == name]
    except (OSError, ValueError):
        return []  # a name too long for a file or no name at all, a folder that cannot be looked into


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return []
