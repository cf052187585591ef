"""Lines to where their order is in doubt: pieces of what may have been read across columns, and windows around joints that read badly."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from index.layout.continuation import JOINING, LOST
from index.layout.lines import Line, ends_sentence, width
from index.layout.paragraphs import pieces
from index.text.trigrams import WORST, begins, joints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BODY = ("text", "item")  # kinds of lines that can be pieces of paragraphs
PASSED = ("caption", "credit", "rule")  # kinds of lines that stand between two pieces and belong to neither
BAD = -1.5  # nats; one true joint in ten reads as badly, and three in four of pieces that have nothing to do with each other
NEAR = 5  # fragments from one bad joint to the next of a window
DENSE = 0.3  # of the joints of a window; on a page of narrow lines one in ten reads badly, and two stand near each other by chance
TURNED = 0.2  # of the joints of a line with stray blanks; in a line that was read as it stands one in ten reads badly
AROUND = 3  # fragments before the first bad joint and after the last: a joint may read well by chance
MANY = 3  # blanks in a line that may have been read across columns
NARROW = 44  # cells of a newspaper's column at most


def fragments(seen: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; a line in which columns were read across in its pieces: several of its joints read badly."""
    cuts = {at: cut for at, line in enumerate(seen) if _turned(line) and len(cut := [*_cut(line)]) > MANY}
    pairs = [(at, pair) for at, cut in cuts.items() for pair in pairwise(cut)]
    wrong = Counter(at for (at, _), bad in zip(pairs, _bad([pair for _, pair in pairs]), strict=True) if bad)
    for at, line in enumerate(seen):
        yield from cuts[at] if wrong[at] > 1 and wrong[at] >= TURNED * len(cuts[at]) else [line]


def _turned(line: Line) -> bool:
    return line.kind in BODY and line.text.count(" ") >= MANY


def _cut(line: Line) -> Iterator[Line]:
    """Yield the pieces of *line* between its stray blanks."""
    for number, (a, b) in enumerate(pieces(line)):
        if a < b:
            yield replace(line, text=line.text[a:b], start=line.start + a, end=line.start + b, gap=0 if number else line.gap)


def windows(lines: Sequence[Line]) -> Iterator[list[int]]:
    """Yield the numbers of the fragments around bad joints; the last may be an article's beginning below that reads like none."""
    body = [at for at, line in enumerate(lines) if line.kind in BODY and not line.level]
    stretches = [*_stretches(lines, body)]
    inside = [number for first, last in stretches for number in range(first, last - 1)]
    wrong = _bad([(lines[body[number]], lines[body[number + 1]]) for number in inside])
    bad = [number for number, its in zip(inside, wrong, strict=True) if its]
    wide = [width(lines[at].text) > NARROW for at in body]
    if 2 * sum(wide) < len(wide):
        wide = [True] * len(wide)  # a page of narrow lines
    apart = [0, *accumulate(wide)]  # wide ones above each
    for first, last in stretches:
        high = first
        for run in _runs(bad[bisect_left(bad, first) : bisect_left(bad, last)], apart):
            low, high = max(high, run[0] - AROUND), min(last, run[-1] + 2 + AROUND)
            below = [body[last]] if last < len(body) and beginnings([lines[body[last]].text])[0] < 0 else []
            if high - low > 1:
                yield body[low:high] + below


def _stretches(lines: Sequence[Line], body: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where in *body* the text between two heads begins and ends."""
    first = 0
    for number, (a, b) in enumerate(pairwise(body), 1):
        if not all(line.kind in PASSED for line in lines[a + 1 : b]):
            yield first, number
            first = number
    if body:
        yield first, len(body)


def _runs(bad: Sequence[int], apart: Sequence[int]) -> Iterator[list[int]]:
    """Yield the bad joints that stand near each other, several and close together; a block of narrow lines counts nothing."""
    runs: list[list[int]] = []
    for at in bad:
        if runs and apart[at] - apart[runs[-1][-1]] <= NEAR:
            runs[-1].append(at)
        else:
            runs.append([at])
    yield from (run for run in runs if len(run) > 1 and len(run) >= DENSE * (apart[run[-1]] - apart[run[0]] + 1))


def _bad(pairs: Sequence[tuple[Line, Line]]) -> list[bool]:
    """Tell of each pair whether the second reads badly below the first: as what goes on, and where a sentence ends as a beginning."""
    wrong = [not ends_sentence(a.text) for a, _ in pairs]
    _sift(wrong, pairs, _read_on)
    if any(wrong):
        finished = [ends_sentence(a.text) for a, _ in pairs]
        _sift(finished, pairs, lambda its: beginnings([b.text for _, b in its]))
        _sift(finished, pairs, _read_on)
        wrong = [its or other for its, other in zip(wrong, finished, strict=True)]
    return wrong


def _sift(chosen: list[bool], pairs: Sequence[tuple[Line, Line]], score: Callable[[list[tuple[Line, Line]]], NDArray[np.float32]]) -> None:
    """Leave of the *chosen* pairs those with a bad score."""
    numbers = [number for number, its in enumerate(chosen) if its]
    if numbers:
        for number, its in zip(numbers, score([pairs[number] for number in numbers]), strict=True):
            chosen[number] = bool(its < BAD)


def _read_on(pairs: Sequence[tuple[Line, Line]]) -> NDArray[np.float32]:
    return joints([a.text for a, _ in pairs], [b.text for _, b in pairs])


def beginnings(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return (n,): how well a paragraph begins with each of *texts*; none begins with a mark that closes or joins."""
    import numpy as np

    return np.where([text[:1] in JOINING for text in texts], np.float32(WORST), np.maximum(begins(texts), np.float32(LOST)))
