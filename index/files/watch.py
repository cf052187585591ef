"""Folders and files to a signal whenever something below them changed: for `qianli index --watch`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

SETTLED = 500  # milliseconds without a further change: who saves many files wants one update
LATEST = 5000  # milliseconds after the first change, whatever follows
LOOK = 1.0  # seconds between two looks whether a path went or came back
AGAIN = 600.0  # seconds; some network drives report nothing, so look at everything now and then


def changes(paths: Sequence[Path], place: Path, tell: Callable[[str], None]) -> Iterator[list[Path]]:
    """Yield those of *paths* that are there: at once, as soon as they are watched, and whenever something below them changed, but for
    *place*, which is the index.

    A path that vanishes (a drive that is pulled out) is told and waited for. It ends with KeyboardInterrupt only.
    """
    told: set[Path] = set()
    while True:
        standing = _standing(paths)
        for path in paths:
            if path in standing:
                told.discard(path)
            elif path not in told:
                told.add(path)
                tell(f"{path} is not there now; its pages stay in the index until it is back")
        if standing:
            yield list(standing)
            yield from _while_standing(paths, standing, place)
        else:
            time.sleep(LOOK)


def _while_standing(paths: Sequence[Path], standing: dict[Path, tuple[int, int]], place: Path) -> Iterator[list[Path]]:
    from watchfiles import Change, watch

    def matters(change: Change, name: str) -> bool:
        path = Path(name)
        return path != place and place not in path.parents

    looked = float("-inf")  # once the watch stands, look again: something may have changed since the look before it
    look = int(LOOK * 1000)
    try:
        for found in watch(*standing, watch_filter=matters, debounce=LATEST, step=SETTLED, rust_timeout=look, yield_on_timeout=True):
            if _standing(paths) != standing:
                return
            if found or time.monotonic() - looked > AGAIN:
                looked = time.monotonic()
                yield list(standing)
    except FileNotFoundError:
        return  # it went between the look and the watch


def _standing(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return the paths that are there, each with what tells it from another one that took its name."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_dev, status.st_ino)
    return found
