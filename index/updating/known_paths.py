"""The path under which an index knows a file, and a name for a file that it does not know."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from functools import cache
from itertools import chain
from pathlib import Path

from index.files.discover import File, clean


class KnownPaths:
    """The path under which the index holds a file: two paths lead to one file through a linked folder or `..`."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = {path: path for path in paths}  # the same object is found sooner in other sets than an equal one
        self._by_real_path: dict[Path, Path] = {}
        self._real_folder = cache(os.path.realpath)

    def __call__(self, path: Path) -> Path:
        known = self._paths.get(path)
        if known is not None or not self._paths:
            return known or path
        if not self._by_real_path:
            self._by_real_path = {self._real(indexed): indexed for indexed in self._paths}
        return self._by_real_path.get(self._real(path), path)

    def _real(self, path: Path) -> Path:
        return Path(self._real_folder(path.parent), path.name)


def with_all_parents(paths: Iterable[Path]) -> set[Path]:
    """Return *paths* and all folders above them."""
    known: set[Path] = set()
    for path in paths:
        while path not in known:
            known.add(path)
            path = path.parent
    return known


def free_name(file: File, names: Collection[str]) -> str:
    """Return a source name that is not among *names*: the name as found, or with more of its folders before it, or name~digest."""
    parts = [clean(part) for part in file.path.parts[1:]]
    longer = ("/".join(parts[first:]) for first in reversed(range(len(parts))) if len(parts) - first > file.source.count("/") + 1)
    digest = hashlib.sha256(os.fsencode(file.path)).hexdigest()[:6]
    return next((name for name in chain([file.source], longer) if name not in names), f"{file.source}~{digest}")
