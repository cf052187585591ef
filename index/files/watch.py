"""Watch files and folders: yield the paths to index anew whenever something below them changed, for `qianli index --watch`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.messages import say

SETTLED = 500  # milliseconds without a further change; saving many files gives one update
LATEST = 5000  # milliseconds from the first change to the update, whatever follows
POLL = 1.0  # seconds between two checks whether a path vanished or came back
FULL_LOOK = 600.0  # seconds; some network drives report no changes, so everything is looked at now and then

Present = dict[Path, tuple[int, int]]  # a path that exists -> its device and inode, by which a path that was exchanged is known


def changes(paths: Sequence[Path], index: Path, tell: Callable[[str], None]) -> Iterator[list[Path]]:
    """Yield those of *paths* that exist: at once, when the watch begins, and whenever something below them changed.

    Changes in the folder *index* do not count. A path that vanishes (a drive that was pulled out) is reported and waited for.
    Only KeyboardInterrupt ends the watch.
    """
    reported: set[Path] = set()
    while True:
        present = _present(paths)
        for path in paths:
            if path in present:
                reported.discard(path)
            elif path not in reported:
                reported.add(path)
                tell(say("{path} is not there now; its pages stay in the index until it is back", path=path))
        if present:
            yield list(present)
            yield from _while_present(paths, present, index)
        else:
            time.sleep(POLL)


def _while_present(paths: Sequence[Path], present: Present, index: Path) -> Iterator[list[Path]]:
    """Yield the *present* paths after each change, until one of *paths* vanishes, comes back or is exchanged."""
    from watchfiles import Change, watch

    def counts(change: Change, name: str) -> bool:
        path = Path(name)
        return path != index and index not in path.parents

    last_look = float("-inf")  # so the first round looks at everything: a file may have changed before the watch began
    poll = int(POLL * 1000)  # milliseconds
    try:
        for changed in watch(*present, watch_filter=counts, debounce=LATEST, step=SETTLED, rust_timeout=poll, yield_on_timeout=True):
            if _present(paths) != present:
                return
            if changed or time.monotonic() - last_look > FULL_LOOK:
                last_look = time.monotonic()
                yield list(present)
    except FileNotFoundError:
        return  # a path vanished before its watch began


def _present(paths: Sequence[Path]) -> Present:
    """Return the *paths* that exist."""
    present = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        present[path] = (status.st_dev, status.st_ino)
    return present
