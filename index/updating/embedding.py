"""Passages in, vectors out, with a report of progress on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import Passage
from index.encoders.protocol import Encoder
from index.text.numerals import plain

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors

EMBEDDED_AT_ONCE = 128  # passages between two reports of progress: two batches of a slow encoder, enough for a fast one


def _ignore(*arguments: object) -> None:
    """Ignore what is reported."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Functions that are called while an index is built.

    - *file*: with the name of each source that is looked at.
    - *embedded*: with the number of passages that are embedded, and about how many will be.
    - *waiting*: with a line about the process that is writing the index.
    """

    file: Callable[[str], None] = _ignore
    embedded: Callable[[int, int], None] = _ignore
    waiting: Callable[[str], None] = _ignore


SILENT = Progress()


def embedded_text(passage: Passage) -> str:
    """Return the text that is embedded for *passage*: its heading first, so that the vector knows the subject of the article.

    Numbers are in one form, as they are in a question that is embedded.
    """
    return plain(f"{passage.heading}\n{passage.text}".lstrip())


def encode(passages: Sequence[Passage], encoder: Encoder, progress: Progress, done: int, total: int) -> Vectors:
    """Return (len(passages), dim); report progress on the way, with *done* of *total* passages embedded before these."""
    import numpy as np

    parts = []
    for first in range(0, max(1, len(passages)), EMBEDDED_AT_ONCE):
        progress.embedded(done + first, total)
        parts.append(encoder.encode_passages([embedded_text(passage) for passage in passages[first : first + EMBEDDED_AT_ONCE]]))
    progress.embedded(done + len(passages), total)
    return np.concatenate(parts)
