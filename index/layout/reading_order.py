"""Lines in the order of the page in, in the order of reading out: columns that were read across, and pieces that stand elsewhere.

    page    甲1 乙1 乙2 甲2 乙3          ──fragments──▶  pieces between line ends and stray blanks
            甲1→乙1, 乙2→甲2 read badly  ──windows────▶  only where several joints near each other read badly
            甲1→甲2, 乙2→乙3 read well   ──links──────▶  甲1 甲2 乙1 乙2 乙3, if that reads so much better that chance is ruled out

Each open end looks for the beginning that reads on from it: an assignment problem (Kuhn 1955) over the scores of `index.joints`,
less what a jump costs. The text is never touched: its pieces are put in another order, and marked with how sure that is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.layout.assignment import assigned, streamed
from index.layout.continuation import LOST
from index.layout.disorder import BODY, MANY, NARROW, PASSED, beginnings, fragments, windows
from index.layout.lines import Line, ends_sentence, width
from index.text.trigrams import crossed, fold, judged, stops

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]
    Losses = Callable[[tuple[int, int]], float]

LARGEST = 40  # fragments of a window; more are left as they stand
EVERYWHERE = 500  # windows; a page that reads badly at so many places has no columns to be told apart, and each takes some milliseconds
SKIP, EACH, FAR, BACK, OVER = 1.0, 0.3, 3.0, 1.0, 1.0  # nats: for a jump, for each fragment jumped over, up to FAR, for going back or below
QUOTED = 2.0  # nats for a quote left open that is closed where the other goes on; as much against one half without the other
REPEATED = 3.0  # nats for a joint whose four characters stand together elsewhere near it (a cache; Kuhn and De Mori 1990)
CLOSING = re.compile(r'[^“”"《》]*(?:[”》]|"(?=[，。、；：！？”）,.;:!?)]))')  # the first quote of a text closes one
GAIN = 8.0  # nats; a new order must read e^8 = 3,000 times as well as the page's own
ACROSS = 6.0  # nats; so much better must a piece go on across a head than text be lost on both sides, where no byline speaks for it
WEAK = 0.7  # a jump that is less sure is not made: two halves can be read, a wrong whole misleads
FULL = 0.85  # of the usual width; a fragment that ends a sentence so far on ends no paragraph, mostly


class Chain(NamedTuple):
    """Fragments that make up one text, by number, and how sure each of its joints is (one fewer), None for the page's own."""

    at: list[int]
    sure: list[float | None]


def untangled(seen: Sequence[Line]) -> list[Line]:
    """Return *seen* in the order of reading: the same lines, or pieces of them, with `seam` set where the order was changed."""
    lines = [*fragments(seen)]
    changed = len(lines)  # from here on the order is another one already
    found = [*windows(lines)]
    for window in reversed(found if len(found) <= EVERYWHERE else []):
        over = _heads_between(lines, window)
        if over and window[-1] >= changed:
            window, over = window[:-1], False
        order = _order([lines[at] for at in window], over)
        if order:
            _rearrange(lines, window, order)
            changed = window[0]
    return _heads_put_below([*_whole(lines, {line.number: line for line in seen})])


def _heads_put_below(lines: list[Line]) -> list[Line]:
    """Move heads that stand in the middle of a sentence below what goes on with the article above, up to its byline if that is there."""
    body = [at for at, line in enumerate(lines) if line.kind in BODY and not line.level]
    pairs = [(a, b) for a, b in pairwise(body) if _parted(lines, a, b)]
    scores = judged([lines[a].text for a, _ in pairs], [lines[b].text for _, b in pairs]).T.tolist() if pairs else []
    for (a, b), (on, stop, begin) in reversed([*zip(pairs, scores, strict=True)]):
        worth, end = on - max(stop, LOST) - max(begin, LOST), _part_above(lines, a, b)
        if worth >= (ACROSS if end == b + 1 else 0):
            moved = [replace(lines[b], seam=1 / (1 + math.exp(-worth))), *lines[b + 1 : end]]
            lines[a + 1 : end] = [*moved, *lines[a + 1 : b]]
    return lines


