"""Paragraph ends at full lines, on pages that neither indent paragraphs nor leave a blank line between them.

    …加装电梯的事终于办成了。        full, a sentence ends: does the paragraph end as well?
    近日，街道又推出了新的服         begins as paragraphs begin
    务清单。                         not full: the paragraph ends

A block of lines is cut where the cuts make its paragraphs most like those of the page in length, and most like paragraphs in their
first words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from math import log
from statistics import fmean, pvariance

from index.layout.lines import Line
from index.text.punctuation import ends_sentence

# Log-odds that a paragraph rather than another sentence begins, by first words. `python -m index.training.paragraphs` counts them, and
# the five numbers below, on running text; all were rounded by hand, and first words of other sentences got less than their count.
BEGINNING_ODDS = (
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
FIRST_WORDS = tuple((points, re.compile(pattern)) for points, pattern in BEGINNING_ODDS)
OTHER_WORDS = 0.2  # log-odds for all other first words
USUAL_LENGTH = log(110)  # logarithm of characters: mean of paragraphs
USUAL_SPREAD = 0.35  # variance of that logarithm
SENTENCE_ENDS = 1 / 60  # ends of sentences for each character
QUOTE_OPEN = 4.0  # log-odds against the end of a paragraph while a quote is open
USUAL_WEIGHT = 5  # paragraphs of a page that the usual length and spread count for, set by hand
MOST_FULL_LINES = 30  # full lines ending a sentence in one paragraph, set by hand: longer paragraphs are not tried, for speed
FULL_STOP = re.compile('[。！？!?…][”’」』）")]*$')
TAU = 6.28  # 2π, of the normal distribution


def full_lines_ending_paragraphs(
    lines: Sequence[Line], same_block: Callable[[Line, Line], bool], fills: Callable[[Line], bool]
) -> frozenset[int]:
    """Return the numbers of the full lines with which a paragraph ends; *same_block*: whether two lines are of one block."""
    blocks = list(_blocks(lines, same_block))
    doubtful = [[i for i, line in enumerate(block[:-1], 1) if fills(line) and FULL_STOP.search(line.text)] for block in blocks]
    if not any(doubtful) or not _is_dense(lines, fills):
        return frozenset()
    whole = [log(_size(block)) for block, ends in zip(blocks, doubtful, strict=True) if not ends and ends_sentence(block[-1].text)]
    likelihood = _likelihood_of_sizes(whole)
    return frozenset(
        block[cut - 1].number for block, ends in zip(blocks, doubtful, strict=True) if ends for cut in _best_cuts(block, ends, likelihood)
    )


def _likelihood_of_sizes(known: Sequence[float]) -> Callable[[int], float]:
    """Return the log-likelihood of a paragraph's size on a log-normal curve; *known*: logarithms of sizes on the same page."""
    weight = len(known) + USUAL_WEIGHT
    mean = (sum(known) + USUAL_WEIGHT * USUAL_LENGTH) / weight
    deviation = (pvariance(known) + (fmean(known) - mean) ** 2) * len(known) if known else 0.0
    spread = (deviation + USUAL_WEIGHT * USUAL_SPREAD) / weight if known else USUAL_SPREAD

    def likelihood(size: int) -> float:
        return -((log(size) - mean) ** 2) / (2 * spread) - log(size) - log(spread * TAU) / 2

    return likelihood


def _best_cuts(block: Sequence[Line], doubtful: Sequence[int], likelihood: Callable[[int], float]) -> list[int]:
    """Return those of the *doubtful* positions at which cutting is most likely, by dynamic programming from the first line."""
    size = [0, *accumulate(len(line.text) for line in block)]
    quotes = [0, *accumulate(line.text.count("“") - line.text.count("”") for line in block)]
    uncut = [0.0, *accumulate(log(SENTENCE_ENDS) - _beginning(block[cut].text) + QUOTE_OPEN * (quotes[cut] > 0) for cut in doubtful)]
    positions = [0, *doubtful, len(block)]
    best: list[tuple[float, int]] = [(0.0, 0)]  # by position: the log-likelihood up to it, and where its last paragraph begins
    for j in range(1, len(positions)):
        starts = range(max(0, j - MOST_FULL_LINES), j)
        best.append(max((best[i][0] + likelihood(size[positions[j]] - size[positions[i]]) + uncut[j - 1] - uncut[i], i) for i in starts))
    cuts, j = [], best[-1][1]
    while j:
        cuts.append(positions[j])
        j = best[j][1]
    return cuts


def _beginning(text: str) -> float:
    """Return the log-odds that a paragraph begins with the sentence *text*."""
    return next((points for points, words in FIRST_WORDS if words.match(text)), OTHER_WORDS)


def _blocks(lines: Sequence[Line], same_block: Callable[[Line, Line], bool]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for line in lines:
        if block and not same_block(block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _is_dense(lines: Sequence[Line], fills: Callable[[Line], bool]) -> bool:
    """Whether most paragraphs that surely end are followed by no indent and no more blank lines than other lines are."""
    airy = any(below.gap == 0 and below.number - above.number > 1 for above, below in pairwise(lines))
    below_ends = [
        below for above, below in pairwise(lines) if above.kind == below.kind == "text" and not fills(above) and ends_sentence(above.text)
    ]
    return sum(below.indent < 2 and below.gap <= airy for below in below_ends) * 2 > len(below_ends)


def _size(block: Sequence[Line]) -> int:
    return sum(len(line.text) for line in block)
