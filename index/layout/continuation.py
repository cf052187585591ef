"""Two pieces of text to how much speaks for the lower one going on with the upper: what a column's end is weighed by.

    …居民议事协商平 | 台，问题得到解决。         a word stands across          goes on
    …“大家坐下来谈 | ，总能找到办法。”          a quote is closed below       goes on
    …打造便民服务 | 据了解，居民很满意。        a paragraph begins so         the end of the upper one is lost
    …推出便民课程 | 业率达到九成。              a word's rest begins it       what stood between is lost

No sign is trusted alone. The points are log-odds, rounded by hand, of a logistic regression on sentences of running text cut at a
random place: half are followed by what followed, the others by the beginning of another paragraph or by what stands further on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from index.layout.line_kinds import UNENDING, sewn
from index.layout.lines import ends_sentence
from index.text.tokens import words
from index.text.trigrams import judged

BEGINNING = re.compile(  # a paragraph's first words, up to their comma; within a sentence these stand after another comma
    r"(?:近日|日前|连日来|今年|去年|目前|当前|眼下|如今|现在|最近|近期|昨天|今天|不久前|前不久|随后|接下来|下一步|同时|与此同时|此外|另外|"
    r"其实|不过|但是|然而|可是|因此|为此|对此|首先|其次|最后|一方面|另一方面|据[^，,。]{1,14}|截至[^，,。]{1,10}|[^，,。]{0,4}以来|"
    r"近年来|一直以来|在[^，,。]{2,14}[中下上里时后前])[，,]"
)
OPENING = re.compile(  # what paragraphs begin with thirty times as often as pieces of sentences do
    r"近年|随着|截至|各位|记者|本报|但|尽管|然而|于是|不过|此外|他[们]?说|据|今[天年]|去年|目前|如今|为了|根据|由于|针对|对于|作为|另"
)
OFTEN = re.compile(  # and with these, ten times as often
    r"这|他|她|从|在|走进|除了|某|如果|虽然|不仅|[李王张刘赵陈杨]|当|此|习近平|《"
)
PARTICLES = frozenset("的了们等着过个")  # no paragraph begins with these, and a sentence goes on with them after any word
REST = frozenset(  # characters that end words: at the head of a piece the rest of a word, whose beginning must stand above
    "业展民动务长济量持力场者间题些体化台续面任品境程门员代众导平机示种统育际行域海系装造子司型局康断级费议术标步求理队义件况利口史府"
    "性度意择挥物略益视识足身链难式部值命层席常录数构格模治论证责态户界立色办线车应策工争易施质率效案款"
)
STUB = re.compile(r"[\u4e00-\u9fff][，、。；,;]")  # a lone character: what is left of a word, unless it is one of these
ALONE = frozenset(
    "的了中里上下内外前后时等来去起过着地得到说是在和与及也都还已就好多大小高新老人个会能有对将让以为从并市省区县一二三四五六七八九十年月日"
)
JOINING = frozenset("，。、；：！？）》」』”’％,;:!?)%")  # marks that close or join
SAYS = re.compile(r"[^，,。]{2,30}(?:表示|指出|强调|认为|介绍|说|称|告诉记者|坦言|透露)[：:，,]")
FEW = re.compile(r"[^。！？!?；;]{0,7}[。！？!?]")  # a sentence that is over at once
LONG_CLAUSE = re.compile(r"[^，,。、]{12,}[，,]")
QUOTE, BRACKET = re.compile('[“”"]'), re.compile("[《》（）()]")
LOST = -2.5  # nats; that the rest of a sentence never reached us is rare and yet happens: no end or beginning is worse than this
NEAR = 20_000  # characters above and below a seam that are searched for what stands across it; most pages are shorter
WHOLE = 14.0  # seams that go on, for each one that does not, before a page is seen
PAUSES = "，、；,;"


class Joint(NamedTuple):
    """The text of a paragraph so far, a piece that may go on with it, and where *at* their *page* that piece begins."""

    before: str
    after: str
    page: str
    at: int

    def elsewhere(self, text: str) -> bool:
        """Tell whether *text* stands near by on the page."""
        return self.page.find(text, max(0, self.at - NEAR), self.at + NEAR) >= 0


def weight(before: str, after: str, page: str = "") -> float:
    """Return the log-odds that *after* goes on with *before*, the text of the paragraph so far, somewhere on *page*.

    >>> weight("社区建成了居民议事协商平", "台，问题得到解决。") > 3 > -3 > weight("努力打造便民服务", "据了解，居民很满意。")
    True
    """
    return weights([Joint(before, after, page, 0)])[0]


def weights(seams: Sequence[Joint]) -> list[float]:
    """Return the `weight` of each of *seams*: the points of its signs, and half the nats by which it reads on rather than ends and begins.

    The two tell much the same, since both know words, so each nat counts half beside the signs.
    """
    if not seams:
        return []
    scores = judged([seam.before for seam in seams], [seam.after for seam in seams]).T.tolist()
    said = [on - max(stop, LOST) - max(begin, LOST) for on, stop, begin in scores]
    return [_points(seam) + its / 2 for seam, its in zip(seams, said, strict=True)]


def _points(joint: Joint) -> float:
    before, after = joint.before, joint.after
    pause = before[-1] in PAUSES
    wanting = pause or before.endswith(UNENDING)  # more follows, and it may begin as paragraphs do
    quote, bracket = _half(before, QUOTE, after, "“", "”"), _half(before, BRACKET, after, "《（(", "》）)")
    across = sewn(before[-3:], after[:3])
    begins = bool(BEGINNING.match(after))
    opens = not begins and bool(OPENING.match(after))
    often = not begins and not opens and bool(OFTEN.match(after))
    quoted = after[0] in '“"‘「' and quote != "closed"
    signs = (
        (6, after[0] in JOINING),
        (3.5, across),
        (3.5, joint.elsewhere(before[-2:] + after[0])),  # what one page says, it says again
        (2, joint.elsewhere(before[-1] + after[:2])),
        (3, quote == "closed"),
        (-3.5, quote == "open"),
        (2, bracket == "closed"),
        (-1.5, bracket == "open"),
        (1, after[0] in PARTICLES),
        (-2, not across and _is_rest(after)),
        (3 if len(after) <= 8 else 1.5, FEW.match(after)),
        (-2 if wanting else -3.5, begins),
        (-1.5 if wanting else -3, opens),
        (-0.5 if wanting else -1.5, often),
        (-1 if wanting else -2.5, quoted),
        (-2, SAYS.match(after)),
        (-1, LONG_CLAUSE.match(after)),
        (0.5, pause),
    )
    return sum(points for points, sign in signs if sign)


def _is_rest(after: str) -> bool:
    """Tell whether *after* begins with the rest of a word: `善、专业的`, `业率达到九成`."""
    if STUB.match(after):
        return after[0] not in ALONE
    first = words(after[:6], guess=False)[:1] if after[0] in REST else ()
    return any(word.start == 0 and word.end == 1 for word in first)


def usual(weights: Iterable[float]) -> float:
    """Return the weight from which on the seams of a page go on: what they show together says how often sentences are lost on it."""
    seen = list(weights)
    going = WHOLE / (WHOLE + 1)
    for _ in range(3):
        odds = going / (1 - going)
        going = (WHOLE + sum(1 - 1 / (1 + odds * exp(each)) for each in seen)) / (WHOLE + 1 + len(seen))
    return log((1 - going) / going)


def _half(before: str, marks: re.Pattern[str], after: str, openers: str, closers: str) -> str:
    """Tell what becomes below of a quote or bracket that *before* left open: `closed`, `open`, or "" where none is or none can be seen."""
    depth = sum(map(before.count, openers)) - sum(map(before.count, closers))
    straight = '"' if '"' in marks.pattern and before.count('"') % 2 else ""
    if depth <= 0 and not straight:
        return ""
    below = marks.search(after)
    if below is None:
        return "open" if ends_sentence(after) else ""  # the lower piece may go on as well
    return "closed" if below[0] in closers + straight else "open"
