"""A character trigram model of running text: how well does one piece of text continue another?

    "…深化“西湖" + "英才引智工程”。…"  ──▶  log P(英 | 西湖)/P(英) + log P(才 | 湖英)/P(才 | 英)

A score is in nats against chance. 0 means no evidence; 3 means that the join is 20 times as likely as one of two unrelated pieces.
`index.training.trigrams` makes the table, and the first call that needs the table reads it.
"""

from __future__ import annotations

import functools
import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Scores = NDArray[np.float32]
    Numbers = NDArray[np.intp]
    Known = NDArray[np.bool_]

TABLE = Path(__file__).parent / "data" / "trigrams.safetensors"  # made by `python -m index.training.trigrams`
SCALE = 8  # steps in a nat, as the table stores its logarithms in 8 bits
EDGE = "\n"  # the table's character before and after a text
_NO_CHARACTER = (-127, 0)  # what the table says of a character that it lacks
UNKNOWN_CHARACTER = _NO_CHARACTER[0] / SCALE  # nats; log-probability of a character that the table lacks: the lowest that 8 bits hold
WORST = -5.0  # nats; lowest score of a join, set by hand: a misread character must not outweigh all other evidence
FEW_JOINS = 16  # joins for which a look-up of each is as fast as arrays of all, measured on pages of ten paragraphs
JOIN_TAIL = 8  # characters of a piece that are normalised to obtain the two next to the join: the others may be blanks
_NO_END, _NO_START = (0, ord(EDGE)), (ord(EDGE), 0)
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
    return join_scores(uppers, lowers)[0]  # type: ignore[no-any-return]


