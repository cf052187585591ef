"""Read a file of questions, or standard input: its lines are yielded as they come.

FILE or - ──blocks──▶ lines ──decode──▶ text; UTF-16 by its byte-order mark, else UTF-8, else GB18030 as Chinese Windows writes it
"""

from __future__ import annotations

import itertools
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from index.errors import BadInput, reason

BLOCK = 1 << 16  # bytes that are read at once, at most; a pipe gives what is there
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class InputLines:
    """The lines of a file (`-`: standard input), decoded, as they come."""

    def __init__(self, file: str) -> None:
        self._blocks = _blocks(file)
        self._complete: deque[bytes] = deque()
        self._rest = b""

    def __iter__(self) -> Iterator[str]:
        for block in self._blocks:
            *complete, self._rest = (self._rest + block).split(b"\n")
            self._complete.extend(complete)
            while self._complete:
                yield decode_line(self._complete.popleft() + b"\n")
        if self._rest:
            yield decode_line(self._rest)

    def waiting(self) -> bool:
        """Whether a line has come that was not taken yet."""
        return any(line.strip() for line in self._complete)


def decode_line(raw: bytes) -> str:
    """Return a line in UTF-8 or, where it is no UTF-8, in GB18030."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def count_questions(file: str) -> int | None:
    """Return how many questions *file* has, one a line; None where that is not known: standard input, a pipe, CSV."""
    if file == "-" or file.lower().endswith(".csv") or not Path(file).is_file():
        return None
    return sum(1 for line in InputLines(file) if line.strip())


def _blocks(file: str) -> Iterator[bytes]:
    """Yield what can be read, as soon as there is anything. Raise BadInput where *file* cannot be read."""
    if file == "-":
        while block := sys.stdin.buffer.read1(BLOCK):  # type: ignore[union-attr]  # standard input is buffered
            yield block
        return
    try:
        with Path(file).open("rb") as opened:
            start = opened.read1(BLOCK)  # a named pipe cannot be read twice, so the first block is kept
            if start[:2] in UTF_16:
                yield (start + opened.read()).decode("utf-16", "replace").encode("utf-8", "replace")
            else:
                yield from itertools.chain([start], iter(lambda: opened.read1(BLOCK), b""))
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {reason(error)}; name a file with questions, or - for standard input") from None
