"""Two texts to what differs, by characters of Chinese and words of Latin; and where in a page a text that was changed must once have stood.

>>> shown(difference("小区路上没有乱停的电动车。", "小区路上没有随意停放的电动车。"))
'小区路上没有[-乱停-]{+随意停放+}的电动车。'
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

TOKEN = re.compile(r"[A-Za-z]+|\d+|\s+|.", re.S)
KEEP = 2  # characters of an equal piece between two changes; a shorter one is chance
LONGEST = 2_000  # pieces on either side that are compared one by one; of more, only beginning and end
AROUND = 12  # characters that are shown on either side of a change
GRAM, GRAMS, PLACES = 4, 100, 20  # characters, how many of them, and how many places of each tell where a text stood
SAME = "="
Difference = list[tuple[str, str]]  # ("=" same, "-" only in the first, "+" only in the second; text)


def difference(old: str, new: str) -> Difference:
    """Return the pieces of both texts in order: "=" and "-" make up *old*, "=" and "+" make up *new*."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    head = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    tail = next((i for i, (x, y) in enumerate(zip(reversed(a[head:]), reversed(b[head:]), strict=False)) if x != y), None)
    tail = min(len(a), len(b)) - head if tail is None else tail
    inner = (a[head : len(a) - tail], b[head : len(b) - tail])
    return _cleaned([(SAME, "".join(a[:head])), *_inner(*inner), (SAME, "".join(a[len(a) - tail :]))])


def kept(found: Difference) -> float:
    """Return the share of the first text that stands in the second as well."""
    size = {sign: sum(len(text) for its, text in found if its == sign) for sign in "=-"}
    return size["="] / max(1, size["="] + size["-"])


def shown(found: Difference) -> str:
    """Return a difference in one line: `[-what was-]{+what is+}`, with a little of what is the same around it."""
    out = []
    for at, (sign, text) in enumerate(found):
        first, last = at == 0, at == len(found) - 1
        out.append(_shortened(text, first, last) if sign == SAME else f"[-{text}-]" if sign == "-" else f"{{+{text}+}}")
    return "".join(out)


def place(bare: str, text: str, near: int) -> tuple[int, int] | None:
    """Return about where in *bare* a text stands that was changed since: where most of its four-character pieces stand in line; None
    where none do. Of places that are as good it is the nearest to the character *near*."""
    grams = {at: text[at : at + GRAM] for at in range(0, max(1, len(text) - GRAM + 1), max(1, len(text) // GRAMS))}
    votes: Counter[int] = Counter()
    for at, gram in grams.items():
        spot = bare.find(gram)
        for _ in range(PLACES):
            if spot < 0:
                break
            votes[(spot - at) // GRAM] += 1
            spot = bare.find(gram, spot + 1)
    if not votes:
        return None
    best = max(votes, key=lambda spot: (votes[spot] + votes[spot + 1], -abs(spot - near // GRAM)))
    slack = len(text) // 4 + GRAM
    return max(0, best * GRAM - slack), min(len(bare), best * GRAM + len(text) + slack)


def _inner(a: list[str], b: list[str]) -> Difference:
    if len(a) > LONGEST or len(b) > LONGEST:
        return [("-", "".join(a)), ("+", "".join(b))]
    found: Difference = []
    for sign, i, j, m, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = sign == "equal"
        found += [(SAME, "".join(a[i:j]))] if same else [("-", "".join(a[i:j])), ("+", "".join(b[m:n]))]
    return found


def _cleaned(found: Difference) -> Difference:
    """Join what touches; a character or two that are the same by chance between two changes belong to the changes."""
    parts = [(sign, text) for sign, text in found if text]
    old = new = ""
    out: Difference = []
    for at, (sign, text) in enumerate(parts):
        if sign == SAME and 0 < at < len(parts) - 1 and len(text) < KEEP and (old or new):
            old, new = old + text, new + text
        elif sign == SAME:
            out += [part for part in (("-", old), ("+", new)) if part[1]]
            out.append((sign, text))
            old = new = ""
        else:
            old, new = old + text * (sign == "-"), new + text * (sign == "+")
    return out + [part for part in (("-", old), ("+", new)) if part[1]]


def _shortened(text: str, first: bool, last: bool) -> str:
    if first and len(text) > AROUND:
        return "…" + text[-AROUND:]
    if last and len(text) > AROUND:
        return text[:AROUND] + "…"
    return text if len(text) <= 2 * AROUND else f"{text[:AROUND]}…{text[-AROUND:]}"
