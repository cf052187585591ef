"""Disorder: the lines of a page that may be out of order, because columns were read across or text is inside another article.

one line with many stray blanks, several of whose joins read badly    ──cut_lines──▶  its pieces
a stretch in which several joins near each other read badly           ──windows────▶  the positions of its fragments
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from index.document import Span
from index.layout.column_breaks import CLOSING_MARKS, LOST
from index.layout.lines import Line
from index.layout.paragraphs import pieces_between_stray_blanks
from index.text.punctuation import ends_sentence, is_wider
from index.text.trigrams import WORST, beginnings, continuations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs = Sequence[tuple[str, str]]

BODY = ("text", "item")  # kinds of lines that can be pieces of paragraphs
SKIPPED = ("caption", "credit", "rule", "furniture")  # kinds of lines between two pieces that belong to neither
BAD = -1.5  # nats; by `python -m index.training.joins` 1 in 14 true joins and 3 in 4 false ones score less
NEXT = 5  # fragments from one bad join to the next in a window, set by hand on generated pages, as are the numbers below
DENSE_SHARE = 0.3  # share of bad joins in a window: true joins of narrow lines are bad one time in ten, and two may be near by chance
CUT_UP = 0.2  # share of bad joins in a line with stray blanks: in a line that was read in order one in ten is bad
WINDOW_MARGIN = 3  # fragments before the first bad join and after the last, since a false join may read well by chance
FEWEST_BLANKS = 3  # in a line that may have been read across columns
WIDEST_COLUMN = 44  # cells of a newspaper's column


def cut_lines(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Return the positions of lines that were read across columns, and the pieces of each: several of their joins read badly."""
    cuts = {i: cut for i, line in enumerate(lines) if _has_many_blanks(line) and len(cut := _pieces(line)) > FEWEST_BLANKS}
    if not cuts:
        return {}
    joins = [i for i, cut in cuts.items() for _ in cut[1:]]
    texts = ([lines[i].text[a:b] for a, b in cut] for i, cut in cuts.items())
    bad = Counter(i for i, is_bad in zip(joins, _read_badly([pair for cut in texts for pair in pairwise(cut)]), strict=True) if is_bad)
    return {i: [*_cut_up(lines[i], cut)] for i, cut in cuts.items() if bad[i] > 1 and bad[i] >= CUT_UP * len(cut)}


def _has_many_blanks(line: Line) -> bool:
    return line.kind in BODY and line.text.count(" ") >= FEWEST_BLANKS


def _pieces(line: Line) -> list[Span]:
    """Return the pieces of *line* between its stray blanks, as ranges of its own text."""
    return [(a, b) for a, b in pieces_between_stray_blanks(line) if a < b]


def _cut_up(line: Line, pieces: Sequence[Span]) -> Iterator[Line]:
    """Yield the *pieces* of *line* as lines."""
    for a, b in pieces:
        yield replace(line, text=line.text[a:b], start=line.start + a, end=line.start + b, gap=0 if a else line.gap)


def windows(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Yield the positions of the fragments around bad joins.

    The last of them may be the beginning of the article below, where it does not read like a beginning.
    """
    body = [i for i, line in enumerate(lines) if line.kind in BODY and not line.level and line.join is None]
    stretches = [*_stretches(lines, body)]
    inside = [number for first, last in stretches for number in range(first, last - 1)]
    read_badly = _read_badly([(lines[body[number]].text, lines[body[number + 1]].text) for number in inside])
    bad = [number for number, is_bad in zip(inside, read_badly, strict=True) if is_bad]
    if len(bad) < 2:
        return  # no run of them
    wide = [is_wider(lines[i].text, WIDEST_COLUMN) for i in body]
    if 2 * sum(wide) < len(wide):
        wide = [True] * len(wide)  # on a page of narrow lines all count
    wide_above = [0, *accumulate(wide)]
    for first, last in stretches:
        high = first
        for run in _dense_runs(bad[bisect_left(bad, first) : bisect_left(bad, last)], wide_above):
            low, high = max(high, run[0] - WINDOW_MARGIN), min(last, run[-1] + 2 + WINDOW_MARGIN)
            below = [body[last]] if last < len(body) and _begins_badly(lines[body[last]].text) else []
            if high - low > 1:
                yield body[low:high] + below


def _stretches(lines: Sequence[Line], body: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where in *body* the text between two headings begins and ends."""
    first = 0
    for number, (a, b) in enumerate(pairwise(body), 1):
        if not all(line.kind in SKIPPED for line in lines[a + 1 : b]):
            yield first, number
            first = number
    if body:
        yield first, len(body)


def _dense_runs(bad: Sequence[int], wide_above: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of several bad joins near each other; distances are in wide lines, so a block of narrow lines counts as none."""
    runs: list[list[int]] = []
    for number in bad:
        if runs and wide_above[number] - wide_above[runs[-1][-1]] <= NEXT:
            runs[-1].append(number)
        else:
            runs.append([number])
    yield from (run for run in runs if len(run) > 1 and len(run) >= DENSE_SHARE * (wide_above[run[-1]] - wide_above[run[0]] + 1))


def _begins_badly(text: str) -> bool:
    return _paragraph_beginning(text, beginnings([text])[0]) < 0


def _read_badly(pairs: Pairs) -> list[bool]:
    """Return for each pair of texts whether the lower one is a bad continuation and, below a sentence's end, a bad beginning as well."""
    finished = [ends_sentence(upper) for upper, _ in pairs]
    if not any(score < BAD for score in continuations([pair for pair, ended in zip(pairs, finished, strict=True) if not ended])):
        return [False] * len(pairs)  # where every sentence goes on well, its ends show nothing
    return [
        score < BAD and (not ended or _paragraph_beginning(lower, beginnings([lower])[0]) < BAD)
        for (_, lower), ended, score in zip(pairs, finished, continuations(pairs), strict=True)
    ]


def paragraph_beginnings(texts: Sequence[str], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n,): how well a paragraph begins with each of *texts*, in nats; none begins with a mark that closes or joins.

    *scores* (n,): their beginning scores.
    """
    import numpy as np

    return np.array([_paragraph_beginning(text, score) for text, score in zip(texts, scores.tolist(), strict=True)], np.float32)


def _paragraph_beginning(text: str, score: float) -> float:
    return WORST if text[:1] in CLOSING_MARKS else max(score, LOST)
