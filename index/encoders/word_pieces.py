"""Cut plain texts into the words of the static model as its tokenizer does, without the tokenizer: several times as fast.

    text ──lower case──▶ runs of one script ──the longest known word first──▶ ids, offsets

This is WordPiece without a mark for continued words (Wu et al. 2016: greedy longest match first). A text is plain where the tokenizer's
normalisation leaves its words alone: simplified Chinese, the letters and digits of ASCII, the usual marks. Other texts are for the
tokenizer itself (`static.py`), which gives the same ids for plain ones, too. Many texts are cut at once (`longest_match.py`).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from index.encoders.longest_match import LongestMatch, Script

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MARKS = "，。、；：？！“”‘’（）《》〈〉【】—…·～％＋－×　〔〕●•"  # of Chinese texts; none of them becomes a part of a word by normalisation
ONE = (1,)
FEW = 4  # texts; fewer are cut sooner one by one
RUN = re.compile(
    r"(\[[^\]]+\])\{1,(\d+)\}(?:\||$)"
)  # an alternative of the tokenizer's pattern: the characters of a script, the longest run
HAN = re.compile(r"\[(?P<characters>[^\]]+)\]\{1,\d+\}")  # the first alternative of the tokenizer's pattern


class WordPieces:
    """The words of a tokenizer. *altered*: characters of words that its normalisation changes all the same."""

    def __init__(self, vocabulary: dict[str, int], pattern: str, characters: str, altered: str) -> None:
        self._ids, self._pattern = vocabulary, pattern
        self._runs = re.compile(pattern)
        self._plain = re.compile(rf"[\x00-\x7f{characters}{MARKS}]*")
        self._altered = re.compile(f"[{altered}]" if altered else "(?!)")

    @classmethod
    def of(cls, tokenizer: Any) -> WordPieces | None:
        """Return the words of *tokenizer*, one of the package tokenizers; None where it cuts in another way."""
        written = json.loads(tokenizer.to_str())
        model, cut = written["model"], written["pre_tokenizer"] or {}
        whole = model["type"] == "WordPiece" and model["continuing_subword_prefix"] == ""
        runs = cut.get("type") == "Split" and cut["invert"] and cut["behavior"] == "Removed" and "Regex" in cut["pattern"]
        if not whole or not runs or written["added_tokens"] or written["post_processor"]:
            return None
        pattern = cut["pattern"]["Regex"]
        first = HAN.match(pattern)
        if first is None or "一" not in re.findall(rf"[{first['characters']}]", "一"):
            return None
        known = "".join(dict.fromkeys(re.findall(f"[{first['characters']}]", "".join(model["vocab"]))))
        normalised = tokenizer.normalizer.normalize_str("\n".join(known)).split("\n") if tokenizer.normalizer else list(known)
        altered = "".join(before for before, after in zip(known, normalised, strict=True) if before != after)
        return cls(model["vocab"], pattern, first["characters"], altered)

    def ids(self, text: str) -> list[int] | None:
        """Return the ids of the words of *text*, in order; None where it is not plain, or has a run without a word."""
        if not self._plain.fullmatch(text) or self._altered.search(text):
            return None
        found: list[int] = []
        for run in self._runs.findall(text.lower()):
            if not self._cut(run, found):
                return None
        return found

    def ids_of_each(self, texts: Sequence[str]) -> list[NDArray[np.int64] | None]:
        """Return what `ids` returns for each of *texts*, as an array."""
        import numpy as np

        if len(texts) >= FEW and self._many:
            return self._many.ids(texts)
        return [None if (found := self.ids(text)) is None else np.array(found, np.int64) for text in texts]

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """The lengths of the words that begin with a pair of characters, the longest first."""
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in self._ids:
            if len(word) > 1:
                lengths[word[:2]].add(len(word))
        return {pair: sorted(several, reverse=True) for pair, several in lengths.items()}

    @cached_property
    def _many(self) -> LongestMatch | None:
        """What cuts many texts at once; None where the tokenizer has runs of another kind."""
        if RUN.sub("", self._pattern):
            return None
        characters = {*map(chr, range(128)), *MARKS, *"".join(self._ids)}
        plain = {one: one.lower() for one in characters if self._plain.fullmatch(one) and not self._altered.search(one)}
        compared = "".join({*plain.values()})
        scripts = [Script(frozenset(re.findall(one, compared)), int(longest)) for one, longest in RUN.findall(self._pattern)]
        return LongestMatch(self._ids, scripts, plain)

    def ids_and_offsets(self, text: str, wanted: Collection[int] | None = None) -> tuple[list[int], list[tuple[int, int]]] | None:
        """Return the ids of `ids`, and the characters of *text* that each comes from, half-open; at least all those that are *wanted*."""
        if not self._plain.fullmatch(text) or self._altered.search(text):
            return None
        found: list[int] = []
        offsets: list[tuple[int, int]] = []
        compared = text.lower()
        for match in self._runs.finditer(compared) if wanted is None else self._runs_with(compared, [self._words[word] for word in wanted]):
            ends: list[int] = []
            if not self._cut(match.group(), found, ends):
                return None
            start = match.start()
            for end in ends:
                offsets.append((start, match.start() + end))
                start = match.start() + end
        return found, offsets

    def _runs_with(self, text: str, words: Sequence[str]) -> Iterator[re.Match[str]]:
        """Yield the runs of *text* with any of *words*."""
        places = sorted(_places(text, words))
        for match in self._runs.finditer(text) if places else ():
            if (at := bisect_left(places, match.start())) < len(places) and places[at] < match.end():
                yield match

    @cached_property
    def _words(self) -> dict[int, str]:
        return {number: word for word, number in self._ids.items()}

    def _cut(self, run: str, found: list[int], ends: list[int] | None = None) -> bool:
        """Add the ids of the words of *run* to *found*, and where they end to *ends*; False where there is none for a part of it."""
        ids, lengths, at, length = self._ids, self._lengths, 0, len(run)
        while at < length:
            for many in lengths.get(run[at : at + 2], ONE):
                if (word := ids.get(run[at : at + many])) is not None:
                    break
            else:
                many = 1
                if (word := ids.get(run[at])) is None:
                    return False
            found.append(word)
            at += many
            if ends is not None:
                ends.append(min(at, length))
        return True


def _places(text: str, words: Iterable[str]) -> Iterator[int]:
    """Yield where any of *words* starts in *text*."""
    for word in words:
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + 1)
