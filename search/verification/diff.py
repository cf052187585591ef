"""Compare two texts: what both have and what only one has; and guess where in a page a changed text once stood.

Chinese is compared by characters, Latin by words.

>>> difference("没有乱停的电动车。", "没有随意停放的电动车。")
[('=', '没有'), ('-', '乱停'), ('+', '随意停放'), ('=', '的电动车。')]
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

TOKEN = re.compile(r"[A-Za-z]+|\d+|\s+|.", re.S)
SHORTEST_SAME = 2  # characters of an equal piece between two changes; a shorter one is equal by chance
LONGEST_DIFF = 2_000  # tokens of either text that are compared one by one; of longer texts only beginning and end are compared
GRAM = 4  # characters of a piece that votes for where a text stood
MOST_GRAMS = 100  # pieces of one text that vote, evenly spread
MOST_OCCURRENCES = 20  # occurrences of each piece that count
SAME = "="
OLD = "-"
NEW = "+"
Difference = list[tuple[str, str]]  # (SAME, OLD or NEW, text)


def difference(old: str, new: str) -> Difference:
    """Return the pieces of both texts in order: those of SAME and OLD make up *old*, those of SAME and NEW make up *new*."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    shortest = min(len(a), len(b))
    head = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), shortest)
    rest = zip(reversed(a[head:]), reversed(b[head:]), strict=False)
    tail = next((i for i, (x, y) in enumerate(rest) if x != y), shortest - head)
    inner = _compared(a[head : len(a) - tail], b[head : len(b) - tail])
    return _cleaned([(SAME, "".join(a[:head])), *inner, (SAME, "".join(a[len(a) - tail :]))])


def sizes(pieces: Difference) -> dict[str, int]:
    """Return how many characters of a difference are SAME, OLD and NEW."""
    return {sign: sum(len(text) for other, text in pieces if other == sign) for sign in (SAME, OLD, NEW)}


def share_kept(pieces: Difference) -> float:
    """Return the share of the old text that the new text has as well."""
    size = sizes(pieces)
    return size[SAME] / max(1, size[SAME] + size[OLD])


def likeness(pieces: Difference) -> float:
    """Return the share of both texts that is the same, from 0 to 1."""
    size = sizes(pieces)
    return 2 * size[SAME] / max(1, 2 * size[SAME] + size[OLD] + size[NEW])


def probable_span(bare: str, text: str, near: int) -> tuple[int, int] | None:
    """Return the characters of *bare* (half-open) where *text* once stood, by most of its four-character pieces that still stand in line.

    Return None where no piece occurs. Of spans with equally many pieces the nearest to the character *near* is returned.
    """
    votes: Counter[int] = Counter()
    for offset in range(0, max(1, len(text) - GRAM + 1), max(1, len(text) // MOST_GRAMS)):
        gram = text[offset : offset + GRAM]
        position = bare.find(gram)
        for _ in range(MOST_OCCURRENCES):
            if position < 0:
                break
            votes[(position - offset) // GRAM] += 1
            position = bare.find(gram, position + 1)
    if not votes:
        return None
    best = max(votes, key=lambda start: (votes[start] + votes[start + 1], -abs(start - near // GRAM)))
    slack = len(text) // 4 + GRAM
    return max(0, best * GRAM - slack), min(len(bare), best * GRAM + len(text) + slack)


def _compared(a: list[str], b: list[str]) -> Difference:
    if len(a) > LONGEST_DIFF or len(b) > LONGEST_DIFF:
        return [(OLD, "".join(a)), (NEW, "".join(b))]
    pieces: Difference = []
    for sign, i, j, m, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = sign == "equal"
        pieces += [(SAME, "".join(a[i:j]))] if same else [(OLD, "".join(a[i:j])), (NEW, "".join(b[m:n]))]
    return pieces


def _cleaned(pieces: Difference) -> Difference:
    """Join neighbouring changes; an equal piece between two changes that is too short to mean anything is counted as changed."""
    parts = [(sign, text) for sign, text in pieces if text]
    old = new = ""
    cleaned: Difference = []
    for position, (sign, text) in enumerate(parts):
        if sign == SAME and 0 < position < len(parts) - 1 and len(text) < SHORTEST_SAME and (old or new):
            old, new = old + text, new + text
        elif sign == SAME:
            cleaned += [part for part in ((OLD, old), (NEW, new)) if part[1]]
            cleaned.append((sign, text))
            old = new = ""
        else:
            old, new = old + text * (sign == OLD), new + text * (sign == NEW)
    return cleaned + [part for part in ((OLD, old), (NEW, new)) if part[1]]