def _parted(lines: Sequence[Line], a: int, b: int) -> bool:
    """Tell whether heads part a text from one below it, and the sentence above them is unfinished."""
    between = lines[a + 1 : b]
    heads = any(line.level or line.kind == "head" for line in between)
    return heads and not any(line.kind == "closing" for line in between) and not ends_sentence(lines[a].text)


def _part_above(lines: Sequence[Line], a: int, b: int) -> int:
    """Return where the text from *b* ends that belongs to the article above: with its sentence's piece, or, where two closing bylines
    follow before the next head and the article above has none, with the first of them."""
    end = next((at for at in range(b, len(lines)) if lines[at].level or lines[at].kind in ("head", "byline")), len(lines))
    closing = [at for at in range(b, end) if lines[at].kind == "closing"]
    signed = any(line.kind == "byline" for line in lines[a + 1 : b])
    return closing[0] + 1 if len(closing) > 1 or (closing and signed and closing[0] + 1 < end) else b + 1


def _heads_between(lines: Sequence[Line], window: Sequence[int]) -> bool:
    return any(line.kind not in (*BODY, *PASSED) or line.level for line in lines[window[-2] + 1 : window[-1]])


def _order(fragments: Sequence[Line], over: bool) -> list[Chain] | None:
    """Return the chains that read on, in the order of reading; None where the page's own order is as good.

    *over*: the last fragment stands in the article below.
    """
    import numpy as np

    if len(fragments) > LARGEST:
        return None
    worth = _worth(fragments, over)
    wide = sum(width(line.text) > NARROW for line in fragments)
    whole = len({line.number for line in fragments}) == len(fragments)
    needed = GAIN / 2 if whole and 1 < wide < len(fragments) - 1 else GAIN  # a block of narrow lines tells of a column by itself
    needed += np.maximum(np.diagonal(worth, 1)[: len(fragments) - 1 - over], 0).sum()
    if np.maximum(worth.max(axis=1), 0).sum() < needed:  # what it could be at most
        return None
    links, losses = _any_order(worth) if whole else _columns(worth)
    if sum(worth[link] for link in links.items()) < needed:
        return None
    own = {(a, b) for a, b in links.items() if b == a + 1 and fragments[a].number != fragments[b].number}
    sure = {link: 1 / (1 + math.exp(-min(30.0, losses(link)))) for link in links.items() if link not in own}
    links = {a: b for a, b in links.items() if sure.get((a, b), 1.0) >= WEAK}
    for a in [*_superfluous(links, worth, over, len(fragments))]:
        links.pop(a, None)
    if all(b == a + 1 for a, b in links.items()):
        return None
    return _streams(fragments, _chains(links, sure, len(fragments)), over)


def _any_order(worth: Scores) -> tuple[dict[int, int], Losses]:
    """Return the links of lines in any order, and what all together loses when one of them is forbidden."""
    links = assigned(worth)

    def loss(link: tuple[int, int]) -> float:
        without = worth.copy()
        without[link] = 0
        return float(sum(worth[pair] for pair in links.items()) - sum(without[pair] for pair in assigned(without).items()))

    return links, loss


def _columns(worth: Scores) -> tuple[dict[int, int], Losses]:
    """Return the links of two columns whose lines were read by height, each in its order, and the same; what is finished has none."""
    import numpy as np

    before = streamed(np.where(np.isfinite(worth), worth - 2 * LOST, 0))  # no column ends in mid-sentence while others go on
    return {a: b for b, (a, _) in before.items() if np.isfinite(worth[a, b])}, lambda link: before[link[1]][1]


