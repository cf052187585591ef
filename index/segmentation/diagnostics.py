"""Doubts about articles: half sentences, open quotes, fragments, loose joins. Each names its lines, so that a person can look.

    article ──▶ starts_mid_sentence, line 39: `万元的力恒农业…`      sure
            ──▶ loosely_joined, lines 25 and 29                    likely

A doubt needs a sign in the text itself, and nothing is mended or left out. Lists, tables and Latin texts do without full stops, so
no doubt means only that no sign was seen.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from math import inf
from typing import NamedTuple

from index.document import Article, Heading, LineRange, Page, Paragraph
from index.layout.line_shapes import ITEM
from index.layout.paragraphs import LineBreaks
from index.layout.woven import AS_PRINTED
from index.messages import say
from index.segmentation.articles import labels_of_doubtful_lines, ordered_lines
from index.segmentation.displaced import strays
from index.text.dates import DATE
from index.text.punctuation import HAN, ends_sentence
from index.text.tokens import words

# No sentence begins with these: marks that close or join, and particles, save in the words that begin with the same character.
NO_START = re.compile(
    r"[，。、；：！？,;!?)）》〉」』】”’]|们|吗|的(?![确士])|了(?![解结却不然])|着(?![力眼手重实陆装急火色想魔迷])|(?:等|者|性|化)[，。、；,;]|[万亿]元(?!户)"
)
# Characters that are a word of their own where a sentence is cut, and hardly ever begin a paragraph: counted on 30,000 paragraphs and
# as many pieces, and chosen among those by hand. `python -m index.training.paragraphs` counts them anew.
CONTINUING = frozenset(
    "的业理了作地是动会法们员个化日量能合入力者过产生度位里级道记品出息体政续面月场间次证件及导局况事性式还效实术口制内示办期境权疗构"
    "求项责目策任态造障元照车型资统护工代见域所界险活意色价取户料称际升助收果放头委类案步报交系营断司园军席识名算或馆革校技率额保机列计"
    "段款质客组复置批则益情队满物层接处么"
)
STUMP = re.compile(  # the rest of a word or a clause: `控，搞“一放了之”`. The same program prints how often pieces and paragraphs begin so
    r"(?![一二三四五六七八九十省市县区])[\u4e00-\u9fff][，、。；,;]|[\u4e00-\u9fff]{1,5}[。；;].{12}"
)
LOOSE = 1.0  # log-odds above the least of a join that is made, set by hand: up to here the odds are below three to one
NO_END = re.compile(r"[，、,（(《〈「『【“‘]$")  # no paragraph ends with these
HANGING = re.compile(r"(?<=[\u3400-\u9fff]{3})[在的和与及把被为向从由将于]$")  # `我们走在`: a word that needs another one
PROSE = "[，。；,]"  # marks of prose; a list of names or a line of a notice has none
LABEL = re.compile(r"[^，。；,]{1,8}[：:]")  # `联系人：张三，电话：…`: a line of a notice in spite of its marks
SHORTEST_PROSE = 20  # characters, set by hand: a shorter text without an end is a line of a list, a signature or an unseen heading
MOST_MEANINGLESS = 2  # letters and digits of a fragment
LONGEST_FRAGMENT = 4  # characters
PAIRS = ("“”", "「」", "『』", "《》", "【】", "(（)）")
CREDITED = re.compile(r"[（(][^()（）]{1,40}[)）]$")  # `……新高。（央视财经）`
NOT_PROSE = ("table", "row", "code", "rule", "front", "furniture")  # kinds of lines that are never doubted
MARKER = re.compile(r"[\w]{1,3}[)）]|" + ITEM.pattern)


class Doubt(NamedTuple):
    """What is doubtful in an article."""

    code: str
    paragraph: int | None  # in its article, from 1; None where the whole article is meant
    lines: tuple[LineRange, ...]
    confidence: str = "sure"  # or "likely"

    @property
    def reason(self) -> str:
        """What a person may find there."""
        reasons = {
            "no_title": say("no title"),
            "no_text": say("no text"),
            "label_in_doubt": say("may be a title, or none"),
            "starts_mid_sentence": say("starts in mid-sentence"),
            "ends_mid_sentence": say("ends in mid-sentence"),
            "loosely_joined": say("text may be lost where two of its lines were joined"),
            "unbalanced": say("a quote or bracket without its other half"),
            "untangled": say("columns or paragraphs stood mixed and were put in order by what they say"),
            "displaced": say("may belong to the article above or below"),
            "woven": say("columns stand mixed on the page and could not be told apart"),
            "fragment": say("no more than two characters"),
        }
        return reasons[self.code]


def doubts(page: Page, articles: Sequence[Article]) -> list[list[Doubt]]:
    """Return for each of the *articles* of *page* what is doubtful in it, in the order of its text."""
    ordered, breaks = ordered_lines(page)
    kinds = {line.number: line.kind for line in reversed(ordered)}
    labels = labels_of_doubtful_lines(page)
    found = [[*_doubts_of(page, article, kinds, breaks), *_doubtful_labels(article, labels)] for article in articles]
    for stray in strays(articles):
        found[stray.article].append(
            Doubt("displaced", stray.paragraph + 1, articles[stray.article].paragraphs[stray.paragraph].lines, "likely")
        )
    return found


def _doubtful_labels(article: Article, labels: dict[int, str]) -> Iterator[Doubt]:
    """Yield the headings and paragraphs of *article* whose first line may be text as well as a heading, or a title as well as a subhead."""
    parts: list[Heading | Paragraph] = [*article.headings, *article.paragraphs]
    for part in parts:
        if part.lines and part.lines[0][0] in labels:
            yield Doubt("label_in_doubt", None, part.lines[:1], "likely")


def _doubts_of(page: Page, article: Article, kinds: dict[int, str], breaks: LineBreaks) -> Iterator[Doubt]:
    if not article.title:
        yield Doubt("no_title", None, _first_line(article))
    if not article.paragraphs:
        yield Doubt("no_text", None, _first_line(article))
    subheads = sorted(heading.lines[-1][1] for heading in article.headings if heading.role == "subhead" and heading.lines)
    last, broke_off = 0, False  # the line on which the paragraph above ends, and whether it ends within a sentence
    for number, (paragraph, following) in enumerate(zip_longest(article.paragraphs, article.paragraphs[1:]), 1):
        opening = number == 1 or broke_off or bisect_right(subheads, last) < bisect_left(subheads, paragraph.lines[0][0])
        kind = kinds.get(paragraph.lines[0][0], "text")
        if paragraph.certainty <= AS_PRINTED:
            yield Doubt("woven", number, paragraph.lines)
        elif paragraph.certainty < 1:
            yield Doubt("untangled", number, paragraph.lines)
        if kind not in NOT_PROSE and paragraph.certainty > AS_PRINTED:
            codes = dict(_codes(paragraph.text.strip(), kind, opening, following))
            yield from (Doubt(code, number, paragraph.lines, confidence) for code, confidence in codes.items())
            broke_off = "ends_mid_sentence" in codes
            for above, below in loose_joins(page, paragraph, breaks):
                yield Doubt("loosely_joined", number, ((above, above), (below, below)), "likely")
        last = paragraph.lines[-1][1]


def _codes(text: str, kind: str, opening: bool, following: Paragraph | None) -> Iterator[tuple[str, str]]:
    """Yield the code and the confidence of each doubt about a paragraph; *opening*: no whole sentence is right above the paragraph."""
    if sum(character.isalnum() for character in text) <= MOST_MEANINGLESS and len(text) <= LONGEST_FRAGMENT:
        yield "fragment", "sure"
        return
    if not HAN.search(text):
        return
    if NO_START.match(text) or (opening and closes_before_opening(text)):
        yield "starts_mid_sentence", "sure"
    elif opening and begins_with_rest(text):
        yield "starts_mid_sentence", "likely"
    if NO_END.search(text) or HANGING.search(text) or _breaks_off(text, kind):
        yield "ends_mid_sentence", "sure"
    if not is_paired(text) and not _speech_continues(text, following):
        yield "unbalanced", "likely"


def begins_with_rest(text: str) -> bool:
    """Whether *text* begins with a word of one character that begins no paragraph, or with the rest of a clause.

    >>> [begins_with_rest(text) for text in ("业率达到九成。", "业主都说好。", "控，搞“一放了之”，也不好。")]
    [True, False, True]
    """
    if STUMP.match(text):
        return True
    first = words(text[:6], guess=False)[:1] if text[:1] in CONTINUING else ()
    return any(word.start == 0 and word.end == 1 for word in first)


def loose_joins(page: Page, paragraph: Paragraph, breaks: LineBreaks) -> Iterator[tuple[int, int]]:
    """Yield the lines (above, below) that were joined over a blank line with little evidence."""
    line = paragraph.lines[0][0]
    for (first, end), (start, _) in pairwise(paragraph.spans):
        line += page.text.count("\n", first, end)
        between = page.text.count("\n", end, start)
        if between > 1 and breaks.joins.get((line, line + between), inf) < breaks.least + LOOSE:
            yield line, line + between
        line += between


def closes_before_opening(text: str) -> bool:
    """Whether the first quote or bracket of *text* is a closing one, so that its opening half was lost.

    >>> [closes_before_opening(text) for text in ('引智工程"。布局"最近"创新圈', "工程”。", "“引智”")]
    [True, True, False]
    """
    for opener, closer in (("“", "”"), ("《", "》"), ("(（", ")）")):
        first = re.search(f"[{opener}{closer}]", _without_marker(text))
        if first and first[0] in closer:
            return True
    straight = text.find('"')
    return straight > 0 and text.count('"') % 2 == 1 and text[straight + 1 : straight + 2] in tuple("。，、；：,.;:!?！？")


def is_paired(text: str) -> bool:
    """Whether each quote and bracket of *text* has its other half; an OCR mistakes `“` and `"` for one another, which is no loss.

    >>> [is_paired(text) for text in ("“甲”", '“甲"', "（甲", "1)甲", "甲》")]
    [True, True, False, True, False]
    """
    text = _without_marker(text)
    straight = text.count('"')
    quotes = straight + text.count("“") + text.count("”")
    if straight and quotes % 2 == 0:
        return all(_has_pairs(text, pair) for pair in PAIRS[1:])
    return not straight % 2 and all(_has_pairs(text, pair) for pair in PAIRS)


def _without_marker(text: str) -> str:
    """Return *text* without the marker of a list item at its beginning: `1)`, `（一）`."""
    marker = MARKER.match(text)
    return text[marker.end() :] if marker else text


def _has_pairs(text: str, pair: str) -> bool:
    """Whether the marks of *pair* (the openers, then the closers) are nested as they should be."""
    half = len(pair) // 2
    depth = 0
    for character in text:
        depth += (character in pair[:half]) - (character in pair[half:])
        if depth < 0:
            return False
    return depth == 0


def _speech_continues(text: str, following: Paragraph | None) -> bool:
    """Whether *text* is one paragraph of a longer speech: each opens with a quote, and only the last one closes it."""
    opened = text.count("“") == text.count("”") + 1 or text.count('"') % 2 == 1
    return opened and following is not None and following.text.lstrip()[:1] in ("“", '"')


def _breaks_off(text: str, kind: str) -> bool:
    """Whether *text* is prose that ends within a sentence."""
    text = CREDITED.sub("", text)
    prose = len(text) >= SHORTEST_PROSE and re.search("。" if kind == "item" else PROSE, text) and not LABEL.match(text)
    return bool(prose) and not ends_sentence(text) and not DATE.search(text[-12:])


def _first_line(article: Article) -> tuple[LineRange, ...]:
    """Return the first line of an article as a line range, so that a person knows where to look."""
    ranges = (*(paragraph.lines for paragraph in article.paragraphs), *(heading.lines for heading in article.headings))
    starts = [lines[0] for lines in ranges if lines]
    return ((min(starts)[0],) * 2,) if starts else ()
