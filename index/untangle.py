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
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from index.assign import assigned
from index.joints import begins, crossed, fold, joints, stops
from index.lines import Line, ends_sentence, width
from index.paragraph import pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]

BODY = ("text", "item")  # kinds of lines that can be pieces of paragraphs
PASSED = ("caption", "credit", "rule")  # kinds of lines that stand between two pieces and belong to neither
BAD = -1.5  # nats; one true joint in ten reads as badly, and three in four of pieces that have nothing to do with each other
NEAR = 5  # fragments from one bad joint to the next of a window
DENSE = 0.3  # of the joints of a window; on a page of narrow lines one in ten reads badly, and two stand near each other by chance
AROUND = 3  # fragments before the first bad joint and after the last: a joint may read well by chance
MANY = 3  # blanks in a line that may have been read across columns
LARGEST = 40  # fragments of a window; more are left as they stand
SKIP, EACH, FAR, BACK, OVER = 1.0, 0.3, 3.0, 1.0, 1.0  # nats: for a jump, for each fragment jumped over, up to FAR, for going back or below
LOST = -2.5  # nats; that the rest of a sentence never reached us is rare and yet happens: no end or beginning is worse than this
QUOTED = 2.0  # nats for a quote left open that is closed where the other goes on; as much against one half without the other
REPEATED = 3.0  # nats for a joint whose four characters stand together elsewhere near it (a cache; Kuhn and De Mori 1990)
CLOSING = re.compile(r'[^“”"《》]*(?:[”》]|"(?=[，。、；：！？”）,.;:!?)]))')  # the first quote of a text closes one
GAIN = 8.0  # nats; a new order must read e^8 = 3,000 times as well as the page's own
CLEAR = 2.0  # nats
WEAK = 0.5  # a jump that is less likely than not is not made
NARROW = 44  # cells of a newspaper's column at most
FULL = 0.85  # of the usual width; a fragment that ends a sentence so far on ends no paragraph, mostly


class Chain(NamedTuple):
    """Fragments that make up one text, by number, and how sure each of its joints is (one fewer), None for the page's own."""

    at: list[int]
    sure: list[float | None]


def untangled(seen: Sequence[Line]) -> list[Line]:
    """Return *seen* in the order of reading: the same lines, or pieces of them, with `seam` set where the order was changed."""
    lines = [*_fragments(seen)]
    for window in reversed([*_windows(lines)]):
        order = _order([lines[at] for at in window], over=_heads_between(lines, window))
        if order:
            _rearrange(lines, window, order)
    return [*_whole(lines, {line.number: line for line in seen})]


