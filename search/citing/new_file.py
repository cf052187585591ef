"""Write a new file whole or not at all: nobody's report is overwritten, and a failed run leaves nothing behind."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from index.errors import BadInput, Unwritten, reason


def refuse_existing(path: Path, force: bool, inputs: Sequence[str] = ()) -> None:
    """Raise BadInput where *path* exists, unless *force*, and where it is one of *inputs* in any case.

    A report may have been edited by hand since it was written, so even one of ours is only overwritten when it is asked for.
    """
    if any(name != "-" and os.path.lexists(name) and os.path.lexists(path) and path.samefile(name) for name in inputs):
        raise BadInput("{file} holds the results themselves; name another file with -o", file=path)
    if path.is_file() and not force:
        raise BadInput("{file} exists; name another file with -o, or overwrite it with --force", file=path)
    if path.is_dir():
        raise BadInput("{file} is a folder; name a file in it with -o", file=path)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of *path* when the block ends without an error. Raise Unwritten where it cannot be written."""
    direct = path.exists() and not path.is_file()  # a pipe, /dev/null
    target = path if direct else path.resolve()
    written = target if direct else target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with _refusing(path):
            file = written.open("wb")
        with file:
            yield file
            with _refusing(path):
                file.flush()
        if not direct:
            with _refusing(path):
                written.replace(target)
    finally:
        if not direct:
            with suppress(OSError):
                written.unlink(missing_ok=True)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unwritten(
            "{file} cannot be written: {reason}; close it in other programs, or name another file with -o",
            file=path,
            reason=reason(error),
        ) from error
