"""Passages that were read for a question, kept for the next ones: their texts, their words, and what copies are known by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import RLock
from typing import TypeVar

from index.document import Passage
from index.encoders.static import StaticEncoder, Vocabulary
from index.engine.protocol import Index
from index.text.numerals import plain
from search.ranking.near_duplicates import Signature, signature

Value = TypeVar("Value")

KEPT_PASSAGES = 1024  # about 40 MB with all that is known of them; a question reads some thirty, and many of a batch the same ones


class PassageCache:
    """What was read of one state of an index, by the keys of that index. Several threads may ask at once."""

    def __init__(self, index: Index, lexicon: StaticEncoder) -> None:
        self._index, self._lexicon, self._lock = index, lexicon, RLock()
        self._passages: dict[int, Passage] = {}
        self._vocabularies: dict[int, Vocabulary] = {}
        self._signatures: dict[int, Signature] = {}

    def passages(self, keys: Iterable[int]) -> dict[int, Passage]:
        return self._looked_up(self._passages, keys, self._index.passages)

    def vocabularies(self, keys: Iterable[int]) -> dict[int, Vocabulary]:
        """Return the distinct words of each passage and its heading."""
        return self._looked_up(self._vocabularies, keys, lambda new: self._vocabularies_of(self._in_order(new)))

    def signatures(self, keys: Iterable[int]) -> dict[int, Signature]:
        return self._looked_up(self._signatures, keys, lambda new: [signature(passage.text) for passage in self._in_order(new)])

    def _vocabularies_of(self, passages: Sequence[Passage]) -> Iterable[Vocabulary]:
        """Return the words that are stored with each passage; those of an index that another static model made are computed."""
        stored = [self._lexicon.unpacked(passage.vocabulary) for passage in passages]
        unknown = [passage for passage, words in zip(passages, stored, strict=True) if words is None]
        texts, headings = [plain(passage.text) for passage in unknown], [plain(passage.heading) for passage in unknown]
        computed = iter(self._lexicon.vocabularies(texts, headings) if unknown else ())
        return [next(computed) if words is None else words for words in stored]

    def _in_order(self, keys: Sequence[int]) -> list[Passage]:
        passages = self.passages(keys)
        return [passages[key] for key in keys]

    def _looked_up(self, kept: dict[int, Value], keys: Iterable[int], read: Callable[[list[int]], Iterable[Value]]) -> dict[int, Value]:
        """Return what belongs to *keys*; what is not kept yet is read, all at once, and kept as long as there is room."""
        with self._lock:
            wanted = list(dict.fromkeys(keys))
            if new := [key for key in wanted if key not in kept]:
                kept.update(zip(new, read(new), strict=True))
            values = {key: kept[key] for key in wanted}
            while len(kept) > KEPT_PASSAGES:  # what was kept first is forgotten first
                del kept[next(iter(kept))]
            return values
