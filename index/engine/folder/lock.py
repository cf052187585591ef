"""One writer at a time. It is an operating-system lock: a process that died holds nothing.

lock          held by the writer
writer.json   who that is, for whoever must wait: of meaning only while the lock is held
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import BadInput, Busy

LOCK, WRITER = "lock", "writer.json"

Tell = Callable[[str], None]


@contextmanager
def locked(place: Path, wait: float = 0.0, tell: Tell = lambda line: None) -> Iterator[None]:
    """Be the one writer of *place*. While another one is, wait *wait* seconds at most, after telling who it is; then raise Busy."""
    from filelock import FileLock, Timeout

    lock = FileLock(place / LOCK)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait > 0:
                tell(f"waiting for {writer_of(place)}, at most {wait:.0f} s")
            lock.acquire(timeout=wait)
    except Timeout:
        raise Busy(f"{writer_of(place)}; try again when it is done") from None
    except OSError as error:
        raise BadInput(f"the index in {place} cannot be written: {error.strerror}; make it writable, or name another --index") from error
    try:
        with suppress(OSError):  # to know who writes is a courtesy
            _sign(place)
        yield
    finally:
        with suppress(OSError):
            (place / WRITER).unlink()
        with suppress(OSError):
            lock.release()


@contextmanager
def unwritten(place: Path) -> Iterator[bool]:
    """Keep writers out for a moment, and say True; False while there is one. Readers may do this side by side."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield False
        return
    try:
        handle = (place / LOCK).open("rb")
    except OSError:
        yield not (place / LOCK).exists()  # a copy of an index, where nobody ever wrote
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            free = True
        except OSError:
            free = False
        yield free


def writer_of(place: Path) -> str:
    """Say who writes the index in *place*: `process 4711 on desk-3, which writes the index in .qianli since 09:41:07`."""
    try:
        who = json.loads((place / WRITER).read_text("utf-8"))
        since = time.strftime("%H:%M:%S", time.localtime(float(who["since"])))
        host = "".join(c for c in str(who["host"])[:64] if c.isprintable())
        return f"process {int(who['pid'])} on {host}, which writes the index in {place} since {since}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"another process, which has locked the index in {place}"


def _sign(place: Path) -> None:
    who = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
    (place / WRITER).write_text(json.dumps(who), "utf-8")