def _worth(fragments: Sequence[Line], over: bool) -> Scores:
    """Return (n, n): by how many nats each fragment reads on in each other rather than that a text ends and another begins there."""
    import numpy as np

    texts = [line.text for line in fragments]
    n = len(texts)
    jump = np.arange(n)[None, :] - np.arange(n)[:, None]  # 1 for the next one
    narrow = np.array([width(text) <= NARROW for text in texts])
    wide = np.cumsum(np.append(0, ~narrow))  # how many stand above
    aside = (jump > 1) & ~narrow[:, None] & (wide[None, :n] == wide[1:, None])  # around a block of narrow lines in a page of wide ones
    far = np.where(aside, 0, np.minimum(FAR, EACH * np.abs(jump)))
    lines = np.array([line.number for line in fragments])
    own = (jump == 1) & (lines[:, None] != lines[None, :])  # the pieces of a line that was read across have no order of their own
    price = np.where(own, 0, SKIP + far) + np.where(jump < 0, BACK, 0)
    if over:
        price[:, -1] = np.where(narrow & ~narrow[-1], SKIP, price[:, -1] + OVER)
        price[-1, :] = np.inf
    opened, closing = (np.array([count(text) for text in texts]) for count in (_left_open, _closes_first))
    quotes = QUOTED * np.where(opened[:, None] & closing[None, :], 1, np.where(closing[None, :], -1, 0))
    ends, starts = np.maximum(stops(texts), LOST), beginnings(texts)
    worth = crossed(texts, texts) + quotes + REPEATED * _repeated(texts) - price - ends[:, None] - starts[None, :]
    worth[[ends_sentence(text) for text in texts], :] = -np.inf  # what is finished looks for nothing
    worth[np.arange(n), np.arange(n)] = -np.inf
    return np.asarray(worth, np.float64)


def _repeated(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return (n, n): whether the two characters before each joint and the two after it stand together elsewhere in *texts*."""
    import numpy as np

    folded = [fold(text) for text in texts]
    there = {text[at : at + 4] for text in folded for at in range(len(text) - 3)}
    return np.array([[len(joint := a[-2:] + b[:2]) == 4 and joint in there for b in folded] for a in folded])


def _left_open(text: str) -> bool:
    """Tell whether a quote of *text* is closed only where the text goes on; straight ones are counted."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”") or text.count("《") > text.count("》")


def _closes_first(text: str) -> bool:
    return bool(CLOSING.match(text))


def _superfluous(links: dict[int, int], worth: Scores, over: bool, n: int) -> Iterator[int]:
    """Yield the ends of links to take out again: the weakest of each circle, and one to the article below that no other text encloses."""
    for first in links:
        path = [first]
        while path[-1] in links and links[path[-1]] not in path:
            path.append(links[path[-1]])
        if path[-1] in links and links[path[-1]] == first:
            yield min(path, key=lambda a: worth[a, links[a]])
    if over:
        end = next((a for a, b in links.items() if b == n - 1), None)
        if end is not None and not any(low < end < high < n - 1 for low, high in links.items()):
            yield end


def _chains(links: dict[int, int], sure: dict[tuple[int, int], float], n: int) -> list[Chain]:
    """Follow the links from each fragment that none leads to; a joint of the page's own order is as sure as the page is."""
    after = set(links.values())
    chains = []
    for first in range(n):
        if first not in after:
            at = [first]
            while at[-1] in links:
                at.append(links[at[-1]])
            chains.append(Chain(at, [sure.get(pair) for pair in pairwise(at)]))
    return chains


