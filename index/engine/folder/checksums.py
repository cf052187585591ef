"""A folder whose files are written once: digested when it is sealed and at every opening, linked by its successor, removed when
nobody reads it.

seal(folder, facts) ──▶ manifest.json {facts, files: {name: xxh3}} ──▶ the manifest's digest, which a commit names
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import xxhash

from index.errors import DamagedIndex

MANIFEST = "manifest.json"
BLOCK = 1 << 20  # bytes read at once
REPAIR = "repair it with: qianli index --rebuild"


def seal(folder: Path, facts: Mapping[str, Any], known: Mapping[str, str] | None = None) -> str:
    """Digest every file of *folder*, write its manifest and wait until all of it is on the disk; return the manifest's digest.

    *known* are the digests of files that were linked from a folder that was opened: they are on the disk already.
    """
    known = known or {}
    for lock in folder.rglob(".*.lock"):  # tantivy's
        lock.unlink()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    digests = {name: known.get(name) or digest_of(path) for name, path in names.items()}
    raw = json.dumps({**facts, "files": digests}, ensure_ascii=False).encode()
    (folder / MANIFEST).write_bytes(raw)
    mode = (folder / MANIFEST).stat().st_mode
    for name, path in names.items():
        if name not in known and path.stat().st_mode != mode:
            path.chmod(stat.S_IMODE(mode))  # who may read one may read all; tantivy makes some for its own user alone
    folders = {path.parent for path in files}
    for path in [*(path for name, path in names.items() if name not in known), folder / MANIFEST, *folders, folder, folder.parent]:
        sync(path)
    return xxhash.xxh3_64_hexdigest(raw)


def opened(folder: Path, digest: str) -> tuple[dict[str, Any], BinaryIO]:
    """Verify every file of a sealed folder; return its manifest and a handle that keeps it from removal until it is closed.

    Raises DamagedIndex, naming the file that is missing or another one than was written.
    """
    try:
        held = (folder / MANIFEST).open("rb")
    except OSError as error:
        raise DamagedIndex(f"{folder / MANIFEST} cannot be read ({error.strerror}); {REPAIR}") from error
    try:
        _share(held)
        raw = held.read()
        if xxhash.xxh3_64_hexdigest(raw) != digest:
            raise DamagedIndex(f"{folder / MANIFEST} does not agree with its digest; {REPAIR}")
        manifest: dict[str, Any] = json.loads(raw)
        for name, expected in manifest["files"].items():
            if digest_of(folder / name) != expected:
                raise DamagedIndex(f"{folder / name} does not agree with its digest; {REPAIR}")
    except OSError as error:
        held.close()
        raise DamagedIndex(f"{folder / MANIFEST} cannot be read ({error.strerror}); {REPAIR}") from error
    except BaseException:
        held.close()
        raise
    return manifest, held


def link(source: Path, target: Path) -> None:
    """Let *target* be *source*, which nobody changes: a hard link, or a copy where there are none (exFAT, some network drives)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync(target)


def digest_of(path: Path) -> str:
    """Return the xxh3 digest of a file; raise DamagedIndex, naming it, where it is missing or cannot be read."""
    digest = xxhash.xxh3_64()
    try:
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise DamagedIndex(f"{path} cannot be read ({error.strerror}); {REPAIR}") from error
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk; systems that cannot sync a folder (Windows) keep its entries safe themselves."""
    try:
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    except PermissionError:
        return
    try:
        try:
            from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined,unused-ignore]  # macOS: fsync stops at the drive's cache

            fcntl(handle, F_FULLFSYNC)
        except (ImportError, OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def nobody_reads(folder: Path) -> bool:
    """Say whether a sealed folder may be removed. On Windows removal itself fails while somebody reads; the next build tries again."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        with (folder / MANIFEST).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True  # a build that died before its manifest
    except OSError:
        return False
    return True


def _share(file: BinaryIO) -> None:
    """Tell writers that this folder is being read. On Windows an open file cannot be removed anyway."""
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(file, fcntl.LOCK_SH)
