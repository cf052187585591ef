"""Two pieces of text to how well the second reads on from the first: a character trigram model of running text.

    "…深化“西湖" + "英才引智工程”。…"  ──▶  log P(英 | 西湖)/P(英) + log P(才 | 湖英)/P(才 | 英)

A score is in nats against chance: 0 says nothing, 3 that the joint is 20 times as likely as one of two pieces that have nothing to
do with each other. The table is made by `index.training.trigrams` and read when the first joint is asked for.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Scores = NDArray[np.float32]

TABLE = Path(__file__).parent / "data" / "trigrams.safetensors"
SCALE = 8  # steps in a nat, as the table holds them
EDGE = "\n"  # stands before and after a text
RARE = -127 / SCALE  # log-probability of a character that the table does not have
WORST = -5.0  # nats; characters are misread, so no joint is worse than this
SEEN = 8  # characters at the end of a piece; the last two that are no blanks count
_BLANK = re.compile(r"\s+")
_FAR = re.compile("[\U00010000-\U0010ffff]")  # the table's keys have 16 bits a character
_FOLD = {ord(a): b for a, b in zip("，：；！？（）％“”‘’＂'．", ',:;!?()%"""""".', strict=True)}
_FOLD |= dict.fromkeys((*range(0x30, 0x3A), *range(0xFF10, 0xFF1A)), "0")


def fold(text: str) -> str:
    """Return *text* as the table counts it: without blanks, one digit for all, half-width marks, one quote for all.

    >>> fold("投资 1800万元，“好”")
    '投资0000万元,"好"'
    """
    return _FAR.sub("\ufffd", _BLANK.sub("", text)).lower().translate(_FOLD)


def reads_on(before: str, after: str) -> float:
    """Return how well *after* goes on where *before* stops, in nats against chance.

    >>> reads_on("深入推进产业强区主战", "略，春建乡") > 3 > 0 > reads_on("还有投资1800", "杭州市西湖区")
    True
    """
    return float(joints([before], [after])[0])


def joints(befores: Sequence[str], afters: Sequence[str]) -> Scores:
    """Return (n,): how well each of *afters* goes on where its one of *befores* stops."""
    return _against_chance(_ends(befores), _starts(afters))


def crossed(befores: Sequence[str], afters: Sequence[str]) -> Scores:
    """Return (len(befores), len(afters)): how well each of *afters* goes on where each of *befores* stops."""
    import numpy as np

    ends, starts = _ends(befores), _starts(afters)
    scores = _against_chance(np.repeat(ends, len(starts), axis=0), np.tile(starts, (len(ends), 1)))
    return scores.reshape(len(ends), len(starts))


def stops(befores: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph ends with each of *befores*, in nats against chance."""
    ends = _ends(befores)
    return _against_chance(ends, _edges(ends, [ord(EDGE), 0]))


