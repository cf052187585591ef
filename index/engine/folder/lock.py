"""One writer at a time, and files that are being read: by locks of the operating system, which a process that died does not hold.

lock          held by the writer
writer.json   who the writer is, for those who wait; it says nothing while nobody holds the lock

The only file that knows fcntl. Windows has no locks on open files; there an open file cannot be removed anyway, and a writer is known by
its lock file alone.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from index.engine.protocol import Tell, silent
from index.errors import BadInput, Busy, reason
from index.messages import say

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK, WRITER = "lock", "writer.json"


@contextmanager
def locked(folder: Path, wait: float = 0.0, tell: Tell = silent) -> Iterator[None]:
    """Hold the writer's lock of *folder*. While another process holds it, *tell* who, and wait at most *wait* seconds; then raise Busy."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if wait > 0:
                tell(say("waiting for {writer}, at most {wait:.0f} s", writer=writer_of(folder), wait=wait))
            lock.acquire(timeout=wait)
    except Timeout:
        raise Busy("{writer}; try again when it is done", writer=writer_of(folder)) from None
    except OSError as error:
        raise BadInput(
            "the index in {folder} cannot be written: {why}; make it writable, or name another --index",
            folder=folder,
            why=reason(error),
        ) from error
    try:
        with suppress(OSError):  # the lock holds without a name on it
            _sign(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / WRITER).unlink()
        with suppress(OSError):
            lock.release()


@contextmanager
def writers_kept_out(folder: Path) -> Iterator[bool]:
    """Keep writers out while the block runs; yield False where a writer is at work. Several readers may do this at once."""
    try:
        handle = (folder / LOCK).open("rb")
    except OSError:
        yield not (folder / LOCK).exists()  # a copy of an index, where nobody ever wrote
        return
    with handle:
        yield locked_shared(handle)


def writer_of(folder: Path) -> str:
    """Return who writes the index in *folder*: `process 4711 on desk-3, which writes the index in .qianli since 09:41:07`."""
    try:
        who = json.loads((folder / WRITER).read_text("utf-8"))
        since = time.strftime("%H:%M:%S", time.localtime(float(who["since"])))
        host = "".join(c for c in str(who["host"])[:64] if c.isprintable())
        process = int(who["pid"])
        return say(
            "process {process} on {host}, which writes the index in {folder} since {since}",
            process=process,
            host=host,
            folder=folder,
            since=since,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return say("another process, which has locked the index in {folder}", folder=folder)


def _sign(folder: Path) -> None:
    who = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
    (folder / WRITER).write_text(json.dumps(who), "utf-8")


def lock_shared(file: IO[Any]) -> None:
    """Mark *file* as being read, until it is closed; wait where somebody has it alone."""
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_SH)


def locked_shared(file: IO[Any]) -> bool:
    """Mark *file* as being read, without waiting; False where somebody has it alone, or where such locks do not exist."""
    return bool(fcntl) and _locked(file, fcntl.LOCK_SH)


def locked_alone(file: IO[Any]) -> bool:
    """Take *file* alone, without waiting; False where somebody reads it. Where such locks do not exist nobody is known to read: True."""
    return not fcntl or _locked(file, fcntl.LOCK_EX)


def write_through(handle: int) -> None:
    """Wait until what was written to the file *handle* is on the disk; the fsync of macOS stops in its cache."""
    try:
        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):
        os.fsync(handle)


def _locked(file: IO[Any], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
