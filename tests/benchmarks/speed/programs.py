"""What the comparison needs of a program: three commands. `qianli.py` and `peers.py` have them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol


class Corpus(NamedTuple):
    """Passages of one size, as pages for qianli and as its passages and vectors for the peers."""

    size: str
    pages: Path
    export: Path


class Program(Protocol):
    """A program that is measured. Each command runs in a process of its own.

    - *version*: changes when what was measured must be measured anew.
    - *largest*: passages beyond which it is not run; None: no limit.
    - *shares*: the name of the program whose index it asks, "" for its own.
    """

    name: str
    largest: int | None
    shares: str

    @property
    def version(self) -> str: ...

    def build(self, corpus: Corpus, folder: Path) -> list[str]:
        """Return the command that makes an index in *folder*, which is not there yet."""

    def cold(self, folder: Path, question: str) -> list[str]:
        """Return the command that opens the index, answers one question and ends."""

    def ask(self, folder: Path, questions: Path, seconds: float) -> list[str]:
        """Return the command that opens the index, asks as `drivers/asking.py` does, and prints its figures."""
