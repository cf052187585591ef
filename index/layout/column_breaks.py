"""Column breaks: does the text below a blank line continue the sentence above it, as at a column's end, or was text lost there?

    …居民议事协商平 | 台，问题得到解决。         a word lies across the join         continues
    …“大家坐下来谈 | ，总能找到办法。”          the quote is closed below           continues
    …打造便民服务 | 据了解，居民很满意。        paragraphs begin like this          the end of the upper text is lost
    …推出便民课程 | 业率达到九成。              the rest of a word begins it        the text between is lost

No sign is trusted alone: the signs of a join add up to log-odds, and each page shows how high they must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import exp, log
from typing import NamedTuple

from index.layout.heading_words import UNENDING, has_word_across
from index.text.punctuation import ends_sentence
from index.text.tokens import words
from index.text.trigrams import scores_of_joins

# Log-odds that each sign adds. `python -m index.training.joins` fits them by logistic regression on sentences of running text that are
# cut at random offsets: half of the joins are true, at the others another paragraph begins, or text from further on. The fit was
# rounded by hand; closing marks, short sentences, closed quotes and new quotes weigh more than their fit, also by hand.
POINTS = {
    "a closing mark begins the lower text": 6,
    "a word or number lies across": 3.5,
    "two characters above and one below occur together nearby": 3.5,  # a page repeats its own words
    "one character above and two below occur together nearby": 2,
    "a quote is closed below": 3,
    "a quote stays open below": -3.5,
    "a bracket is closed below": 2,
    "a bracket stays open below": -1.5,
    "a particle begins the lower text": 1,
    "the rest of a word begins the lower text": -2,
    "a sentence ends within eight characters": 3,
    "a short sentence begins the lower text": 1.5,
    "begins like a paragraph": -3.5,
    "begins like a paragraph, more is missing above": -2,
    "opens like a paragraph": -3,
    "opens like a paragraph, more is missing above": -1.5,
    "often opens a paragraph": -1.5,
    "often opens a paragraph, more is missing above": -0.5,
    "a new quote begins": -2.5,
    "a new quote begins, more is missing above": -1,
    "someone is quoted": -2,
    "a long clause begins the lower text": -1,
    "a comma ends the upper text": 0.5,
}
TRIGRAM_SHARE = 0.5  # of the trigram model's nats, set by hand: the model and the signs both know words; the same program fits 0.62
BEGINNING = re.compile(  # first words of paragraphs, up to their comma; inside a sentence they follow another comma
    r"(?:近日|日前|连日来|今年|去年|目前|当前|眼下|如今|现在|最近|近期|昨天|今天|不久前|前不久|随后|接下来|下一步|同时|与此同时|此外|另外|"
    r"其实|不过|但是|然而|可是|因此|为此|对此|首先|其次|最后|一方面|另一方面|据[^，,。]{1,14}|截至[^，,。]{1,10}|[^，,。]{0,4}以来|"
    r"近年来|一直以来|在[^，,。]{2,14}[中下上里时后前])[，,]"
)
OPENING = re.compile(  # words that paragraphs begin with about 40 times as often as pieces of sentences do, by the same program
    r"近年|随着|截至|各位|记者|本报|但|尽管|然而|于是|不过|此外|他[们]?说|据|今[天年]|去年|目前|如今|为了|根据|由于|针对|对于|作为|另"
)
OFTEN = re.compile(  # words that paragraphs begin with about 13 times as often as pieces do
    r"这|他|她|从|在|走进|除了|某|如果|虽然|不仅|[李王张刘赵陈杨]|当|此|习近平|《"
)
PARTICLES = frozenset("的了们等着过个")  # no paragraph begins with these, and a sentence continues with them after any word
REST = frozenset(  # characters that end words: at the beginning of a piece they are the rest of a word whose beginning must be above
    "业展民动务长济量持力场者间题些体化台续面任品境程门员代众导平机示种统育际行域海系装造子司型局康断级费议术标步求理队义件况利口史府"
    "性度意择挥物略益视识足身链难式部值命层席常录数构格模治论证责态户界立色办线车应策工争易施质率效案款"
)
LONE_CHARACTER = re.compile(r"[\u4e00-\u9fff][，、。；,;]")  # a lone character: the rest of a word, unless it is one of SINGLE_WORDS
SINGLE_WORDS = frozenset(
    "的了中里上下内外前后时等来去起过着地得到说是在和与及也都还已就好多大小高新老人个会能有对将让以为从并市省区县一二三四五六七八九十年月日"
)
CLOSING_MARKS = frozenset("，。、；：！？）》」』”’％,;:!?)%")  # marks that close or join: no paragraph begins with one
SAYS = re.compile(r"[^，,。]{2,30}(?:表示|指出|强调|认为|介绍|说|称|告诉记者|坦言|透露)[：:，,]")
SHORT_SENTENCE = re.compile(r"[^。！？!?；;]{0,7}[。！？!?]")  # a sentence that is over at once
LONG_CLAUSE = re.compile(r"[^，,。、]{12,}[，,]")
QUOTE, BRACKET = re.compile('[“”"]'), re.compile("[《》（）()]")
PAUSES = "，、；,;"
SHORT_TEXT = 8  # characters of a lower text that is one short sentence
LOST = -2.5  # nats, set by hand: lowest score of an ending or a beginning, since now and then text was lost there
NEARBY = 20_000  # characters above and below a join that are searched for the characters around it; most pages are shorter
USUAL_ODDS = 14.0  # true joins for each false one before a page's own are seen, set by hand; also the weight of that guess, in joins
ESTIMATION_ROUNDS = 3  # of estimating the odds of a page; they settle at once


class Join(NamedTuple):
    """The text of a paragraph so far, a text that may continue it, their page, and the offset at which the lower text begins."""

    upper: str
    lower: str
    page: str
    offset: int

    def occurs_nearby(self, text: str) -> bool:
        """Whether *text* occurs on the page within NEARBY characters of the join."""
        return self.page.find(text, max(0, self.offset - NEARBY), self.offset + NEARBY) >= 0


def log_odds(joins: Sequence[Join]) -> list[float]:
    """Return for each join the log-odds that its lower text continues its upper text.

    >>> whole = Join("社区建成了居民议事协商平", "台，问题得到解决。", "", 0)
    >>> lost = Join("努力打造便民服务", "据了解，居民很满意。", "", 0)
    >>> log_odds([whole])[0] > 3 > -3 > log_odds([lost])[0]
    True
    """
    if not joins:
        return []
    return [_points(join) + nats * TRIGRAM_SHARE for join, nats in zip(joins, trigram_nats(joins), strict=True)]


def trigram_nats(joins: Sequence[Join]) -> list[float]:
    """Return for each join by how many nats its texts continue each other rather than that one ends and another begins."""
    scores = scores_of_joins([(join.upper, join.lower) for join in joins])
    return [continuation - max(ending, LOST) - max(beginning, LOST) for continuation, ending, beginning in scores]


def join_threshold(odds: Iterable[float]) -> float:
    """Return the log-odds from which on the joins of a page are made; together the joins show how often text is lost on the page.

    The share of true joins is estimated by expectation maximisation, beginning with USUAL_ODDS.
    """
    known = list(odds)
    share = USUAL_ODDS / (USUAL_ODDS + 1)
    for _ in range(ESTIMATION_ROUNDS if known else 0):
        prior = share / (1 - share)
        share = (USUAL_ODDS + sum(1 - 1 / (1 + prior * exp(value)) for value in known)) / (USUAL_ODDS + 1 + len(known))
    return log((1 - share) / share)


def signs(join: Join) -> Iterator[str]:
    """Yield the keys of POINTS that hold for *join*."""
    upper, lower = join.upper, join.lower
    pause = upper[-1] in PAUSES
    missing = ", more is missing above" if pause or upper.endswith(UNENDING) else ""  # and the rest may begin as paragraphs do
    across = has_word_across(upper[-3:], lower[:3])
    quote, bracket = _open_half(upper, QUOTE, lower, "“", "”"), _open_half(upper, BRACKET, lower, "《（(", "》）)")
    if lower[0] in CLOSING_MARKS:
        yield "a closing mark begins the lower text"
    if across:
        yield "a word or number lies across"
    if join.occurs_nearby(upper[-2:] + lower[0]):
        yield "two characters above and one below occur together nearby"
    if join.occurs_nearby(upper[-1] + lower[:2]):
        yield "one character above and two below occur together nearby"
    if quote:
        yield "a quote is closed below" if quote == "closed" else "a quote stays open below"
    if bracket:
        yield "a bracket is closed below" if bracket == "closed" else "a bracket stays open below"
    if lower[0] in PARTICLES:
        yield "a particle begins the lower text"
    if not across and _is_rest_of_word(lower):
        yield "the rest of a word begins the lower text"
    if SHORT_SENTENCE.match(lower):
        yield "a sentence ends within eight characters" if len(lower) <= SHORT_TEXT else "a short sentence begins the lower text"
    opening = _opening(lower)
    if opening:
        yield opening + missing
    if lower[0] in '“"‘「' and quote != "closed":
        yield "a new quote begins" + missing
    if SAYS.match(lower):
        yield "someone is quoted"
    if LONG_CLAUSE.match(lower):
        yield "a long clause begins the lower text"
    if pause:
        yield "a comma ends the upper text"


def _points(join: Join) -> float:
    return sum(POINTS[sign] for sign in signs(join))


def _opening(lower: str) -> str:
    """Return the sign that the first words of *lower* are, "" for none."""
    if BEGINNING.match(lower):
        return "begins like a paragraph"
    if OPENING.match(lower):
        return "opens like a paragraph"
    return "often opens a paragraph" if OFTEN.match(lower) else ""


def _is_rest_of_word(lower: str) -> bool:
    """Whether *lower* begins with the rest of a word: `善、专业的`, `业率达到九成`."""
    if LONE_CHARACTER.match(lower):
        return lower[0] not in SINGLE_WORDS
    first = words(lower[:6], guess=False)[:1] if lower[0] in REST else ()
    return any(word.start == 0 and word.end == 1 for word in first)


def _open_half(upper: str, marks: re.Pattern[str], lower: str, openers: str, closers: str) -> str:
    """Return what becomes of a quote or bracket that *upper* leaves open: `closed` or `open` in *lower*, "" where nothing shows."""
    depth = sum(map(upper.count, openers)) - sum(map(upper.count, closers))
    straight = '"' if '"' in marks.pattern and upper.count('"') % 2 else ""
    if depth <= 0 and not straight:
        return ""
    first = marks.search(lower)
    if first is None:
        return "open" if ends_sentence(lower) else ""  # the text below that one may still close it
    return "closed" if first[0] in closers + straight else "open"
