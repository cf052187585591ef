"""Passages in, vectors out, with a report of progress on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from index.document import Passage
from index.encoders.open import open_lexicon
from index.encoders.protocol import Encoder
from index.encoders.static import StaticEncoder
from index.text.numerals import plain

if TYPE_CHECKING:
    from index.encoders.protocol import Vectors
    from index.encoders.static import Ids

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


class WordIds(NamedTuple):
    """The words of a passage as the lexicon knows them: their *ids*, in order, as uint16, and its `Passage.vocabulary`."""

    ids: bytes
    vocabulary: bytes


def words_of(passages: Sequence[Passage]) -> list[WordIds]:
    """Return the words of each passage in the form in which it is embedded."""
    lexicon = open_lexicon()
    headings = list(dict.fromkeys(passage.heading for passage in passages))
    known = lexicon.word_ids([*map(embedded_text, passages), *map(plain, headings)])
    of_heading = dict(zip(headings, known[len(passages) :], strict=True))
    return [
        WordIds(ids.astype("<u2").tobytes(), lexicon.packed(*_parted(ids, of_heading[passage.heading])))
        for passage, ids in zip(passages, known, strict=False)
    ]


def _parted(ids: Ids, heading: Ids) -> tuple[Ids, Ids]:
    """Return the words of a text alone, and those of its *heading*, which *ids* begin with; all as the text's where they do not."""
    if ids[: len(heading)].tolist() == heading.tolist():
        return ids[len(heading) :], heading
    return ids, heading[:0]


def encode(passages: Sequence[Passage], encoder: Encoder, progress: Progress, done: int, total: int) -> Vectors:
    """Return (len(passages), dim); report progress on the way, with *done* of *total* passages embedded before these."""

    def some(first: int, last: int) -> Vectors:
        return encoder.encode_passages([embedded_text(passage) for passage in passages[first:last]])

    return _encoded(len(passages), some, encoder.dim, progress, done, total)


def encode_words(words: Sequence[WordIds], lexicon: StaticEncoder, progress: Progress, done: int, total: int) -> Vectors:
    """Return what `encode` returns for passages with these words where the encoder is the lexicon."""

    def some(first: int, last: int) -> Vectors:
        return lexicon.means([known.ids for known in words[first:last]])

    return _encoded(len(words), some, lexicon.dim, progress, done, total)


def _encoded(count: int, some: Callable[[int, int], Vectors], dim: int, progress: Progress, done: int, total: int) -> Vectors:
    import numpy as np

    vectors = np.zeros((count, dim), np.float32)
    for first in range(0, count, EMBEDDED_AT_ONCE):
        progress.embedded(done + first, total)
        last = min(first + EMBEDDED_AT_ONCE, count)
        vectors[first:last] = some(first, last)
    progress.embedded(done + count, total)
    return vectors
