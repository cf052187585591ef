"""Reading order: columns that were read across, and text inside another article, are put back in order.

    page    columns in one line          ──unwoven──▶  its pieces, column by column (`woven.py`)
            甲1→乙1, 乙2→甲2 read badly  ──windows──▶  only where several joins of lines near each other read badly
            甲1→甲2, 乙2→乙3 read well   ──links────▶  甲1 甲2 乙1 乙2 乙3, if this reads so much better that chance is ruled out

Each unfinished line looks for the beginning that continues it: an assignment problem (Kuhn 1955) over the scores of
`index.text.trigrams`, less the cost of jumps. The text is never changed: its pieces change places and carry the certainty of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.layout.assignment import best_pairing
from index.layout.column_breaks import LOST
from index.layout.continuation_gains import continuation_gains
from index.layout.disorder import BODY, SKIPPED, WIDEST_COLUMN, windows
from index.layout.lines import Line
from index.layout.woven import unwoven
from index.text.punctuation import cell_width, ends_sentence, is_wider
from index.text.trigrams import scores_of_joins

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gains = NDArray[np.float64]
    Margins = Callable[[tuple[int, int]], float]

# The numbers below were set by hand on generated pages (`tests.benchmarks.pages`) and the example pages; none was fitted.
MOST_FRAGMENTS = 40  # of a window; a larger window is left in the page's order
MOST_WINDOWS = 500  # of a page; one that reads badly at more places has no columns to be recognised, and each window takes milliseconds
JUMP = 1.0  # nats; cost of every jump
PER_FRAGMENT = 0.3  # nats; cost of each fragment jumped over
MOST_FOR_DISTANCE = 3.0  # nats; most that the fragments jumped over cost
BACK = 1.0  # nats; cost of going back
BELOW = 1.0  # nats; cost of going to the article below
LEAST_GAIN = 8.0  # nats; a new order must read e^8 = 3,000 times as well as the page's own
LEAST_GAIN_PAST_HEADING = 6.0  # nats; so much better must a text continue past a heading than be lost twice, where no byline shows it
LEAST_CERTAINTY = 0.7  # of a jump that is made: two halves can be read, a wrong whole misleads
MOST_NATS = 30.0  # of a margin that becomes a certainty, so that exp does not overflow
FEW_NARROW = 3  # narrow fragments that show no usual width
FULL_SHARE = 0.85  # share of the usual width from which a fragment that ends a sentence mostly ends no paragraph


class Chain(NamedTuple):
    """Fragments of one text in their order, by number in their window, and the certainty of each join (one fewer).

    The certainty is None where the page itself has this order.
    """

    fragments: list[int]
    certainties: list[float | None]


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return *lines* in reading order: the same lines, or pieces of them, with `join` set where the order was changed."""
    if any(line.join is not None for line in lines):
        return list(lines)  # its blocks are known
    ordered = unwoven(lines)
    changed = len(ordered)  # from this position on the order is already another one
    doubtful = [*windows(ordered)]
    for window in reversed(doubtful if len(doubtful) <= MOST_WINDOWS else []):
        below = _has_heading_inside(ordered, window)
        if below and window[-1] >= changed:
            window, below = window[:-1], False
        order = _best_order([ordered[position] for position in window], below)
        if order:
            rearrange(ordered, window, order)
            changed = window[0]
    return _with_headings_below_sentences(ordered)


def _with_headings_below_sentences(lines: list[Line]) -> list[Line]:
    """Move headings that stand inside a sentence below the text that continues the article above."""
    body = [i for i, line in enumerate(lines) if line.kind in BODY and not line.level]
    pairs = [(a, b) for a, b in pairwise(body) if _is_parted(lines, a, b)]
    scores = scores_of_joins([(lines[a].text, lines[b].text) for a, b in pairs])
    for (a, b), (continuation, ending, beginning) in reversed([*zip(pairs, scores, strict=True)]):
        gain, end = continuation - max(ending, LOST) - max(beginning, LOST), _end_of_upper_article(lines, a, b)
        if gain >= (LEAST_GAIN_PAST_HEADING if end == b + 1 else 0):
            moved = [replace(lines[b], join=_probability(gain)), *lines[b + 1 : end]]
            lines[a + 1 : end] = [*moved, *lines[a + 1 : b]]
    return lines


