"""Locks that the operating system keeps on open files, and lets go when a process ends; the only file that knows fcntl.

Windows has none of them. There an open file cannot be removed anyway, and a writer is known by its lock file alone (see `lock.py`).
"""

from __future__ import annotations

import os
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


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
