"""Files that are gone: were they moved, deleted, or is their folder not there at the moment (a share that is not connected)?

A file is taken for moved where a file of the same digest came and the old path is dead. If a whole folder moved, what was edited on the
way, and what was deleted, is known by the pages that moved with it.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from index.engine.protocol import Source, Stamp
from index.messages import counted, say

LEAST_LOST = 10  # pages of a folder; of fewer pages, people delete half
MOST_LOST = 0.5  # share of the pages of a folder that may be gone before a person is asked


class Below:
    """Whether a path is one of some paths, or lies below one of them. Each folder is looked up once, whatever the number of paths."""

    def __init__(self, tops: Iterable[Path]) -> None:
        self._known = {str(top): True for top in tops}

    def __call__(self, path: Path | str) -> bool:
        name, climbed = str(path), []
        while (known := self._known.get(name)) is None:
            climbed.append(name)
            above = os.path.dirname(name)  # noqa: PTH120  # strings: a path object for every folder of every file is slow
            if above == name:
                known = False
                break
            name = above
        self._known.update(dict.fromkeys(climbed[1:], known))  # folders; files are not asked for twice
        return known


class Departed:
    """The indexed files whose path is dead, by digest: those that a new file may have been before it was moved."""

    def __init__(self, files: Iterable[Stamp]) -> None:
        self._by_digest: defaultdict[str, list[Stamp]] = defaultdict(list)
        for file in files:
            self._by_digest[file.sha256].append(file)

    def take(self, sha256: str, path: Path) -> Stamp | None:
        """Return, once, a dead file with this digest, of several the one whose path ends most like *path*; None where none is dead."""
        dead = [file for file in self._by_digest.get(sha256, ()) if not os.path.lexists(file.path)]
        if not dead:
            return None
        former = max(dead, key=lambda file: len(_common_end(Path(file.path), path)))
        self._by_digest[sha256].remove(former)
        return former


def moved_folders(moves: Iterable[tuple[Path, Path]]) -> dict[Path, tuple[Path, int]]:
    """Return for each folder that is gone with its files where most of these went, and how many.

    *moves* are the old and new paths of files.
    """
    ways: Counter[tuple[Path, Path]] = Counter()
    for old, new in moves:
        depth = len(_common_end(old, new))
        if depth:  # else the file was renamed
            ways[old.parents[depth - 1], new.parents[depth - 1]] += 1
    folders: dict[Path, tuple[Path, int]] = {}
    for (old, new), count in ways.most_common():
        if old not in folders and not os.path.lexists(old):
            folders[old] = new, count
    return folders


def followers(
    folders: Mapping[Path, tuple[Path, int]], left: Sequence[Source], arrived: Collection[Path]
) -> Iterator[tuple[Source, Path | None]]:
    """Yield the files *left* in moved *folders*, each with the new file that it became, None where it was deleted.

    Nothing is known of the files that did not come along where fewer came than stayed away.
    """
    by_folder: defaultdict[Path, list[tuple[Source, Path | None]]] = defaultdict(list)
    for file in left:
        top = next((parent for parent in file.path.parents if parent in folders), None)
        if top is not None:
            path = folders[top][0] / file.path.relative_to(top)
            by_folder[top].append((file, path if path in arrived else None))
    for top, files in by_folder.items():
        deleted = sum(path is None for _, path in files)
        came = folders[top][1] + len(files) - deleted
        yield from (pair for pair in files if pair[1] is not None or deleted <= came)


def doubtful_loss(tops: Sequence[Path], indexed: Iterable[Path], gone: Sequence[Path]) -> str | None:
    """Return a line on a folder whose pages cannot be believed to be deleted, None where there is none.

    *tops* were named to be indexed, *indexed* are the paths of the pages in them, *gone* those of them that are dead and did not move.
    """
    named = {str(top) for top in tops}
    named |= {str(path.parent) for path in gone if str(path) in named}  # of files that were named themselves
    lost: Counter[str] = Counter(folder for path in gone for folder in _folders(path, named))
    held: Counter[str] = Counter(folder for path in indexed for folder in _folders(path, named) if folder in lost)
    doubts = (_doubt(folder, lost[folder], held[folder], folder in named) for folder in sorted(lost, key=len))
    return next((doubt for doubt in doubts if doubt), None)


def _doubt(folder: str, lost: int, held: int, is_named: bool) -> str | None:
    """Return a line that asks what happened to *folder*, where *lost* of the *held* pages are gone; None where nothing is strange."""
    remedy = say("connect the share, or index the new place; to take these pages out of the index, give --prune")
    if not Path(folder).is_dir():
        if not is_named:
            return None  # deleted as a whole, and what holds it is there
        what = counted(held, "{folder} is not there, and held {count} page", "{folder} is not there, and held {count} pages", folder=folder)
    elif _is_empty(folder):
        what = counted(held, "{folder} is empty, and held {count} page", "{folder} is empty, and held {count} pages", folder=folder)
    elif held >= LEAST_LOST and lost > held * MOST_LOST:
        what = say("{lost} of the {held} pages in {folder} are gone", lost=lost, held=held, folder=folder)
    else:
        return None
    return say("{what}; nothing was changed: {remedy}", what=what, remedy=remedy)


def _folders(path: Path, named: Collection[str]) -> Iterator[str]:
    """Yield the folders of *path* up to the outermost that was *named*."""
    parents = [str(parent) for parent in path.parents]
    last = max((place for place, parent in enumerate(parents) if parent in named), default=-1)
    yield from parents[: last + 1]


def _is_empty(folder: str) -> bool:
    """Whether there is nothing in *folder* that people see."""
    try:
        with os.scandir(folder) as entries:
            return all(entry.name.startswith(".") for entry in entries)
    except OSError:
        return False  # what cannot be looked into is reported as such, and keeps its pages


def _common_end(path: Path, other: Path) -> Sequence[str]:
    """Return the last parts that two paths have in common, the last one first."""
    ends = []
    for part, same in zip(reversed(path.parts), reversed(other.parts), strict=False):
        if part != same:
            break
        ends.append(part)
    return ends