def begins(afters: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph begins with each of *afters*, in nats against chance."""
    starts = _starts(afters)
    return _against_chance(_edges(starts, [0, ord(EDGE)]), starts)


def judged(befores: Sequence[str], afters: Sequence[str]) -> Scores:
    """Return (3, n): what `joints`, `stops` and `begins` return, in a third of their time."""
    import numpy as np

    ends, starts = _ends(befores), _starts(afters)
    upper = np.concatenate([ends, ends, _edges(starts, [0, ord(EDGE)])])
    lower = np.concatenate([starts, _edges(ends, [ord(EDGE), 0]), starts])
    return _against_chance(upper, lower).reshape(3, -1)


def likely(texts: Sequence[str]) -> Scores:
    """Return (n,): the log-probability of each text after its first two characters, in nats; all are equally long, \0 is nothing."""
    import numpy as np

    table, codes = _table(), _rows_of_codes(texts)
    each = [table.after_two(codes[:, at - 2], codes[:, at - 1], codes[:, at]) for at in range(2, codes.shape[1])]
    return np.where(codes[:, 2:].T > 0, each, 0).sum(axis=0, dtype=np.float32)  # type: ignore[no-any-return]


def each(text: str) -> tuple[Scores, Scores]:
    """Return (len(text),) twice: the log-probability of each character after the two before it, and the same did it not depend on them;
    \0 is nothing, and so are the first two."""
    import numpy as np

    table, codes = _table(), _rows_of_codes([text])[0]
    there = codes[2:] > 0
    after_two, alone = np.zeros((2, len(codes)), np.float32)
    after_two[2:] = np.where(there, table.after_two(codes[:-2], codes[1:-1], codes[2:]), 0)
    alone[2:] = np.where(there, table.alone(codes[2:]), 0)
    return after_two, alone


def _edges(codes: Codes, edge: list[int]) -> Codes:
    import numpy as np

    return np.full(codes.shape, edge, np.uint32)


def _against_chance(ends: Codes, starts: Codes) -> Scores:
    import numpy as np

    table = _table()
    first = table.after_two(ends[:, 0], ends[:, 1], starts[:, 0]) - table.alone(starts[:, 0])
    second = table.after_two(ends[:, 1], starts[:, 0], starts[:, 1]) - table.after_one(starts[:, 0], starts[:, 1])
    return np.maximum(np.float32(WORST), first + np.where(starts[:, 1] > 0, second, 0))  # type: ignore[no-any-return]


def _ends(texts: Sequence[str]) -> Codes:
    """Return (n, 2): the last two characters of each text, 0 where there is none."""
    return _codes([fold(text[-SEEN:])[-2:].rjust(2, "\0") for text in texts])


def _starts(texts: Sequence[str]) -> Codes:
    return _codes([fold(text[:SEEN])[:2].ljust(2, "\0") for text in texts])


def _codes(pairs: Sequence[str]) -> Codes:
    return _rows_of_codes(pairs).reshape(-1, 2)


def _rows_of_codes(texts: Sequence[str]) -> Codes:
    import numpy as np

    return np.frombuffer("".join(texts).encode("utf-32-le", "replace"), "<u4").reshape(len(texts), -1)


class _Table:
    """Log-probabilities of a character after none, one or two others; all arguments are arrays of one length."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        import numpy as np

        self._one = np.full(1 << 16, -1, np.int32)
        self._one[arrays["one"]] = np.arange(len(arrays["one"]))
        self._one_log = np.append(arrays["one_log"] / SCALE, RARE).astype(np.float32)
        self._one_rest = np.append(arrays["one_rest"] / SCALE, 0).astype(np.float32)  # the last is for what the table does not have
        self._two = arrays["two"]
        self._two_log, self._two_rest = arrays["two_log"], arrays["two_rest"]
        heads = np.repeat(np.arange(len(self._two), dtype=np.uint64), np.diff(arrays["three_head"]))
        self._three = (heads << np.uint64(16)) | arrays["three_tail"]
        self._three_log = arrays["three_log"]

    def alone(self, character: Codes) -> Scores:
        return self._one_log[self._one[character & 0xFFFF]]  # type: ignore[no-any-return]

    def after_one(self, before: Codes, character: Codes) -> Scores:
        """Return log P(*character* | *before*)."""
        import numpy as np

        at, known = _found(self._two, (before << 16) | character)
        backed = self._one_rest[self._one[before & 0xFFFF]] + self.alone(character)
        return np.where(known, self._two_log[at].astype(np.float32) / SCALE, backed)

    def after_two(self, first: Codes, second: Codes, character: Codes) -> Scores:
        """Return log P(*character* | *first* *second*)."""
        import numpy as np

        head, known_head = _found(self._two, (first << 16) | second)
        at, known = _found(self._three, (head.astype(np.uint64) << np.uint64(16)) | character)
        rest = np.where(known_head, self._two_rest[head].astype(np.float32) / SCALE, 0)
        backed = rest + self.after_one(second, character)
        return np.where(known & known_head, self._three_log[at].astype(np.float32) / SCALE, backed)


def _found(keys: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where each of *wanted* stands in the sorted *keys*, and whether it does."""
    import numpy as np

    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


@functools.cache
def _table() -> _Table:
    from safetensors.numpy import load_file

    return _Table(load_file(TABLE))
