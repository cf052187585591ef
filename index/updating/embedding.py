"""Passages in, vectors out, with a report of progress on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import Passage
from index.encoders.open import shared_lexicon
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
    return _encode(passages, encoder.encode_passages, encoder.dim, progress, done, total)


def encode_with_words(
    passages: Sequence[Passage], encoder: Encoder, progress: Progress, done: int, total: int
) -> tuple[Vectors, list[bytes]]:
    """Return what `encode` returns, and what `words_of` returns."""
    lexicon, words = shared_lexicon(encoder), list[bytes]()

    def encoded(texts: Sequence[str]) -> Vectors:
        if lexicon is encoder:
            vectors, packed = lexicon.vectors_and_vocabularies(texts)
        else:
            vectors, packed = encoder.encode_passages(texts), lexicon.packed_vocabularies(texts)
        words.extend(packed)
        return vectors

    return _encode(passages, encoded, encoder.dim, progress, done, total), words


def words_of(passages: Sequence[Passage], encoder: Encoder) -> list[bytes]:
    """Return the `vocabulary` of each passage: the words of the lexicon in it, which *encoder* may be itself."""
    return shared_lexicon(encoder).packed_vocabularies([embedded_text(passage) for passage in passages])


def _encode(
    passages: Sequence[Passage], encoded: Callable[[Sequence[str]], Vectors], dim: int, progress: Progress, done: int, total: int
) -> Vectors:
    import numpy as np

    vectors = np.zeros((len(passages), dim), np.float32)
    for first in range(0, len(passages), EMBEDDED_AT_ONCE):
        progress.embedded(done + first, total)
        texts = [embedded_text(passage) for passage in passages[first : first + EMBEDDED_AT_ONCE]]
        vectors[first : first + len(texts)] = encoded(texts)
    progress.embedded(done + len(passages), total)
    return vectors
