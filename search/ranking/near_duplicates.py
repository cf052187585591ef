"""Near-duplicate detection: does passage B add nothing to passage A? Reprints, and the same text read by two OCRs.

    their words: any alike? ──▶ bigrams: mostly shared? ──▶ differences one by one: each a single misread character, none that matters

A passage in which a number, a direction or a "not" differs is another statement, however alike the rest is. So is one in which two
adjacent characters differ, as names do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from index.encoders.static import numbered
from index.text.tokens import nfkc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoders.static import Ids

UNSAID = re.compile(r"[^\w.%]+|_+")
# The thresholds are reasoned, not fitted; the rates at 1 % noise are measured in tests/test_search_many.py.
ALIKE = 0.4  # share of the words of a text that one which holds it has; of two readings with 5 % wrong characters each, .54 at least
FEW = 5  # words; with fewer of them a share says little
SHARED = 0.6  # share of common bigrams; two readings with 5 % wrong characters each keep about .8, unrelated texts share .05
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
    """What of a text is compared: its characters without spaces and marks, and their distinct bigrams."""

    plain: str

    @cached_property
    def bigrams(self) -> frozenset[tuple[str, str]]:
        return frozenset(pairwise(self.plain))


def signature(text: str) -> Signature:
    """Return what of *text* is compared with other texts.

    >>> signature("共１２个ＡＢ车位，占 8.5％。").plain
    '共12个ab车位占8.5%'
    """
    return Signature(UNSAID.sub("", nfkc(text).lower()))


def alike(words: Sequence[Ids]) -> NDArray[np.bool_]:
    """Return (n, n) for n texts, of which the distinct *words* are given: whether text i has so many of the words of text j that it may
    hold it.

    >>> import numpy as np
    >>> alike([np.arange(10), np.arange(4, 16)]).tolist()
    [[True, True], [True, True]]
    >>> alike([np.arange(10), np.arange(7, 16)]).tolist()
    [[True, False], [False, True]]
    """
    import numpy as np

    if not words:
        return np.zeros((0, 0), bool)
    counts = np.array([len(of_text) for of_text in words])
    every_word = np.concatenate(words)
    distinct, column = numbered(every_word)
    has = np.zeros((len(words), len(distinct)), np.float32)
    has[np.repeat(np.arange(len(words)), counts), column] = 1
    return (has @ has.T >= ALIKE * counts) | (counts < FEW)


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