def _is_parted(lines: Sequence[Line], a: int, b: int) -> bool:
    """Whether headings part the text at *a* from that at *b*, and the sentence above them is unfinished."""
    between = lines[a + 1 : b]
    headings = any(line.level or line.kind == "heading" for line in between)
    return headings and not any(line.kind == "closing" for line in between) and not ends_sentence(lines[a].text)


def _end_of_upper_article(lines: Sequence[Line], a: int, b: int) -> int:
    """Return the position at which the text from *b* on that belongs to the article above ends.

    That is after the line at *b*; or after the first closing byline, where two follow before the next heading and the article above
    has none.
    """
    end = next((i for i in range(b, len(lines)) if lines[i].level or lines[i].kind in ("heading", "byline")), len(lines))
    closing = [i for i in range(b, end) if lines[i].kind == "closing"]
    signed = any(line.kind == "byline" for line in lines[a + 1 : b])
    return closing[0] + 1 if len(closing) > 1 or (closing and signed and closing[0] + 1 < end) else b + 1


def _has_heading_inside(lines: Sequence[Line], window: Sequence[int]) -> bool:
    """Whether a heading is above the last fragment of *window*, which then is of the article below."""
    return any(line.kind not in (*BODY, *SKIPPED) or line.level for line in lines[window[-2] + 1 : window[-1]])


def _probability(nats: float) -> float:
    return 1 / (1 + math.exp(-nats))


def _best_order(fragments: Sequence[Line], below: bool) -> list[Chain] | None:
    """Return the chains of fragments in reading order, or None where the page's own order is as good.

    *below*: the last fragment is of the article below.
    """
    import numpy as np

    if len(fragments) > MOST_FRAGMENTS:
        return None
    gains = _gains(fragments, below)
    wide = sum(is_wider(line.text, WIDEST_COLUMN) for line in fragments)
    # A block of narrow lines among wide ones is itself a sign of a column, so half the gain is enough.
    least = LEAST_GAIN / 2 if 1 < wide < len(fragments) - 1 else LEAST_GAIN
    least += np.maximum(np.diagonal(gains, 1)[: len(fragments) - 1 - below], 0).sum()
    if np.maximum(gains.max(axis=1), 0).sum() < least:  # an upper bound
        return None
    links, margin = _links_in_any_order(gains)
    if sum(gains[link] for link in links.items()) < least:
        return None
    own = {(a, b) for a, b in links.items() if b == a + 1}
    certainties = {link: _probability(min(MOST_NATS, margin(link))) for link in links.items() if link not in own}
    links = {a: b for a, b in links.items() if certainties.get((a, b), 1.0) >= LEAST_CERTAINTY}
    for a in [*_superfluous(links, gains, below, len(fragments))]:
        links.pop(a, None)
    if all(b == a + 1 for a, b in links.items()):
        return None
    return _ordered_chains(fragments, _chains(links, certainties, len(fragments)), below)


def _links_in_any_order(gains: Gains) -> tuple[dict[int, int], Margins]:
    """Return the best links of fragments in any order, and what the sum of gains loses when a link is forbidden."""
    links = best_pairing(gains)

    def margin(link: tuple[int, int]) -> float:
        without = gains.copy()
        without[link] = 0
        return float(sum(gains[pair] for pair in links.items()) - sum(without[pair] for pair in best_pairing(without).items()))

    return links, margin


def _gains(fragments: Sequence[Line], below: bool) -> Gains:
    """Return (n, n): by how many nats each fragment continues each other one, less the cost of reading on from one to the other."""
    import numpy as np

    return np.asarray(continuation_gains([line.text for line in fragments]) - _costs(fragments, below), np.float64)


