"""Articles to what is doubtful in them: half sentences, open quotes, fragments. Said with the lines, so that a person can look.

Only what the text itself shows is doubted; nothing is mended or left out. A list, a table or a Latin text does without full stops,
so silence proves nothing: it means that no sign was seen.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from math import inf
from typing import NamedTuple

from index.document import Article, Lines, Page, Paragraph
from index.layout.line_kinds import DATE
from index.layout.lines import HAN, ITEM, ends_sentence
from index.layout.paragraphs import Breaks
from index.segmentation.articles import ordered_lines
from index.text.tokens import words

REASONS = {
    "no_title": "没有标题 / no title",
    "no_text": "没有正文 / no text",
    "starts_mid_sentence": "段首像是半句 / starts in mid-sentence",
    "ends_mid_sentence": "段尾像是半句 / ends in mid-sentence",
    "loosely_joined": "两行之间可能缺字 / text may be lost where two of its lines were joined",
    "unbalanced": "引号或括号不成对 / a quote or bracket without its other half",
    "untangled": "原页上分栏交错，按文意拼接 / columns stood mixed on the page and were put together by what reads on",
    "fragment": "只有一两个字 / no more than two characters",
}
# What no sentence begins with: marks that close or join, and particles, less the words that begin with the same character.
NO_START = re.compile(
    r"[，。、；：！？,;!?)）》〉」』】”’]|们|吗|的(?![确士])|了(?![解结却不然])|着(?![力眼手重实陆装急火色想魔迷])|(?:等|者|性|化)[，。、；,;]|[万亿]元(?!户)"
)
# Characters that stand as a word where a sentence goes on, and begin no paragraph: learnt from 30,000 paragraphs and as many pieces.
GOING_ON = frozenset(
    "的业理了作地是动会法们员个化日量能合入力者过产生度位里级道记品出息体政续面月场间次证件及导局况事性式还效实术口制内示办期境权疗构"
    "求项责目策任态造障元照车型资统护工代见域所界险活意色价取户料称际升助收果放头委类案步报交系营断司园军席识名算或馆革校技率额保机列计"
    "段款质客组复置批则益情队满物层接处么"
)
STUMP = re.compile(  # what is left of a word or a clause, one in ten pieces and one paragraph in a thousand begin so: `控，搞“一放了之”`
    r"(?![一二三四五六七八九十省市县区])[\u4e00-\u9fff][，、。；,;]|[\u4e00-\u9fff]{1,5}[。；;].{12}"
)
LOOSE = 1.0  # log-odds above the least that goes on: three to one
NO_END = re.compile(r"[，、,（(《〈「『【“‘]$")  # what no paragraph ends with
HANGING = re.compile(r"(?<=[\u3400-\u9fff]{3})[在的和与及把被为向从由将于]$")  # `我们走在`: a word that wants another one
SAID = "[，。；,]"  # prose, not a list of names or a line of a notice
LABEL = re.compile(r"[^，。；,]{1,8}[：:]")  # `联系人：张三，电话：…`: a line of a notice all the same
SHORTEST = 20  # characters; below, a paragraph without an end is a line of a list, a signature, a head that was not seen
PAIRS = ("“”", "「」", "『』", "《》", "【】", "(（)）")
CREDITED = re.compile(r"[（(][^()（）]{1,40}[)）]$")  # `……新高。（央视财经）`
UNSAID = ("table", "code", "rule", "front")
MARKER = re.compile(r"[\w]{1,3}[)）]|" + ITEM.pattern)


class Doubt(NamedTuple):
    """*paragraph* counts from 1 in its article, None where the whole article is meant."""

    code: str
    paragraph: int | None
    lines: tuple[Lines, ...]
    confidence: str = "sure"  # or "likely"

    @property
    def reason(self) -> str:
        return REASONS[self.code]


def doubts(page: Page, articles: Sequence[Article]) -> list[list[Doubt]]:
    """Return for each of *articles*, which were read out of *page*, what is doubtful in it, in the order of its text."""
    seen, broken = ordered_lines(page)
    kinds = {line.number: line.kind for line in reversed(seen)}
    return [list(_of(page, article, kinds, broken)) for article in articles]


def _of(page: Page, article: Article, kinds: dict[int, str], broken: Breaks) -> Iterator[Doubt]:
    if not article.title:
        yield Doubt("no_title", None, _first(article))
    if not article.paragraphs:
        yield Doubt("no_text", None, _first(article))
    heads = sorted(head.lines[-1][1] for head in article.headings if head.role == "subhead" and head.lines)
    last, broke_off = 0, False  # line on which the paragraph above ends, and whether it does so within a sentence
    for number, (paragraph, following) in enumerate(zip_longest(article.paragraphs, article.paragraphs[1:]), 1):
        opening = number == 1 or broke_off or bisect_right(heads, last) < bisect_left(heads, paragraph.lines[0][0])
        kind = kinds.get(paragraph.lines[0][0], "text")
        if paragraph.sure < 1:
            yield Doubt("untangled", number, paragraph.lines)
        if kind not in UNSAID:
            codes = dict(_codes(paragraph.text.strip(), kind, opening, following))
            yield from (Doubt(code, number, paragraph.lines, confidence) for code, confidence in codes.items())
            broke_off = "ends_mid_sentence" in codes
            for above, below in loose(page, paragraph, broken):
                yield Doubt("loosely_joined", number, ((above, above), (below, below)), "likely")
        last = paragraph.lines[-1][1]


def _codes(text: str, kind: str, opening: bool, following: Paragraph | None) -> Iterator[tuple[str, str]]:
    if sum(character.isalnum() for character in text) <= 2 and len(text) <= 4:
        yield "fragment", "sure"
        return
    if not HAN.search(text):
        return
    if NO_START.match(text) or (opening and closes_first(text)):
        yield "starts_mid_sentence", "sure"
    elif opening and goes_on(text):
        yield "starts_mid_sentence", "likely"
    if NO_END.search(text) or HANGING.search(text) or _breaks_off(text, kind):
        yield "ends_mid_sentence", "sure"
    if not paired(text) and not _said_on(text, following):
        yield "unbalanced", "likely"


def goes_on(text: str) -> bool:
    """Tell whether *text* begins with a word of one character that begins no paragraph, or with the rest of a clause.

    >>> [goes_on(t) for t in ("业率达到九成。", "业主都说好。", "控，搞“一放了之”，也不好。")]
    [True, False, True]
    """
    if STUMP.match(text):
        return True
    first = words(text[:6], guess=False)[:1] if text[:1] in GOING_ON else ()
    return any(word.start == 0 and word.end == 1 for word in first)


def loose(page: Page, paragraph: Paragraph, broken: Breaks) -> Iterator[tuple[int, int]]:
    """Yield the lines (above, below) at which pieces were joined over a blank line though little speaks for it."""
    line = paragraph.lines[0][0]
    for (first, end), (start, _) in pairwise(paragraph.spans):
        line += page.text.count("\n", first, end)
        between = page.text.count("\n", end, start)
        if between > 1 and broken.seams.get((line, line + between), inf) < broken.least + LOOSE:
            yield line, line + between
        line += between


def closes_first(text: str) -> bool:
    """Tell whether the first quote or bracket of *text* is a closing one: its opening half was lost.

    >>> [closes_first(t) for t in ('引智工程"。布局"最近"创新圈', "工程”。", "“引智”")]
    [True, True, False]
    """
    for opener, closer in (("“", "”"), ("《", "》"), ("(（", ")）")):
        found = re.search(f"[{opener}{closer}]", _unmarked(text))
        if found and found[0] in closer:
            return True
    straight = text.find('"')
    return straight > 0 and text.count('"') % 2 == 1 and text[straight + 1 : straight + 2] in tuple("。，、；：,.;:!?！？")


def paired(text: str) -> bool:
    """Tell whether each quote and bracket of *text* has its other half; an OCR takes `“` and `"` for one another, which is no loss.

    >>> [paired(t) for t in ("“甲”", '“甲"', "（甲", "1)甲", "甲》")]
    [True, True, False, True, False]
    """
    text = _unmarked(text)
    straight = text.count('"')
    quotes = straight + text.count("“") + text.count("”")
    if straight and quotes % 2 == 0:
        return all(_closed(text, pair) for pair in PAIRS[1:])
    return not straight % 2 and all(_closed(text, pair) for pair in PAIRS)


def _unmarked(text: str) -> str:
    marker = MARKER.match(text)
    return text[marker.end() :] if marker else text


def _closed(text: str, pair: str) -> bool:
    half = len(pair) // 2
    depth = 0
    for character in text:
        depth += (character in pair[:half]) - (character in pair[half:])
        if depth < 0:
            return False
    return depth == 0


def _said_on(text: str, following: Paragraph | None) -> bool:
    """A speech of several paragraphs opens each of them with a quote and closes the last alone."""
    opened = text.count("“") == text.count("”") + 1 or text.count('"') % 2 == 1
    return opened and following is not None and following.text.lstrip()[:1] in ("“", '"')


def _breaks_off(text: str, kind: str) -> bool:
    text = CREDITED.sub("", text)
    prose = len(text) >= SHORTEST and re.search("。" if kind == "item" else SAID, text) and not LABEL.match(text)
    return bool(prose) and not ends_sentence(text) and not DATE.search(text[-12:])


def _first(article: Article) -> tuple[Lines, ...]:
    """The first line of an article, to have a place to look at."""
    starts = [lines[0] for lines in (*(each.lines for each in article.paragraphs), *(head.lines for head in article.headings)) if lines]
    return ((min(starts)[0],) * 2,) if starts else ()