def _streams(fragments: Sequence[Line], chains: list[Chain], over: bool) -> list[Chain]:
    """Order *chains*: by where they begin; where columns run side by side, each column to its end."""
    full = _full(fragments)
    below = len(fragments) - 1 if over else -1
    left, ordered = sorted(chains, key=lambda chain: chain.at[0]), list[Chain]()
    while left:
        chain = left.pop(0)
        last = chain.at[-1]
        beside = any(other.at[0] < last < other.at[-1] != below for other in left)
        following = next((other for other in left if other.at[0] > last), None)
        if following and last != below and (beside or following.at[0] == last + 1) and last in full:
            # A narrow line that is full ends a sentence, and now and then a paragraph: it goes on twice as often as not.
            left.remove(following)
            sure = WEAK if beside else None
            left.insert(0, Chain(chain.at + following.at, [*chain.sure, sure, *following.sure]))
            continue
        if beside and following and following.at[-1] != below:
            left.remove(following)
            left.insert(0, following)
        ordered.append(chain)
    return ordered


def _full(fragments: Sequence[Line]) -> set[int]:
    """Return which fragments are narrow lines that are full and end a sentence."""
    widths = sorted(its for line in fragments if (its := width(line.text)) <= NARROW)
    usual = widths[len(widths) // 2] if len(widths) > MANY else math.inf
    return {at for at, line in enumerate(fragments) if NARROW >= width(line.text) >= FULL * usual and ends_sentence(line.text)}


def _rearrange(lines: list[Line], window: Sequence[int], order: Sequence[Chain]) -> None:
    """Put the fragments of *window* in this *order*; what goes on in the article below goes there, with what stands around it."""
    last = len(window) - 1
    below = next((chain for chain in order if last in chain.at and len(chain.at) > 1), None)
    moved: list[Chain] = []
    if below and window[-1] - window[-2] > 1:
        host = next(((a, b) for chain in order for a, b in pairwise(chain.at) if a < below.at[0] < b < last), None)
        if host is None:
            return  # no other text encloses all of it: nothing shows that it stands in the wrong article
        moved = [chain for chain in order if chain is below or host[0] < chain.at[0] <= chain.at[-1] < host[1]]
    stay = [chain for chain in order if chain not in moved]
    laid = [*_laid(lines, window, stay)]
    gone = [*_laid(lines, window, sorted(moved, key=lambda chain: last in chain.at))]  # that one goes on below
    places = [at for at in window if at not in {window[number] for chain in moved for number in chain.at}]
    if gone:
        lines[window[-1] : window[-1] + 1] = gone
        places = [at for at in places if at != window[-1]]
    for at in reversed([at for at in window if at < window[-1] or not gone]):
        del lines[at]
    lines[window[0] : window[0]] = laid


def _laid(lines: Sequence[Line], window: Sequence[int], chains: Sequence[Chain]) -> Iterator[Line]:
    """Yield the fragments of *chains*; `seam` stays open where the page's own order stays and may go on or begin a paragraph."""
    previous: int | None = None
    for chain in chains:
        for at, sure in zip(chain.at, [0.0, *chain.sure], strict=True):
            line = lines[window[at]]
            own = at == previous + 1 and ends_sentence(lines[window[previous]].text) if previous is not None else at == 0
            yield line if sure is None or (sure == 0 and own) else replace(line, seam=sure)
            previous = at


def _whole(lines: Sequence[Line], whole: dict[int, Line]) -> Iterator[Line]:
    """Yield *lines*; pieces of a line that stand as they stood are that line again."""
    run: list[Line] = []
    for line in [*lines, None]:
        original = whole[run[0].number] if run else None
        if original and (line is None or line.number != original.number or line.seam is not None or _parted_by(original, run[-1], line)):
            yield original if (run[0].start, run[-1].end) == (original.start, original.end) and len(run) > 1 else run[0]
            yield from () if len(run) == 1 or (run[0].start, run[-1].end) == (original.start, original.end) else run[1:]
            run = []
        if line is not None:
            run.append(line)


def _parted_by(original: Line, one: Line, other: Line) -> bool:
    """Tell whether *other* does not go on where *one* ends: it stands before it, or a piece that was moved stood between them."""
    return other.start < one.end or bool(original.text[one.end - original.start : other.start - original.start].strip())