def _costs(fragments: Sequence[Line], below: bool) -> Gains:
    """Return (n, n): the cost in nats of reading on from each fragment to each other one."""
    import numpy as np

    n = len(fragments)
    jump = np.arange(n)[None, :] - np.arange(n)[:, None]  # 1 for the next fragment
    narrow = np.array([not is_wider(line.text, WIDEST_COLUMN) for line in fragments])
    wide_above = np.cumsum(np.append(0, ~narrow))
    around = (jump > 1) & ~narrow[:, None] & (wide_above[None, :n] == wide_above[1:, None])  # past a block of narrow lines, to a wide one
    distance = np.where(around, 0, np.minimum(MOST_FOR_DISTANCE, PER_FRAGMENT * np.abs(jump)))
    costs = np.where(jump == 1, 0, JUMP + distance) + np.where(jump < 0, BACK, 0)
    if below:
        costs[:, -1] = np.where(narrow & ~narrow[-1], JUMP, costs[:, -1] + BELOW)
        costs[-1, :] = np.inf
    return np.asarray(costs, np.float64)


def _superfluous(links: dict[int, int], gains: Gains, below: bool, n: int) -> Iterator[int]:
    """Yield the starts of links to be removed: the weakest of each circle, and a link to the article below that no text encloses."""
    for first in links:
        path = [first]
        while path[-1] in links and links[path[-1]] not in path:
            path.append(links[path[-1]])
        if path[-1] in links and links[path[-1]] == first:
            yield min(path, key=lambda a: gains[a, links[a]])
    if below:
        end = next((a for a, b in links.items() if b == n - 1), None)
        if end is not None and not any(low < end < high < n - 1 for low, high in links.items()):
            yield end


def _chains(links: dict[int, int], certainties: dict[tuple[int, int], float], n: int) -> list[Chain]:
    """Return the chains of links from each fragment that no link leads to; a join in the page's own order has no certainty."""
    followers = set(links.values())
    chains = []
    for first in range(n):
        if first not in followers:
            numbers = [first]
            while numbers[-1] in links:
                numbers.append(links[numbers[-1]])
            chains.append(Chain(numbers, [certainties.get(pair) for pair in pairwise(numbers)]))
    return chains


def _ordered_chains(fragments: Sequence[Line], chains: list[Chain], below: bool) -> list[Chain]:
    """Return *chains* in the order in which they begin; of columns side by side, each to its end."""
    full = _full_lines(fragments)
    last_below = len(fragments) - 1 if below else -1
    left, ordered = sorted(chains, key=lambda chain: chain.fragments[0]), list[Chain]()
    while left:
        chain = left.pop(0)
        last = chain.fragments[-1]
        beside = any(other.fragments[0] < last < other.fragments[-1] != last_below for other in left)
        following = next((other for other in left if other.fragments[0] > last), None)
        if following and last != last_below and (beside or following.fragments[0] == last + 1) and last in full:
            # A full narrow line that ends a sentence rarely ends its paragraph: it is continued twice as often as not.
            left.remove(following)
            certainty = LEAST_CERTAINTY if beside else None
            left.insert(0, Chain(chain.fragments + following.fragments, [*chain.certainties, certainty, *following.certainties]))
            continue
        if beside and following and following.fragments[-1] != last_below:
            left.remove(following)
            left.insert(0, following)
        ordered.append(chain)
    return ordered


def _full_lines(fragments: Sequence[Line]) -> set[int]:
    """Return the numbers of the fragments that are full narrow lines and end a sentence."""
    widths = sorted(cells for line in fragments if (cells := cell_width(line.text)) <= WIDEST_COLUMN)
    usual = widths[len(widths) // 2] if len(widths) > FEW_NARROW else math.inf
    return {
        i for i, line in enumerate(fragments) if WIDEST_COLUMN >= cell_width(line.text) >= FULL_SHARE * usual and ends_sentence(line.text)
    }


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
