"""Lines without a gap between them to the paragraphs they hold, on pages that neither indent their paragraphs nor set them apart.

    …加装电梯的事终于办成了。        full, a sentence ends: does the paragraph?
    近日，街道又推出了新的服         begins as paragraphs begin
    务清单。                         not full: the paragraph ends

A block is cut where that makes its paragraphs most like those of the page: in their lengths and in their first words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import log
from statistics import fmean, pvariance

from index.layout.lines import Line, ends_sentence

BEGINS = (  # log-odds that a paragraph begins and no other sentence, by first words, in running text
    (
        2.0,
        r"记者|本报|今[天日晚]（|昨天（|走进|某[^些种]|网友|会议[指强听]|习近平|“以前|近日|日前|昨天|前不久|不久前|[一-鿿]{2,4}(?:强调|指出|在[^，。]{4,20}时)",
    ),
    (0.8, r"据|近年来|今年|为了|随着|从|全国|[一-鿿]{2,3}(?:市|省|县|区|镇|村|街道)|第[一二三四五]，|十"),
    (-1.0, r"同时|与此同时|目前|现在|截至|此外|如果|但|而|因|通过|对|以|有|如[^今]|因此|为此|由于|当前|大"),
    (
        -2.0,
        r"\d|[他她它我要该其还也只可那所你]|这(?!几|两|些年)|中方|双方|比如|例如|希望|大家|一[个位]|后来|另外|到|报告|活动|节目|以下|数据",
    ),
)
FIRST_WORDS = tuple((points, re.compile(pattern)) for points, pattern in BEGINS)
FULL_STOP = re.compile('[。！？!?…][”’」』）")]*$')
LENGTH, SPREAD, KNOWN = log(110), 0.35, 5  # of paragraphs, in logarithms of characters, and what this counts for: so many paragraphs
SENTENCES = 1 / 60  # ends of sentences for each character
MOST = 30  # full lines with which a sentence ends in one paragraph; more are not tried
OPENED = 4.0  # log-odds against a paragraph's end while a quote is open


def full_ends(lines: Sequence[Line], joined: Callable[[Line, Line], bool], fills: Callable[[Line], bool]) -> frozenset[int]:
    """Return the numbers of the full lines with which a paragraph ends; *joined* tells of two lines whether they are of one block."""
    blocks = list(_blocks(lines, joined))
    doubtful = [[at for at, line in enumerate(block[:-1], 1) if fills(line) and FULL_STOP.search(line.text)] for block in blocks]
    if not any(doubtful) or not _dense(lines, fills):
        return frozenset()
    known = [log(_size(block)) for block, its in zip(blocks, doubtful, strict=True) if not its and ends_sentence(block[-1].text)]
    weight = len(known) + KNOWN
    mean = (sum(known) + KNOWN * LENGTH) / weight
    spread = ((pvariance(known) + (fmean(known) - mean) ** 2) * len(known) + KNOWN * SPREAD) / weight if known else SPREAD

    def likely(size: int) -> float:
        """The logarithm of how often a paragraph has this size, on a log-normal curve."""
        return -((log(size) - mean) ** 2) / (2 * spread) - log(size) - log(spread * 6.28) / 2

    return frozenset(block[at - 1].number for block, its in zip(blocks, doubtful, strict=True) if its for at in _cuts(block, its, likely))


def _cuts(block: Sequence[Line], doubtful: Sequence[int], likely: Callable[[int], float]) -> list[int]:
    """Return those of the *doubtful* places at which cutting is most likely, by trying all ways from the front."""
    size = [0, *accumulate(len(line.text) for line in block)]
    quotes = [0, *accumulate(line.text.count("“") - line.text.count("”") for line in block)]
    kept = [0.0, *accumulate(log(SENTENCES) - _begins(block[at].text) + OPENED * (quotes[at] > 0) for at in doubtful)]
    places = [0, *doubtful, len(block)]
    best: list[tuple[float, int]] = [(0.0, 0)]  # up to each place, and the place at which its last paragraph begins
    for j in range(1, len(places)):
        ways = ((best[i][0] + likely(size[places[j]] - size[places[i]]) + kept[j - 1] - kept[i], i) for i in range(max(0, j - MOST), j))
        best.append(max(ways))
    cuts, j = [], best[-1][1]
    while j:
        cuts.append(places[j])
        j = best[j][1]
    return cuts


def _begins(text: str) -> float:
    """The log-odds that a paragraph begins with *text*, which begins a sentence."""
    return next((points for points, words in FIRST_WORDS if words.match(text)), 0.2)


def _blocks(lines: Sequence[Line], joined: Callable[[Line, Line], bool]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        if block and not joined(block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _dense(lines: Sequence[Line], fills: Callable[[Line], bool]) -> bool:
    """Tell whether most paragraphs of a page that surely end do so without an indent or a gap that other lines have not."""
    airy = any(below.gap == 0 and below.number - above.number > 1 for above, below in pairwise(lines))
    ends = [
        below for above, below in pairwise(lines) if above.kind == below.kind == "text" and not fills(above) and ends_sentence(above.text)
    ]
    return sum(below.indent < 2 and below.gap <= airy for below in ends) * 2 > len(ends)


def _size(block: Sequence[Line]) -> int:
    return sum(len(line.text) for line in block)