def _fragments(seen: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines; a line in which columns were read across in its pieces: several of its joints read badly."""
    cuts = {at: cut for at, line in enumerate(seen) if _turned(line) and len(cut := [*_cut(line)]) > MANY}
    pairs = [(at, pair) for at, cut in cuts.items() for pair in pairwise(cut)]
    wrong = Counter(at for (at, _), bad in zip(pairs, _bad([pair for _, pair in pairs]), strict=True) if bad)
    for at, line in enumerate(seen):
        yield from cuts[at] if wrong[at] > 1 and wrong[at] >= DENSE * len(cuts[at]) else [line]


def _turned(line: Line) -> bool:
    return line.kind in BODY and line.text.count(" ") >= MANY


def _cut(line: Line) -> Iterator[Line]:
    """Yield the pieces of *line* between its stray blanks."""
    for number, (a, b) in enumerate(pieces(line)):
        if a < b:
            yield replace(line, text=line.text[a:b], start=line.start + a, end=line.start + b, gap=0 if number else line.gap)


def _bad(pairs: Sequence[tuple[Line, Line]]) -> list[bool]:
    """Tell of each pair whether the second reads badly below the first: as what goes on, and where a sentence ends as a beginning."""
    wrong = [not ends_sentence(a.text) for a, _ in pairs]
    _sift(wrong, pairs, _read_on)
    if any(wrong):
        finished = [ends_sentence(a.text) for a, _ in pairs]
        _sift(finished, pairs, lambda its: begins([b.text for _, b in its]))
        _sift(finished, pairs, _read_on)
        wrong = [its or other for its, other in zip(wrong, finished, strict=True)]
    return wrong


def _read_on(pairs: Sequence[tuple[Line, Line]]) -> NDArray[np.float32]:
    return joints([a.text for a, _ in pairs], [b.text for _, b in pairs])


def _sift(chosen: list[bool], pairs: Sequence[tuple[Line, Line]], score: Callable[[list[tuple[Line, Line]]], NDArray[np.float32]]) -> None:
    """Leave of the *chosen* pairs those with a bad score."""
    numbers = [number for number, its in enumerate(chosen) if its]
    if numbers:
        for number, its in zip(numbers, score([pairs[number] for number in numbers]), strict=True):
            chosen[number] = bool(its < BAD)


def _windows(lines: Sequence[Line]) -> Iterator[list[int]]:
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
        for run in _runs([number for number in bad if first <= number < last], apart):
            low, high = max(first, run[0] - AROUND), min(last, run[-1] + 2 + AROUND)
            below = [body[last]] if last < len(body) and begins([lines[body[last]].text])[0] < 0 else []
            yield body[low:high] + below


def _runs(bad: Sequence[int], apart: Sequence[int]) -> Iterator[list[int]]:
    """Yield the bad joints that stand near each other, several and close together; a block of narrow lines counts nothing."""
    runs: list[list[int]] = []
    for at in bad:
        if runs and apart[at] - apart[runs[-1][-1]] <= NEAR:
            runs[-1].append(at)
        else:
            runs.append([at])
    yield from (run for run in runs if len(run) > 1 and len(run) >= DENSE * (apart[run[-1]] - apart[run[0]] + 1))


def _stretches(lines: Sequence[Line], body: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where in *body* the text between two heads begins and ends."""
    first = 0
    for number, (a, b) in enumerate(pairwise(body), 1):
        if not all(line.kind in PASSED for line in lines[a + 1 : b]):
            yield first, number
            first = number
    if body:
        yield first, len(body)


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
    pairs = assigned(worth)
    if sum(worth[link] for link in _links(pairs)) < needed:
        return None
    sure = {(a, b): _sure(worth, pairs, a) for a, (b, _) in pairs.items() if b != a + 1}
    links = {a: b for a, (b, _) in pairs.items() if sure.get((a, b), 1.0) >= WEAK}
    for a in [*_superfluous(links, worth, over, len(fragments))]:
        links.pop(a, None)
    if all(b == a + 1 for a, b in links.items()):
        return None
    return _streams(fragments, _chains(links, sure, len(fragments)), over)


def _sure(worth: Scores, pairs: dict[int, tuple[int, float]], a: int) -> float:
    """Return how likely it is that *a* goes on as in *pairs*: by how many nats the best reading is better than the best without this."""
    b, loss = pairs[a]
    if loss < CLEAR:  # what is known is the least that it can be
        without = worth.copy()
        without[a, b] = -math.inf
        loss = sum(worth[link] for link in _links(pairs)) - sum(without[link] for link in _links(assigned(without)))
    return 1 / (1 + math.exp(-min(30.0, loss)))


def _links(pairs: dict[int, tuple[int, float]]) -> list[tuple[int, int]]:
    return [(a, b) for a, (b, _) in pairs.items()]


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
    ends, starts = np.maximum(stops(texts), LOST), np.maximum(begins(texts), LOST)
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
        host = next((a, b) for chain in order for a, b in pairwise(chain.at) if a < below.at[0] < b < last)
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
        if run and (line is None or line.number != run[-1].number or line.seam is not None or line.start < run[-1].end):
            original = whole[run[0].number]
            yield original if (run[0].start, run[-1].end) == (original.start, original.end) and len(run) > 1 else run[0]
            yield from () if len(run) == 1 or (run[0].start, run[-1].end) == (original.start, original.end) else run[1:]
            run = []
        if line is not None:
            run.append(line)
