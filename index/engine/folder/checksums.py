"""xxh3 digests of files. A sealed folder is one whose files never change: a manifest holds the digest of each.

seal(folder, facts) ──▶ manifest.json {facts, files: {name: digest}} ──▶ the manifest's own digest, which a commit names
open_sealed(folder, digest) ──▶ every file is digested again ──▶ the manifest, and a handle that keeps the folder from removal
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import xxhash

from index.engine.folder.lock import lock_shared, locked_alone, write_through
from index.errors import DamagedIndex, reason

MANIFEST = "manifest.json"
PIECE = 1 << 25  # bytes of a file that are digested at once


def file_digest(path: Path) -> str:
    """Return the digest of a file; raise DamagedIndex, naming the file, where it is missing or cannot be read.

    The digest of a large file is that of the digests of its pieces, which threads make side by side.
    """
    try:
        with path.open("rb") as file:
            if not (size := os.fstat(file.fileno()).st_size):
                return xxhash.xxh3_64_hexdigest(b"")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as view:
                if size <= PIECE:
                    return xxhash.xxh3_64_hexdigest(view)
                with ThreadPoolExecutor(os.cpu_count()) as threads:
                    digests = threads.map(lambda start: xxhash.xxh3_64_digest(view[start : start + PIECE]), range(0, size, PIECE))
                    return xxhash.xxh3_64_hexdigest(b"".join(digests))
    except OSError as error:
        raise DamagedIndex("{path} cannot be read ({why}); repair it with: qianli index --rebuild", path=path, why=reason(error)) from error


def seal(folder: Path, facts: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """Digest every file of *folder*, write the manifest and wait until all is on the disk; return the manifest's digest.

    *known* holds the digests of files that were linked from another sealed folder: these files are on the disk already.
    """
    for lock in folder.rglob(".*.lock"):  # tantivy's
        lock.unlink()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in files}
    digests = {name: known.get(name) or file_digest(path) for name, path in names.items()}
    raw = json.dumps({**facts, "files": digests}, ensure_ascii=False).encode()
    (folder / MANIFEST).write_bytes(raw)
    new = [path for name, path in names.items() if name not in known]
    _same_mode(new, (folder / MANIFEST).stat().st_mode)
    for path in [*new, folder / MANIFEST, *{path.parent for path in files}, folder, folder.parent]:
        sync(path)
    return xxhash.xxh3_64_hexdigest(raw)


def open_sealed(folder: Path, digest: str) -> tuple[dict[str, Any], BinaryIO]:
    """Verify every file of a sealed folder; return its manifest, and a handle that keeps the folder from removal until it is closed.

    Raises DamagedIndex, naming the file that is missing or differs from what was written.
    """
    try:
        handle = (folder / MANIFEST).open("rb")
    except OSError as error:
        raise DamagedIndex(
            "{path} cannot be read ({why}); repair it with: qianli index --rebuild",
            path=folder / MANIFEST,
            why=reason(error),
        ) from error
    try:
        return _verified(folder, handle, digest), handle
    except OSError as error:
        handle.close()
        raise DamagedIndex(
            "{path} cannot be read ({why}); repair it with: qianli index --rebuild",
            path=folder / MANIFEST,
            why=reason(error),
        ) from error
    except BaseException:
        handle.close()
        raise


def differs(path: Path) -> DamagedIndex:
    """Return the error of a file that is not what was written."""
    return DamagedIndex("{path} does not agree with its digest; repair it with: qianli index --rebuild", path=path)


def link(source: Path, target: Path) -> None:
    """Make *target* a hard link to *source*, which nobody changes; a copy where there are no links (exFAT, some network drives)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync(target)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk; systems that cannot sync a folder (Windows) keep its entries safe themselves."""
    try:
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    except PermissionError:
        return
    try:
        write_through(handle)
    finally:
        os.close(handle)


def nobody_reads(folder: Path) -> bool:
    """Whether a sealed folder may be removed. On Windows the removal itself fails while somebody reads; the next build tries again."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            return locked_alone(file)
    except FileNotFoundError:
        return True  # a build died before its manifest
    except OSError:
        return False


def _verified(folder: Path, handle: BinaryIO, digest: str) -> dict[str, Any]:
    """Return the manifest that *handle* reads, after every file that it names was digested."""
    lock_shared(handle)  # a writer keeps the folder while somebody reads it
    raw = handle.read()
    if xxhash.xxh3_64_hexdigest(raw) != digest:
        raise differs(folder / MANIFEST)
    manifest: dict[str, Any] = json.loads(raw)
    for name, expected in manifest["files"].items():
        if file_digest(folder / name) != expected:
            raise differs(folder / name)
    return manifest


def _same_mode(paths: Iterable[Path], mode: int) -> None:
    """Set *mode*, that of the manifest, on files: who may read one may read all. tantivy makes some files for its own user alone."""
    for path in paths:
        if path.stat().st_mode != mode:
            path.chmod(stat.S_IMODE(mode))
