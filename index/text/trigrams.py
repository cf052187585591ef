"""A character trigram model of running text: how well does one piece of text continue another?

    "…深化“西湖" + "英才引智工程”。…"  ──▶  log P(英 | 西湖)/P(英) + log P(才 | 湖英)/P(才 | 英)

A score is in nats against chance. 0 means no evidence; 3 means that the join is 20 times as likely as one of two unrelated pieces.
`index.training.trigrams` makes the table, and the first call that needs the table reads it.
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

TABLE = Path(__file__).parent / "data" / "trigrams.safetensors"  # made by `python -m index.training.trigrams`
SCALE = 8  # steps in a nat, as the table stores its logarithms in 8 bits
EDGE = "\n"  # the table's character before and after a text
UNKNOWN_CHARACTER = -127 / SCALE  # nats; log-probability of a character that the table lacks: the lowest that 8 bits hold
WORST = -5.0  # nats; lowest score of a join, set by hand: a misread character must not outweigh all other evidence
JOIN_TAIL = 8  # characters of a piece that are normalised to obtain the two next to the join: the others may be blanks
_FAR = re.compile("[\U00010000-\U0010ffff]")  # the table's keys have 16 bits a character
_ONE_FORM = {ord(a): b for a, b in zip("，：；！？（）％“”‘’＂'．", ',:;!?()%"""""".', strict=True)}
_ONE_FORM |= dict.fromkeys((*range(0x30, 0x3A), *range(0xFF10, 0xFF1A)), "0")


def table_form(text: str) -> str:
    """Normalise *text* as the table's texts were: no blanks, lower case, half-width marks, one digit and one quote for all.

    >>> table_form("投资 1800万元，“好”")
    '投资0000万元,"好"'
    """
    bare = "".join(text.split())
    if bare and max(bare) > "\uffff":
        bare = _FAR.sub("\ufffd", bare)
    return bare.lower().translate(_ONE_FORM)


def continuation_scores(uppers: Sequence[str], lowers: Sequence[str]) -> Scores:
    """Return (n,): how well each of *lowers* continues the piece of *uppers* at the same position, in nats against chance.

    >>> good, bad = continuation_scores(["深入推进产业强区主战", "还有投资1800"], ["略，春建乡", "杭州市西湖区"])
    >>> bool(good > 3 > 0 > bad)
    True
    """
    return _against_chance(_ends(uppers), _starts(lowers))


def continuation_matrix(uppers: Sequence[str], lowers: Sequence[str]) -> Scores:
    """Return (len(uppers), len(lowers)): how well each of *lowers* continues each of *uppers*, in nats against chance."""
    import numpy as np

    ends, starts = _ends(uppers), _starts(lowers)
    scores = _against_chance(np.repeat(ends, len(starts), axis=0), np.tile(starts, (len(ends), 1)))
    return scores.reshape(len(ends), len(starts))


def ending_scores(uppers: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph ends with each of *uppers*, in nats against chance."""
    ends = _ends(uppers)
    return _against_chance(ends, _edges(ends, [ord(EDGE), 0]))