def beginning_scores(lowers: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph begins with each of *lowers*, in nats against chance."""
    return join_scores(lowers, lowers)[2]  # type: ignore[no-any-return]


def ending_scores(uppers: Sequence[str]) -> Scores:
    """Return (n,): how well a paragraph ends with each of *uppers*, in nats against chance."""
    return join_scores(uppers, uppers)[1]  # type: ignore[no-any-return]


def join_scores(uppers: Sequence[str], lowers: Sequence[str]) -> Scores:
    """Return (3, n): the continuation, ending and beginning scores of the pairs."""
    import numpy as np

    numbers, edge = np.arange(len(uppers)), np.full(len(uppers), -1)
    return _scores(uppers, lowers, np.concatenate([numbers, numbers, edge]), np.concatenate([numbers, edge, numbers])).reshape(3, -1)


def scores_of_joins(pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float, float]]:
    """Return what `join_scores` does, of each of the (upper, lower) *pairs*: faster for the few joins of a usual page.

    >>> scores_of_joins([("推进产业强区主战", "略，春建乡")]) == [tuple(join_scores(["推进产业强区主战"], ["略，春建乡"])[:, 0].tolist())]
    True
    """
    if len(pairs) > FEW_JOINS:
        return [*map(tuple, join_scores([upper for upper, _ in pairs], [lower for _, lower in pairs]).T.tolist())]
    codes = [(_end_codes(upper[-JOIN_TAIL:]), _start_codes(lower[:JOIN_TAIL])) for upper, lower in pairs]
    return [(_score(*end, *start), _score(*end, *_NO_START), _score(*_NO_END, *start)) for end, start in codes]


def continuations(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Return the continuation score alone of each of the (upper, lower) *pairs*."""
    import numpy as np

    if len(pairs) > FEW_JOINS:
        numbers = np.arange(len(pairs))
        return _scores([upper for upper, _ in pairs], [lower for _, lower in pairs], numbers, numbers).tolist()  # type: ignore[no-any-return]
    return [_score(*_end_codes(upper[-JOIN_TAIL:]), *_start_codes(lower[:JOIN_TAIL])) for upper, lower in pairs]


def beginnings(texts: Sequence[str]) -> list[float]:
    """Return how well a paragraph begins with each of a few *texts*."""
    return [_score(*_NO_END, *_start_codes(text[:JOIN_TAIL])) for text in texts]


@functools.lru_cache(maxsize=4096)
def _end_codes(text: str) -> list[int]:
    return _codes(_last_two(text))


@functools.lru_cache(maxsize=4096)
def _start_codes(text: str) -> list[int]:
    return _codes(_first_two(text))


def _codes(text: str) -> list[int]:
    return [*map(ord, text.encode("utf-8", "replace").decode())]


@functools.lru_cache(maxsize=4096)  # several steps ask the same of each join
def _score(before: int, last: int, first: int, second: int) -> float:
    """Return the score of one join of the characters *before* *last* | *first* *second*."""
    return _few().across_join(before, last, first, second)


def scores_of_all_joins(texts: Sequence[str], unfinished: Known) -> tuple[Scores, Scores, Scores]:
    """Return (n, n): how well each text (second axis) continues each other one; (n,) and (n,): the ending and beginning scores.

    *unfinished* (n,): whether a text is to be continued; the others have 0 in their row.
    """
    import numpy as np

    n = len(texts)
    numbers, edge, rows = np.arange(n), np.full(n, -1), np.flatnonzero(unfinished)
    above, below = np.repeat(rows, n), np.tile(numbers, len(rows))
    scores = _scores(texts, texts, np.concatenate([above, numbers, edge]), np.concatenate([below, edge, numbers]))
    continuations = np.zeros((n, n), np.float32)
    continuations[rows] = scores[: len(above)].reshape(-1, n)
    return continuations, scores[len(above) : -n], scores[-n:]


def _scores(uppers: Sequence[str], lowers: Sequence[str], above: Numbers, below: Numbers) -> Scores:
    """Return the scores of the joins of the texts that *above* and *below* (n,) number; -1 is the edge of a paragraph."""
    ends = [*(_last_two(text[-JOIN_TAIL:]) for text in uppers), f"\0{EDGE}"]
    starts = [*(_first_two(text[:JOIN_TAIL]) for text in lowers), f"{EDGE}\0"]
    return _table().across_joins(rows_of_codes(ends), rows_of_codes(starts), above, below)


@functools.lru_cache(maxsize=4096)  # several steps ask the same of each line
def _last_two(text: str) -> str:
    return table_form(text)[-2:].rjust(2, "\0")


@functools.lru_cache(maxsize=4096)
def _first_two(text: str) -> str:
    return table_form(text)[:2].ljust(2, "\0")


def log_probabilities(codes: Codes) -> Scores:
    """Return (n,): the log-probability, in nats, of each text after its first two characters.

    *codes* (length, n): the texts, all of one length, as columns of characters; 0 means no character and counts nothing.
    """
    import numpy as np

    return np.where(codes[2:] > 0, _table().along(codes), 0).sum(axis=0, dtype=np.float32)  # type: ignore[no-any-return]


def character_log_probabilities(text: str) -> tuple[Scores, Scores]:
    """Return (len(text),) twice: the log-probability of each character given the two before it, and its log-probability alone.

    The first two characters and every \\0 get 0.
    """
    import numpy as np

    table, codes = _table(), rows_of_codes([text])[0]
    present = codes[2:] > 0
    after_two, alone = np.zeros((2, len(codes)), np.float32)
    after_two[2:] = np.where(present, table.along(codes), 0)
    alone[2:] = np.where(present, table.alone(codes[2:]), 0)
    return after_two, alone


def rows_of_codes(texts: Sequence[str]) -> Codes:
    """Return (n, length): the characters of texts of one length, as the table numbers them."""
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
        self._two_log, self._two_rest = ((arrays[name] / SCALE).astype(np.float32) for name in ("two_log", "two_rest"))
        histories = np.repeat(np.arange(len(self._two), dtype=np.uint64), np.diff(arrays["three_head"]))
        self._three = (histories << np.uint64(16)) | arrays["three_tail"]
        self._three_log = (arrays["three_log"] / SCALE).astype(np.float32)

    def alone(self, character: Codes) -> Scores:
        return self._one_log[self._one[character & 0xFFFF]]  # type: ignore[no-any-return]

    def along(self, codes: Codes) -> Scores:
        """Return log P(character | the two before it) of all characters but two: of one text (length,), of n (length, n)."""
        pairs, known = _looked_up(self._two, (codes[:-1] << 16) | codes[1:])
        after_one = self._backed_off(pairs[1:], known[1:], codes[1:-1], codes[2:])
        return self._after_pairs(pairs[:-1], known[:-1], codes[2:], after_one)

    def _backed_off(self, pairs: Numbers, known: Known, before: Codes, character: Codes) -> Scores:
        """Return log P(*character* | *before*), where *pairs* are the positions of both together in the table, if *known*."""
        import numpy as np

        return np.where(known, self._two_log[pairs], self._one_rest[self._one[before & 0xFFFF]] + self.alone(character))

    def _after_pairs(self, history: Numbers, known_history: Known, character: Codes, after_one: Scores) -> Scores:
        """Return log P(*character* | the two characters at *history* in the table), by what it is after the last of them."""
        import numpy as np

        positions, known = _looked_up(self._three, (history.astype(np.uint64) << np.uint64(16)) | character)
        rest = np.where(known_history, self._two_rest[history], 0)
        return np.where(known & known_history, self._three_log[positions], rest + after_one)

    def across_joins(self, ends: Codes, starts: Codes, above: Numbers, below: Numbers) -> Scores:
        """Return (n,): the log-probability of two characters below each join given those above, less that without those above.

        *ends* and *starts* (m, 2): the last and first characters of texts; *above* and *below* (n,) number the texts of each join.
        What one text shows is looked up once, however many joins it has.
        """
        import numpy as np

        last, first, second = ends[above, 1], starts[below, 0], starts[below, 1]
        keys = [(ends[:, 0] << 16) | ends[:, 1], (starts[:, 0] << 16) | starts[:, 1], (last << 16) | first]
        pairs, known = _looked_up(self._two, np.concatenate(keys))
        of_ends, of_starts, of_joins = slice(len(ends)), slice(len(ends), len(ends) + len(starts)), slice(len(ends) + len(starts), None)
        inside = self._backed_off(pairs[of_starts], known[of_starts], starts[:, 0], starts[:, 1])[below]
        across = self._backed_off(pairs[of_joins], known[of_joins], last, first)
        histories = np.concatenate([pairs[of_ends][above], pairs[of_joins]])
        known_histories = np.concatenate([known[of_ends][above], known[of_joins]])
        after_two = self._after_pairs(histories, known_histories, np.concatenate([first, second]), np.concatenate([across, inside]))
        gains = after_two - np.concatenate([self.alone(first), inside])
        n = len(above)
        return np.maximum(np.float32(WORST), gains[:n] + np.where(second > 0, gains[n:], 0))  # type: ignore[no-any-return]


class _FewJoins:
    """The same table for one join at a time. Numbers are in steps of 1/SCALE nats, so every sum is exact, as those of float32 are."""

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        one = zip(arrays["one_log"].tolist(), arrays["one_rest"].tolist(), strict=True)
        self._one: dict[int, tuple[int, int]] = dict(zip(arrays["one"].tolist(), one, strict=True))  # character -> its logarithm, its rest
        names = ("two", "two_log", "two_rest", "three_head", "three_tail", "three_log")
        self._two, self._two_log, self._two_rest, self._head, self._tail, self._three_log = (_as_array(arrays[name]) for name in names)

    def across_join(self, before: int, last: int, first: int, second: int) -> float:
        """Return the score of a join of the characters *before* *last* | *first* *second*, as `_Table.across_joins` does."""
        upper, across = self._pair(before, last), self._pair(last, first)
        gain = self._after_two(upper, first, self._after_one(across, last, first)) - self._alone(first)
        if second:
            inside = self._after_one(self._pair(first, second), first, second)
            gain += self._after_two(across, second, inside) - inside
        return max(WORST, gain / SCALE)

    def _pair(self, first: int, second: int) -> int:
        """Return the position of two characters in the table, -1 if it lacks them."""
        key = first << 16 | second
        position = bisect_left(self._two, key)
        return position if position < len(self._two) and self._two[position] == key else -1

    def _alone(self, character: int) -> int:
        return self._one.get(character, _NO_CHARACTER)[0]

    def _after_one(self, pair: int, before: int, character: int) -> int:
        return self._two_log[pair] if pair >= 0 else self._one.get(before, _NO_CHARACTER)[1] + self._alone(character)

    def _after_two(self, history: int, character: int, after_one: int) -> int:
        if history < 0:
            return after_one
        end = self._head[history + 1]
        position = bisect_left(self._tail, character, self._head[history], end)
        if position < end and self._tail[position] == character:
            return self._three_log[position]
        return self._two_rest[history] + after_one


def _as_array(numbers: NDArray[Any]) -> array[int]:
    """Return *numbers* as an array of Python, whose items are read several times as fast one by one."""
    copied: array[int] = array(numbers.dtype.char)
    copied.frombytes(numbers.view("u1").data)
    return copied


def _looked_up(keys: NDArray[Any], wanted: NDArray[Any]) -> tuple[Numbers, Known]:
    """Return the positions of *wanted* in the sorted *keys*, and whether each of them occurs there."""
    import numpy as np

    positions = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return positions, keys[positions] == wanted


@functools.cache
def _table() -> _Table:
    return _Table(_arrays())


@functools.cache
def _few() -> _FewJoins:
    return _FewJoins(_arrays())


@functools.cache
def _arrays() -> dict[str, NDArray[Any]]:
    from safetensors.numpy import load_file

    return load_file(TABLE)
