"""Near-duplicate detection: does passage B add nothing to passage A? Reprints, and the same text read by two OCRs.

    plain characters ──▶ bigrams: mostly shared? ──▶ differences one by one: each a single misread character, none that matters

A passage in which a number, a direction or a "not" differs is another statement, however alike the rest is. So is one in which two
adjacent characters differ, as names do.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from index.text.tokens import nfkc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNSAID = re.compile(r"[^\w.%]+|_+")
# The thresholds are reasoned, not fitted; the rates at 1 % noise are measured in tests/test_search_many.py.
SHARED = 0.6  # share of common bigrams; two readings with 5 % wrong characters each keep about .8, unrelated texts share .05
SAMPLED_BIGRAMS = 16  # that stand for a text: the first in an order that has nothing to do with the text, so copies share most
SORTED_TOGETHER = 63  # texts whose bigrams are sorted together: their numbers have six bits
ALIKE = 2  # of these bigrams in common from which two texts are compared
MISREAD = 0.12  # share of characters that two bad readings (5 % wrong each) may differ in, with a little room
SHORT = 20  # plain characters; in a shorter passage one character may be all that matters
PIECE = 4  # characters; one that is misread is in so many pieces
ADDED = 4  # characters; with fewer of them before or after a copy, the longer passage is not one with an addition but a different one
# Characters that tell one statement from another by themselves.
TELLING = frozenset(
    "0123456789.%〇零一二三四五六七八九十百千万亿两几半双第甲乙丙丁年月日号时分"
    "不未无没非否莫勿可东西南北中上下左右前后内外里大小多少高低长短新旧老增减升降加进出男女正副有"
)


@dataclass(frozen=True)
class Signature:
    """What of a text is compared: its characters without spaces and marks, and their distinct bigrams, as *numbers*.

    The order of the bigrams is the same in every run and scatters similar ones.
    """

    plain: str
    numbers: NDArray[np.uint64]

    @cached_property
    def sample(self) -> list[int]:
        """The first bigrams, most of which any copy has, too."""
        return self.numbers[:SAMPLED_BIGRAMS].tolist()  # type: ignore[no-any-return]

    @cached_property
    def bigrams(self) -> frozenset[int]:
        return frozenset(self.numbers.tolist())


def signature(text: str) -> Signature:
    """Return what of *text* is compared with other texts."""
    (only,) = signatures([text])
    return only


def signatures(texts: Sequence[str]) -> list[Signature]:
    """Return the signature of each text; all of them together cost hardly more than one."""
    plain = [_plain(text) for text in texts]
    return [Signature(*pair) for pair in zip(plain, _bigrams(plain), strict=True)]


class Duplicates:
    """The passages that are shown, so that the one that holds the next can be found without comparing it with each."""

    def __init__(self) -> None:
        self._shown: list[Signature] = []
        self._plain: dict[str, int] = {}
        self._sharing: defaultdict[int, list[int]] = defaultdict(list)

    def add(self, shown: Signature) -> None:
        """Add a passage that is shown; passages are numbered from 0."""
        number = len(self._shown)
        self._shown.append(shown)
        self._plain.setdefault(shown.plain, number)
        for bigram in shown.sample:
            self._sharing[bigram].append(number)

    def find(self, other: Signature) -> int | None:
        """Return the number of the passage that holds *other*; None when *other* says something new."""
        if other.plain in self._plain:
            return self._plain[other.plain]
        sharing = [self._sharing[bigram] for bigram in other.sample if bigram in self._sharing]
        if len(sharing) < ALIKE:
            return None
        shared = Counter(chain.from_iterable(sharing))
        alike = sorted(number for number, count in shared.items() if count >= ALIKE)
        return next((number for number in alike if holds(self._shown[number], other)), None)


def holds(one: Signature, other: Signature) -> bool:
    """Whether *one* holds everything that *other* says, but for misread characters.

    >>> whole = signature("小区建了充电点，共12个车位，居民都说充电方便了。")
    >>> holds(whole, signature("小区建了充电点，共12个车位，居民郁说充电方便了。"))
    True
    >>> holds(whole, signature("小区建了充电点，共13个车位，居民都说充电方便了。"))
    False
    """
    if one.plain == other.plain:
        return True
    if len(other.plain) < SHORT or len(one.plain) < len(other.plain) * (1 - MISREAD):
        return False
    if len(one.bigrams & other.bigrams) < SHARED * len(other.bigrams):
        return False
    return _only_misread(one.plain, other.plain)


def _only_misread(one: str, other: str) -> bool:
    """Whether *other* occurs in *one*, each difference a single character that does not matter."""
    pieces = [other[at : at + PIECE] for at in range(len(other) - PIECE + 1)]
    if sum(piece in one for piece in pieces) < len(pieces) - PIECE * MISREAD * len(other):
        return False  # more than may be misread; what follows takes milliseconds

    from difflib import SequenceMatcher

    opcodes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    misread = 0
    for kind, a, b, c, d in opcodes:
        if kind == "equal":
            continue
        if c == d and b - a >= ADDED and ((a == 0 and one[b - 1] not in TELLING) or (b == len(one) and one[a] not in TELLING)):
            continue  # what the longer text has before or after the copy
        if b - a > 1 or d - c > 1 or TELLING.intersection(one[a:b] + other[c:d]):
            return False
        misread += 1
    return misread <= MISREAD * len(other)


def _plain(text: str) -> str:
    """Return the characters of *text* that say something, in one form.

    >>> _plain("共１２个ＡＢ车位，占 8.5％。")
    '共12个ab车位占8.5%'
    """
    return UNSAID.sub("", nfkc(text).lower())


def _bigrams(texts: Sequence[str]) -> Iterator[NDArray[np.uint64]]:
    """Yield the distinct bigrams of each text in their order."""
    for start in range(0, len(texts), SORTED_TOGETHER):
        yield from _bigrams_of_some(texts[start : start + SORTED_TOGETHER])


def _bigrams_of_some(texts: Sequence[str]) -> list[NDArray[np.uint64]]:
    """Sort all bigrams at once: the number of the text in the highest six bits, then its place in the order, then both characters."""
    import numpy as np

    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    number = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    inside = (number[1:] == number[:-1]).nonzero()[0]  # the last character of a text begins no bigram
    before, after = codes[inside], codes[inside + 1]
    spread = (before * np.uint64(2654435761) ^ after * np.uint64(40503)) & np.uint64(0xFFFF)
    bigrams = np.sort(number[inside] << np.uint64(58) | spread << np.uint64(42) | before << np.uint64(21) | after)
    bigrams = bigrams[np.append(True, bigrams[1:] != bigrams[:-1])] if len(bigrams) else bigrams
    ends = np.bincount((bigrams >> np.uint64(58)).astype(np.intp), minlength=len(texts)).cumsum().tolist()
    bigrams &= np.uint64((1 << 58) - 1)
    return [bigrams[start:end] for start, end in pairwise([0, *ends])]
