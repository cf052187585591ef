"""Digests of rows (xxh3): a row whose values are not those that were written is found out when it is read."""

from __future__ import annotations

from collections.abc import Callable

import xxhash

from index.document import Passage
from index.errors import DamagedIndex

WRAP = 1 << 64  # sums of states and of digests are kept modulo this


def values_digest(*values: str | bytes | int | None) -> int:
    """Return the digest of *values*, a signed 64-bit integer, as databases keep them; the type and length of each value go in too, so that
    two different lists never look the same."""
    parts: list[bytes] = []
    for value in values:
        if value is None:
            parts.append(b"None")
        elif isinstance(value, str):
            raw = value.encode("utf-8")
            parts += (b"str%d:" % len(raw), raw)
        elif isinstance(value, bytes):
            parts += (b"bytes%d:" % len(value), value)
        else:
            raw = str(value).encode()
            parts += (b"int%d:" % len(raw), raw)
    return int(xxhash.xxh3_64_intdigest(b"".join(parts))) - (1 << 63)


def require_digest(digest: int, what: Callable[[], str], where: str, *values: str | bytes | int | None) -> None:
    """Raise DamagedIndex, naming the row by what *what* returns and by *where* it is kept, unless *digest* is the one of its *values*."""
    if digest != values_digest(*values):
        raise DamagedIndex(
            "{what} in {file} does not agree with its digest; repair it with: qianli index --rebuild", what=what(), file=where
        )


def state_of(digest: int, article: int, sha256: str) -> int:
    """Return the state of a passage (see `rows.Row`) of these digests: its row's, its article's and its file's."""
    return int(xxhash.xxh3_64_intdigest(f"{digest} {article} {sha256}".encode()))


def content_number(passage: Passage) -> int:
    """Return a number that is the same for the same heading and text; the integers of databases have a sign."""
    content = f"{len(passage.heading)}:{passage.heading}{passage.text}"
    return xxhash.xxh3_64_intdigest(content.encode()) - (1 << 63)