def beginning_scores(lowers: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph begins with each of *lowers*, in nats against chance."""
    starts = _starts(lowers)
    return _against_chance(_edges(starts, [0, ord(EDGE)]), starts)


def join_scores(uppers: Sequence[str], lowers: Sequence[str]) -> Scores:
    """Return (3, n): the continuation, ending and beginning scores of the pairs, in a third of the time of three calls."""
    import numpy as np

    ends, starts = _ends(uppers), _starts(lowers)
    above = np.concatenate([ends, ends, _edges(starts, [0, ord(EDGE)])])
    below = np.concatenate([starts, _edges(ends, [ord(EDGE), 0]), starts])
    return _against_chance(above, below).reshape(3, -1)


def log_probabilities(texts: Sequence[str]) -> Scores:
    """Return (n,): the log-probability, in nats, of each text after its first two characters.

    All texts have the same length; \\0 means no character and counts nothing.
    """
    import numpy as np

    table, codes = _table(), _rows_of_codes(texts)
    columns = [table.after_two(codes[:, i - 2], codes[:, i - 1], codes[:, i]) for i in range(2, codes.shape[1])]
    return np.where(codes[:, 2:].T > 0, columns, 0).sum(axis=0, dtype=np.float32)  # type: ignore[no-any-return]


def character_log_probabilities(text: str) -> tuple[Scores, Scores]:
    """Return (len(text),) twice: the log-probability of each character given the two before it, and its log-probability alone.

    The first two characters and every \\0 get 0.
    """
    import numpy as np

    table, codes = _table(), _rows_of_codes([text])[0]
    present = codes[2:] > 0
    after_two, alone = np.zeros((2, len(codes)), np.float32)
    after_two[2:] = np.where(present, table.after_two(codes[:-2], codes[1:-1], codes[2:]), 0)
    alone[2:] = np.where(present, table.alone(codes[2:]), 0)
    return after_two, alone


def _edges(codes: Codes, edge: list[int]) -> Codes:
    import numpy as np

    return np.full(codes.shape, edge, np.uint32)


def _against_chance(ends: Codes, starts: Codes) -> Scores:
    """Return (n,): the log-probability of two characters below a join given those above, less their log-probability without them."""
    return _table().across_joins(ends, starts)


def _ends(texts: Sequence[str]) -> Codes:
    """Return (n, 2): the last two characters of each text, 0 where there is none."""
    return _pairs_of_codes([table_form(text[-JOIN_TAIL:])[-2:].rjust(2, "\0") for text in texts])


def _starts(texts: Sequence[str]) -> Codes:
    """Return (n, 2): the first two characters of each text, 0 where there is none."""
    return _pairs_of_codes([table_form(text[:JOIN_TAIL])[:2].ljust(2, "\0") for text in texts])


def _pairs_of_codes(pairs: Sequence[str]) -> Codes:
    return _rows_of_codes(pairs).reshape(-1, 2)


def _rows_of_codes(texts: Sequence[str]) -> Codes:
    import numpy as np

    return np.frombuffer("".join(texts).encode("utf-32-le", "replace"), "<u4").reshape(len(texts), -1)


class _Table:
    """Log-probabilities, in nats, of characters after none, one or two others; all arguments are arrays of one length."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        import numpy as np

        self._one = np.full(1 << 16, -1, np.int32)
        self._one[arrays["one"]] = np.arange(len(arrays["one"]))
        self._one_log = np.append(arrays["one_log"] / SCALE, UNKNOWN_CHARACTER).astype(np.float32)
        self._one_rest = np.append(arrays["one_rest"] / SCALE, 0).astype(
            np.float32
        )  # the last entry is for characters that the table lacks
        self._two = arrays["two"]
        self._two_log, self._two_rest = arrays["two_log"], arrays["two_rest"]
        histories = np.repeat(np.arange(len(self._two), dtype=np.uint64), np.diff(arrays["three_head"]))
        self._three = (histories << np.uint64(16)) | arrays["three_tail"]
        self._three_log = arrays["three_log"]

    def alone(self, character: Codes) -> Scores:
        return self._one_log[self._one[character & 0xFFFF]]  # type: ignore[no-any-return]

    def after_one(self, before: Codes, character: Codes) -> Scores:
        """Return log P(*character* | *before*)."""
        import numpy as np

        positions, known = _looked_up(self._two, (before << 16) | character)
        backed_off = self._one_rest[self._one[before & 0xFFFF]] + self.alone(character)
        return np.where(known, self._two_log[positions].astype(np.float32) / SCALE, backed_off)

    def after_two(self, first: Codes, second: Codes, character: Codes) -> Scores:
        """Return log P(*character* | *first* *second*)."""
        import numpy as np

        history, known_history = _looked_up(self._two, (first << 16) | second)
        positions, known = _looked_up(self._three, (history.astype(np.uint64) << np.uint64(16)) | character)
        rest = np.where(known_history, self._two_rest[history].astype(np.float32) / SCALE, 0)
        backed_off = rest + self.after_one(second, character)
        return np.where(known & known_history, self._three_log[positions].astype(np.float32) / SCALE, backed_off)


    def across_joins(self, ends: Codes, starts: Codes) -> Scores:
        """Return (n,): the scores of `_against_chance`; each pair and each triple of characters is looked up once."""
        import numpy as np

        n = len(ends)
        before = np.concatenate([ends[:, 0], ends[:, 1], starts[:, 0]])  # of three pairs: above, across and below the join
        behind = np.concatenate([ends[:, 1], starts[:, 0], starts[:, 1]])
        pairs, known_pairs = _looked_up(self._two, (before << 16) | behind)
        alone = self._one_log[self._one[behind[n:] & 0xFFFF]]
        backed_off = self._one_rest[self._one[before[n:] & 0xFFFF]] + alone
        after_one = np.where(known_pairs[n:], self._two_log[pairs[n:]].astype(np.float32) / SCALE, backed_off)
        triples, known = _looked_up(self._three, (pairs[: 2 * n].astype(np.uint64) << np.uint64(16)) | behind[n:])
        rest = np.where(known_pairs[: 2 * n], self._two_rest[pairs[: 2 * n]].astype(np.float32) / SCALE, 0)
        after_two = np.where(known & known_pairs[: 2 * n], self._three_log[triples].astype(np.float32) / SCALE, rest + after_one)
        first, second = after_two[:n] - alone[:n], after_two[n:] - after_one[n:]
        return np.maximum(np.float32(WORST), first + np.where(starts[:, 1] > 0, second, 0))  # type: ignore[no-any-return]


def _looked_up(keys: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the positions of *wanted* in the sorted *keys*, and whether each of them occurs there."""
    import numpy as np

    positions = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return positions, keys[positions] == wanted


@functools.cache
def _table() -> _Table:
    from safetensors.numpy import load_file

    return _Table(load_file(TABLE))
