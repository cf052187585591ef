"""Find the source of a citation on the disk: its name and digest in, the page that lies there now out.

    source ──candidates──▶ files of this name ──digest──▶ the one with the cited digest, else the first ──▶ SourcePage

A citation names its source relative to a folder that was indexed. That folder is one that the user names, or the index remembers it.
Else the current folder, the folder of the results and the folders directly in them are tried. No file outside of these is opened.
Each page is read once, as long as it fits in memory.
"""

from __future__ import annotations

import os
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from index.corrections.sidecar import read_articles
from index.document import Citation, LineRange, Page, Span, Spot, stands_at
from index.engine.protocol import Index, Source
from index.errors import BadInput
from index.files.content import Skipped
from index.files.discover import clean
from index.files.reader import read
from index.messages import say
from index.passages import passages_of
from index.segmentation.articles import articles
from index.updating.folders import Folders
from search.verification.anchoring import PageWords
from search.verification.claims import is_file_of_results

MOST_CHARACTERS = 24 * 2**20  # of pages that are kept in memory; with their words they take about 300 MB
MOST_NAMES = 10_000  # names, and files, that are kept in memory
MOST_SPELLINGS = 20  # files that are looked at whose names read alike


class SourcePage:
    """A page as it lies on the disk now, with what is derived from it to check citations."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path

    @cached_property
    def words(self) -> PageWords:
        return PageWords(self.page.text)

    @cached_property
    def readings(self) -> dict[str, list[Citation]]:
        """The citations of the passages that are read out of this page today, by their text; with its sidecar and without it.

        Needed where a person put a passage together, and for parts of paragraphs that only the reader of pages can tell.
        """
        cited: dict[str, list[Citation]] = defaultdict(list)
        readings = [articles(self.page)]
        with suppress(BadInput):  # a sidecar that does not fit the page any more
            readings.append(read_articles(self.page, self.path))
        for passage in (passage for reading in readings for passage in passages_of(self.page, reading)):
            cited[passage.text].append(passage.citation)
        return cited

    def spot(self, spans: Sequence[Span]) -> Spot | None:
        """Return where *spans* of the text stand in the document; None for a text."""
        return Spot(0, *at.values()) if (at := stands_at(self.page, spans)) else None

    def spot_of(self, citation: Citation) -> Spot | None:
        """Return the spot of *citation*, None where this is the page of a text."""
        return citation.spot if self.page.reader else None

    def lines_from(self, spot: Spot) -> tuple[LineRange, ...]:
        """Return the lines of the page, the cell or the part of *spot*, and those of the page after it; all lines where it has none."""
        named = ("page", "sheet", "cell", "part")
        spots, text = self.page.spots, self.page.text
        own = [other.start for other in spots if all(getattr(other, name) == getattr(spot, name) for name in named)]
        if not own:
            return ((1, text.count("\n") + 1),)
        after = (other.start for other in spots if other.start > own[-1] and not (spot.page and other.page == spot.page + 1))
        end = next(after, len(text))
        return ((text.count("\n", 0, own[0]) + 1, text.count("\n", 0, end) + 1),)


class Sources:
    """Finds and reads the sources that citations name.

    *roots* are the folders to search, *known* the files that an index remembers. *below*: a source may also lie in a folder of a root.
    """

    def __init__(self, roots: Sequence[Path], known: Mapping[str, Source], below: bool = True) -> None:
        self._roots, self._known, self._below = roots, known, below
        self._paths: OrderedDict[str, list[Path]] = OrderedDict()
        self._pages: OrderedDict[Path, SourcePage | Skipped] = OrderedDict()
        self._characters = 0
        self._by_digest: dict[str, Source] | None = None

    def page(self, source: str, sha256: str) -> SourcePage | Skipped:
        """Return the page that *source* names; of several files the one with this digest, else the first that can be read.

        The file that the index itself read under this digest is taken where the index says: a copy elsewhere proves nothing.
        """
        known = self._known.get(source)
        if known is None and not self._candidates(source):  # a file of this name is what was cited, whatever else has its digest
            known = self._renamed(source, sha256)
        if known and known.sha256 == sha256:
            return self._read(known.path, source)
        others = [path for path in self._candidates(source) if not known or path != known.path]
        read = [self._read(path, source) for path in ([known.path] if known else []) + others]
        pages = [page for page in read if isinstance(page, SourcePage)]
        same = (page for page in pages if page.page.sha256 == sha256)
        return next(same, (pages or read or [Skipped(source, say("there is no such file"))])[0])

    def _renamed(self, source: str, sha256: str) -> Source | None:
        """Return the file that *source* named before it was moved: the one with its digest, else the only one whose name ends so."""
        if self._by_digest is None:
            self._by_digest = {file.sha256: file for file in self._known.values()}
        if sha256 in self._by_digest:
            return self._by_digest[sha256]
        ends = [file for name, file in self._known.items() if name.endswith(f"/{source}")]
        return ends[0] if len(ends) == 1 else None

    def _read(self, path: Path, source: str) -> SourcePage | Skipped:
        if path not in self._pages:
            page = read(path, source)
            self._pages[path] = SourcePage(page, path) if isinstance(page, Page) else page
            self._characters += _size(self._pages[path])
            while len(self._pages) > 1 and (len(self._pages) > MOST_NAMES or self._characters > MOST_CHARACTERS):
                self._characters -= _size(self._pages.popitem(last=False)[1])
        self._pages.move_to_end(path)
        return self._pages[path]

    def _candidates(self, source: str) -> list[Path]:
        if source not in self._paths:
            self._paths[source] = list(dict.fromkeys(self._under_roots(source)))
            if len(self._paths) > MOST_NAMES:
                self._paths.popitem(last=False)
        return self._paths[source]

    def _under_roots(self, source: str) -> Iterator[Path]:
        for root in self._roots:
            yield from _inside(root, source)
            if source.startswith(f"{clean(root.name)}/"):
                yield from _inside(root, source.removeprefix(f"{clean(root.name)}/"))
        if self._below:
            for folder in (folder for root in self._roots for folder in _folders(root)):
                yield from _inside(folder, source)


def open_sources(roots: Sequence[Path], results: Sequence[str], index: Index | None, near: bool = True) -> Sources:
    """Return the sources for claims of *results*: in the named *roots* alone, else where *index* read them and near the results.

    Not *near*: no other file is opened than those of *index*, whatever the claims name. Raise BadInput where a root is no folder.
    """
    for folder in roots:
        if not folder.is_dir():
            raise BadInput("{folder}: there is no such folder; name the folder that was indexed", folder=folder)
    beside = [Path.cwd(), *(Path(name).parent for name in results if name != "-" and is_file_of_results(name))]
    folders = [*dict.fromkeys(folder.absolute() for folder in roots or (beside if near else ()))]
    if roots or not index:
        return Sources(folders, {}, below=not roots)
    recorded = Folders.of(index)  # root and index may have moved together since the index was written
    return Sources(folders, {name: recorded.lies_now(file) for name, file in index.sources().items()})


def _size(page: SourcePage | Skipped) -> int:
    return len(page.page.text) if isinstance(page, SourcePage) else 0


def _inside(root: Path, source: str) -> Iterator[Path]:
    """Yield the files in *root* that *source* may name; a name that leads out of *root*, by `..`, from the top or over a link, has none."""
    top = os.path.realpath(root)
    for path in _named(root, source.removeprefix(f"{root.as_posix()}/").split("/")):
        real = os.path.realpath(path)
        if os.path.commonpath([top, real]) == top and not Path(real).is_dir():
            yield path


def _named(root: Path, parts: list[str]) -> list[Path]:
    """Return the paths below *root* whose names read like *parts*: a disk may write them in other characters (see `clean`)."""
    paths = [root]
    for part in parts:
        if part in ("", ".", "..") or any(mark in part for mark in ("\0", os.sep, os.altsep or os.sep)):
            return []
        paths = [below for path in paths for below in _children(path, part)][:MOST_SPELLINGS]
    return paths


def _children(folder: Path, name: str) -> list[Path]:
    try:
        if os.path.lexists(folder / name):
            return [folder / name]
        return [] if name.isascii() else [Path(entry.path) for entry in os.scandir(folder) if clean(entry.name) == name]
    except (OSError, ValueError):
        return []  # a name that is too long or that no file can have, or a folder that cannot be listed


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and not entry.name.startswith("."))
    except OSError:
        return []
