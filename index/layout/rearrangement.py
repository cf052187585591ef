"""Rearrangement: fragments of a page are put in the order of chosen chains, and pieces left in place become whole lines again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from index.layout.lines import Line
from index.text.punctuation import ends_sentence


class Chain(NamedTuple):
    """Fragments of one text in their order, by number in their window, and the certainty of each join (one fewer).

    The certainty is None where the page itself has this order.
    """

    fragments: list[int]
    certainties: list[float | None]


def rearrange(lines: list[Line], window: Sequence[int], order: Sequence[Chain]) -> None:
    """Put the fragments of *window* (positions in *lines*) in this *order*, in place.

    The last fragment may be of the article below. A chain that ends with it goes there, and so do the chains that lie within the same
    text as that chain. Nothing is moved where no other text encloses all of the chain: it may not be in the wrong article.
    """
    last = len(window) - 1
    below = next((chain for chain in order if last in chain.fragments and len(chain.fragments) > 1), None)
    moved: list[Chain] = []
    if below and window[-1] - window[-2] > 1:
        joins = ((a, b) for chain in order for a, b in pairwise(chain.fragments))
        host = next(((a, b) for a, b in joins if a < below.fragments[0] < b < last), None)
        if host is None:
            return
        moved = [chain for chain in order if chain is below or host[0] < chain.fragments[0] <= chain.fragments[-1] < host[1]]
    stay = [chain for chain in order if chain not in moved]
    above = [*_in_order(lines, window, stay)]
    beneath = [*_in_order(lines, window, sorted(moved, key=lambda chain: last in chain.fragments))]  # the chain that continues comes last
    if beneath:
        lines[window[-1] : window[-1] + 1] = beneath
    for position in reversed([position for position in window if position < window[-1] or not beneath]):
        del lines[position]
    lines[window[0] : window[0]] = above


def _in_order(lines: Sequence[Line], window: Sequence[int], chains: Sequence[Chain]) -> Iterator[Line]:
    """Yield the fragments of *chains* with their `join`, which stays open where the page's own order may continue a paragraph."""
    previous: int | None = None
    for chain in chains:
        for number, certainty in zip(chain.fragments, [0.0, *chain.certainties], strict=True):
            line = lines[window[number]]
            own = number == 0 if previous is None else number == previous + 1 and ends_sentence(lines[window[previous]].text)
            yield line if certainty is None or (certainty == 0 and own) else replace(line, join=certainty)
            previous = number


def with_whole_lines(lines: Sequence[Line], originals: dict[int, Line]) -> Iterator[Line]:
    """Yield *lines*, with a line of *originals* (by number) in place of its pieces where they stand in a row as they did."""
    run: list[Line] = []
    for line in [*lines, None]:
        original = originals[run[0].number] if run else None
        if original and (line is None or line.number != original.number or line.join is not None or _is_apart(original, run[-1], line)):
            yield from [original] if len(run) > 1 and (run[0].start, run[-1].end) == (original.start, original.end) else run
            run = []
        if line is not None:
            run.append(line)


def _is_apart(original: Line, piece: Line, other: Line) -> bool:
    """Whether *other* does not continue where *piece* ends: *other* comes earlier, or a piece that was moved was between them."""
    return other.start < piece.end or bool(original.text[piece.end - original.start : other.start - original.start].strip())
