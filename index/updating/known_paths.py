"""The path under which an index knows a file, and a name for a file that it does not know."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from index.files.discover import clean


class KnownPaths:
    """The path under which the index holds a file: two paths lead to one file through a linked folder or `..`."""

    def __init__(self, paths: Collection[str]) -> None:
        self._paths = paths
        self._by_real_path: dict[str, str] = {}
        self._real_folder = cache(os.path.realpath)

    def __call__(self, path: str) -> str:
        if path in self._paths or not self._paths:
            return path
        if not self._by_real_path:
            self._by_real_path = {self._real(indexed): indexed for indexed in self._paths}
        return self._by_real_path.get(self._real(path), path)

    def _real(self, path: str) -> str:
        folder, name = os.path.split(path)
        return os.path.join(self._real_folder(folder), name)  # noqa: PTH118


def with_all_parents(paths: Iterable[Path]) -> set[Path]:
    """Return *paths* and all folders above them."""
    known: set[Path] = set()
    for path in paths:
        while path not in known:
            known.add(path)
            path = path.parent
    return known


def free_name(path: str, source: str, names: Collection[str]) -> str:
    """Return a name for the file at *path* that is not among *names*: *source*, or with more of its folders before it, or name~digest."""
    if source not in names:
        return source
    parts = [clean(part) for part in Path(path).parts[1:]]
    longer = ("/".join(parts[first:]) for first in reversed(range(len(parts))) if len(parts) - first > source.count("/") + 1)
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:6]
    return next((name for name in longer if name not in names), f"{source}~{digest}")
