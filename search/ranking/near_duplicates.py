"""Two passages in, whether the second one says nothing that the first does not: reprints, and the same text read by two OCRs.

    plain characters ──▶ pairs of characters: mostly shared? ──▶ differences one by one: each a single misread character, none that tells

A passage in which a number, a direction or a "not" differs is another statement, however alike the rest is; so is one in which two
characters beside each other differ, as names do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import chain
from typing import NamedTuple

UNSAID = re.compile(r"[^\w.%]+|_+")
SHARED = 0.6  # of the pairs of characters; where both readings err in 5 % of characters about .8 are left, in true texts .05 are shared
SAMPLE = 16  # pairs of a text that stand for it: the first in an order that has nothing to do with it, so that copies have mostly the same
ALIKE = 2  # of these in common, and two texts are held against each other
WRONG = 0.12  # share of characters that two bad readings (5 % each) may differ in, with a little room
SHORT = 20  # plain characters; in a shorter passage one character may be all that matters
PIECE = 4  # characters; one that is misread is in so many pieces
MORE = 4  # characters; with fewer before or after it a passage is no longer one but a different one
# What tells one statement from another by a single character.
TELLING = frozenset(
    "0123456789.%〇零一二三四五六七八九十百千万亿两几半双第甲乙丙丁年月日号时分"
    "不未无没非否莫勿可东西南北中上下左右前后内外里大小多少高低长短新旧老增减升降加进出男女正副有"
)


class Signature(NamedTuple):
    """What of a text is compared: its characters without spaces and marks, their pairs, and a few of these that any copy shares."""

    plain: str
    pairs: frozenset[str]
    sample: tuple[str, ...]


def signature(text: str) -> Signature:
    plain = UNSAID.sub("", unicodedata.normalize("NFKC", text).lower())
    return Signature(plain, frozenset(plain[at : at + 2] for at in range(len(plain) - 1)), _sample(plain))


class Said:
    """The passages that are shown, to find the one that holds a next one without holding it against each."""

    def __init__(self) -> None:
        self._shown: list[Signature] = []
        self._plain: dict[str, int] = {}
        self._sharing: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, shown: Signature) -> None:
        at = len(self._shown)
        self._shown.append(shown)
        self._plain.setdefault(shown.plain, at)
        for pair in shown.sample:
            self._sharing[pair].append(at)

    def by(self, one: Signature) -> int | None:
        """Return which of the shown passages (from 0) holds this *one*; None when it says something new."""
        if one.plain in self._plain:
            return self._plain[one.plain]
        sharing = [self._sharing[pair] for pair in one.sample if pair in self._sharing]
        if len(sharing) < ALIKE:
            return None
        shared = Counter(chain.from_iterable(sharing))
        alike = sorted(at for at, many in shared.items() if many >= ALIKE)
        return next((at for at in alike if holds(self._shown[at], one)), None)


def holds(one: Signature, other: Signature) -> bool:
    """Say whether *one* holds everything that *other* says, but for misread characters.

    >>> whole = signature("小区建了充电点，共12个车位，居民都说充电方便了。")
    >>> holds(whole, signature("小区建了充电点，共12个车位，居民郁说充电方便了。"))
    True
    >>> holds(whole, signature("小区建了充电点，共13个车位，居民都说充电方便了。"))
    False
    """
    if one.plain == other.plain:
        return True
    if len(other.plain) < SHORT or len(one.plain) < len(other.plain) * (1 - WRONG):
        return False
    if len(one.pairs & other.pairs) < SHARED * len(other.pairs):
        return False
    return _only_misread(one.plain, other.plain)


def _only_misread(one: str, other: str) -> bool:
    """Say whether *other* stands in *one*, each difference a single character that tells nothing."""
    pieces = [other[at : at + PIECE] for at in range(len(other) - PIECE + 1)]
    if sum(piece in one for piece in pieces) < len(pieces) - PIECE * WRONG * len(other):
        return False  # more than may be wrong; what follows takes milliseconds

    from difflib import SequenceMatcher

    differences = [each for each in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if each[0] != "equal"]
    wrong = 0
    for _, a, b, c, d in differences:
        if c == d and b - a >= MORE and ((a == 0 and one[b - 1] not in TELLING) or (b == len(one) and one[a] not in TELLING)):
            continue  # what stands before or after it in the longer one
        if b - a > 1 or d - c > 1 or TELLING.intersection(one[a:b] + other[c:d]):
            return False
        wrong += 1
    return wrong <= WRONG * len(other)


def _sample(plain: str) -> tuple[str, ...]:
    """Return the pairs that stand for a text: the first in an order that is the same in every run, and unlike for like pairs."""
    import numpy as np

    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    before, after = codes[:-1], codes[1:]
    spread = (before * np.uint64(2654435761) ^ after * np.uint64(40503)) & np.uint64(0xFFFF)
    first = np.unique(spread << np.uint64(42) | before << np.uint64(21) | after)[:SAMPLE].tolist()
    return tuple(chr(each >> 21 & 0x1FFFFF) + chr(each & 0x1FFFFF) for each in first)
