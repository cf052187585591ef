"""Terms of many texts at once, as an inverted index takes them in: texts in, for each of them its terms joined by blanks out.

"车棚、车库", "3 个"  ──one array of characters──▶  "车 车棚 棚 车 车库 库", "个 3"

They are those of `tokens.terms` in another order: an index counts them. It takes half of the time, since no character and no bigram
becomes a Python string of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.text.numerals import plain_and_possible, values
from index.text.tokens import DENSE_RANGES, LONGEST_WORD, normalised, terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BETWEEN_TEXTS = "\0"
WORD_OR_NUMBER = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")  # as in `tokens`, of texts without characters of scripts without spaces
FEWEST_CHARACTERS = 600  # of all texts; below these, terms one by one are faster than arrays
BLANK = ord(" ")
PIECE = 5  # codes: a character, a blank; it and the next one, a blank


def joined_terms(texts: Sequence[str]) -> list[str]:
    """Return the terms of each text with repetitions, joined by blanks; `tokens.terms` has the same in another order.

    >>> joined_terms(["车棚", "3 个"])
    ['车 棚 车棚', '3 个']
    """
    if sum(map(len, texts)) < FEWEST_CHARACTERS:
        return [" ".join(terms(text)) for text in texts]
    written = [plain_and_possible(text) for text in texts]
    compared = [normalised(in_digits) for in_digits, _ in written]
    whole = BETWEEN_TEXTS.join([*compared, ""])
    if whole.count(BETWEEN_TEXTS) > len(texts):
        return [" ".join(terms(text)) for text in texts]
    dense, others = _cut(whole)
    numbers = ((*values(text), *possible) for text, (_, possible) in zip(compared, written, strict=True))
    return [(runs + " ".join([*_words(rest), *more])).rstrip() for runs, rest, more in zip(dense, others, numbers, strict=True)]


def terms_of_each(passages: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the terms of each (text, heading), joined by blanks. Passages of an article share their heading, which is cut once.

    >>> terms_of_each([("电瓶车", "停车")])
    [('电 瓶 车 电瓶 瓶车', '停 车 停车')]
    """
    headings = list(dict.fromkeys(heading for _, heading in passages))
    terms = joined_terms([*(text for text, _ in passages), *headings])
    of_heading = dict(zip(headings, terms[len(passages) :], strict=True))
    return [(of_text, of_heading[heading]) for of_text, (_, heading) in zip(terms, passages, strict=False)]


def _words(text: str) -> list[str]:
    """Return the words and numbers of *text*; one that is too long is cut, as in `tokens.terms`."""
    return [
        run if len(run) <= LONGEST_WORD else " ".join(run[start : start + LONGEST_WORD] for start in range(0, len(run), LONGEST_WORD))
        for run in WORD_OR_NUMBER.findall(text)
    ]


def _cut(whole: str) -> tuple[list[str], list[str]]:
    """Return of each text of *whole* its characters and bigrams of scripts without spaces, and all else that is in it."""
    import numpy as np

    encoding, kind = "utf-16-le", "<u2"
    encoded = whole.encode(encoding, "surrogatepass")
    if len(encoded) > 2 * len(whole):  # some characters take two of these codes
        encoding, kind = "utf-32-le", "<u4"
        encoded = whole.encode(encoding, "surrogatepass")
    codes = np.frombuffer(encoded, kind)
    dense = _dense()[codes]
    pairs = dense.copy()
    pairs[:-1] &= dense[1:]  # the last character is BETWEEN_TEXTS
    pieces = np.full((len(codes), PIECE), BLANK, kind)
    pieces[:, 0] = pieces[:, 2] = codes
    pieces[:-1, 3] = codes[1:]
    kept = np.empty((len(codes), PIECE), bool)
    kept[:, 0] = dense | (codes == ord(BETWEEN_TEXTS))
    kept[:, 1] = dense
    kept[:, 2:] = pairs[:, None]
    other = ~dense
    other[1:] |= other[:-1]  # and one blank for each run of dense characters
    texts = (pieces[kept], np.where(dense, BLANK, codes).astype(kind)[other])
    first, second = (part.tobytes().decode(encoding, "surrogatepass").split(BETWEEN_TEXTS)[:-1] for part in texts)
    return first, second


@cache
def _dense() -> NDArray[np.bool_]:
    """Return for each code of a character whether its script has no spaces."""
    import numpy as np

    table = np.zeros(sys.maxunicode + 1, bool)
    for first, last in DENSE_RANGES:
        table[first : last + 1] = True
    return table
