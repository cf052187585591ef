"""Woven columns: one line in which two columns were read across, row by row, is put back into the columns.

    甲1 乙1 乙2 甲2 乙3    ──continuation gains──▶  甲1 甲2 / 乙1 乙2 乙3, the likeliest pair of columns that keep their orders
                                             ──▶  or the line as it is printed, with a certainty near 0, where the columns are in doubt

Half a strand is no text that anyone can quote, so a line is put in order as a whole or not at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from index.layout.assignment import unshuffled
from index.layout.column_breaks import LOST
from index.layout.continuation_gains import continuation_gains
from index.layout.disorder import BODY, cut_lines
from index.layout.lines import Line
from index.text.punctuation import cell_width, ends_sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gains = NDArray[np.float64]

# The numbers below were set by hand on generated pages (`woven` and `columns` of `tests.benchmarks.pages`).
MOST_PIECES = 150  # of woven lines one below the other; more are left in the page's order, for speed
LEAST_GAIN = 8.0  # nats; two columns must read e^8 = 3,000 times as well as the page's own order
STAY = 1.0  # nats; cost of a row of the same column as the row before, since columns that were read across take turns
LEAST_CERTAINTY = 0.7  # of the least certain join of a column
MOST_BAD = 0.1  # share of joins that read worse than an end and a beginning: more are those of three columns
AS_PRINTED = 0.001  # certainty of the order of a woven line that is left as it is printed
OVER_SENTENCE = 0.7  # certainty that a full row that ends a sentence does not end its paragraph
FULL_SHARE = 0.85  # share of the usual width from which a row that ends a sentence mostly ends no paragraph
INDENT = 3  # cells that a row is shorter than usual, from which it may be the first of a paragraph


class Strands(NamedTuple):
    """What each piece follows (-1: nothing) in its column, and the probability of that."""

    before: list[int]
    certainties: list[float]


def unwoven(lines: Sequence[Line]) -> list[Line]:
    """Return *lines*, with pieces in place of lines that were read across two columns. A piece has the certainty of its join."""
    cuts = cut_lines(lines)
    ordered = list(lines)
    for first, end in reversed([*_runs(lines, cuts)]):
        start = first - (first > 0 and _may_continue(lines[first - 1]) and not ends_sentence(lines[first - 1].text))
        stop = end + (end < len(lines) and _may_continue(lines[end]))
        pieces = [*lines[start:first], *(piece for i in range(first, end) for piece in cuts[i]), *lines[end:stop]]
        if len(pieces) <= MOST_PIECES:
            ordered[start:stop] = _in_columns(pieces, first - start, stop - end) or lines[start:stop]
    return ordered


def _runs(lines: Sequence[Line], cuts: Mapping[int, Sequence[Line]]) -> Iterator[tuple[int, int]]:
    """Yield (first, end): positions of woven lines right below each other."""
    for i in cuts:
        if i - 1 not in cuts:
            yield i, next(end for end in range(i + 1, len(lines) + 1) if end not in cuts)


def _may_continue(line: Line) -> bool:
    return line.kind in BODY and not line.level and line.join is None


def _in_columns(pieces: Sequence[Line], above: int, below: int) -> list[Line] | None:
    """Return *pieces* column by column, in their own order with a certainty near 0 if the columns are in doubt, None if these are none.

    *above*, *below*: how many whole lines (0 or 1) are among the pieces, which the columns may continue or end in.
    """
    import numpy as np

    gains = continuation_gains([piece.text for piece in pieces])
    own = float(np.maximum(np.diagonal(gains, 1), 0).sum())
    if np.maximum(gains.max(axis=1), 0).sum() < own + LEAST_GAIN:  # an upper bound
        return None
    strands = _strands(gains)
    joined = [gains[a, b] for b, a in enumerate(strands.before) if a >= 0 and np.isfinite(gains[a, b])]
    if sum(joined) < own + LEAST_GAIN or all(a == b - 1 for b, a in enumerate(strands.before)):
        return None
    last = len(pieces) - 1
    if below and (strands.before[last] < 0 or not gains[strands.before[last], last] > 0):
        strands.before[last] = -1
    if above and not any(a == 0 and gains[0, b] > 0 for b, a in enumerate(strands.before)):
        strands.before[:] = [-1 if a == 0 else a for a in strands.before]
    least = min((strands.certainties[b] for b, a in enumerate(strands.before) if a >= 0), default=1.0)
    if least < LEAST_CERTAINTY or sum(gain < 0 for gain in joined) > MOST_BAD * len(joined):
        return _as_printed(pieces, above, below)
    chains = [*_chains(strands.before)]
    if below and chains[-1] != [last]:  # the column that goes on below comes last
        chains.sort(key=lambda chain: last in chain and not (above and 0 in chain))
    usual = median(cell_width(piece.text) for piece in pieces)
    return [line for chain in chains for line in _joined(pieces, chain, strands, usual, above)]


def _strands(gains: Gains) -> Strands:
    """Return the likeliest two columns. No column ends within a sentence while the other goes on, and both take turns."""
    import numpy as np

    turns = STAY * np.eye(len(gains), k=1)
    before, certainties = [-1] * len(gains), [1.0] * len(gains)
    for b, (a, margin) in unshuffled(np.where(np.isfinite(gains), gains - 2 * LOST, 0) - turns).items():
        before[b] = a
        if np.isfinite(gains[a, b]):
            certainties[b] = 1 / (1 + math.exp(-min(30.0, margin)))
    return Strands(before, certainties)


def _chains(before: Sequence[int]) -> Iterator[list[int]]:
    """Yield the pieces of each column, by their numbers."""
    following = {a: b for b, a in enumerate(before) if a >= 0}
    for first in (b for b, a in enumerate(before) if a < 0):
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        yield chain


def _joined(pieces: Sequence[Line], chain: Sequence[int], strands: Strands, usual: float, above: int) -> Iterator[Line]:
    """Yield the pieces of a column with the certainties of their joins, 0 where a paragraph begins."""
    for number, previous in zip(chain, [None, *chain], strict=False):
        piece = pieces[number]
        if previous is None:
            yield piece if above and number == 0 else replace(piece, join=0.0)
        elif not ends_sentence(pieces[previous].text):
            yield replace(piece, join=strands.certainties[number])
        else:
            full = cell_width(pieces[previous].text) >= FULL_SHARE * usual and cell_width(piece.text) > usual - INDENT
            yield replace(piece, join=OVER_SENTENCE if full else 0.0)


def _as_printed(pieces: Sequence[Line], above: int, below: int) -> list[Line]:
    """Return *pieces* in the order of the page, as one paragraph that nobody takes for a sound one."""
    end = len(pieces) - below
    woven = (replace(piece, join=AS_PRINTED) for piece in pieces[above + 1 : end])
    return [*pieces[: above + 1], *woven, *pieces[end:]]
