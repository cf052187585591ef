"""Articles to what is doubtful in them: half sentences, open quotes, fragments. Said with the lines, so that a person can look.

Only what the text itself shows is doubted; nothing is mended or left out. A list, a table or a Latin text does without full stops,
so silence proves nothing: it means that no sign was seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from index.article import Article, Lines, Page, Paragraph
from index.kinds import DATE
from index.lines import HAN, ITEM, ends_sentence, lines

REASONS = {
    "no_title": "没有标题 / no title",
    "no_text": "没有正文 / no text",
    "starts_mid_sentence": "段首像是半句 / starts in mid-sentence",
    "ends_mid_sentence": "段尾像是半句 / ends in mid-sentence",
    "unbalanced": "引号或括号不成对 / a quote or bracket without its other half",
    "untangled": "原页上分栏交错，按文意拼接 / columns stood mixed on the page and were put together by what reads on",
    "fragment": "只有一两个字 / no more than two characters",
}
# What no sentence begins with: marks that close or join, and particles, less the words that begin with the same character.
NO_START = re.compile(
    r"[，。、；：！？,;!?)）》〉」』】”’]|们|吗|的(?![确士])|了(?![解结却不然])|着(?![力眼手重实陆装急火色想魔迷])|(?:等|者|性|化)[，。、；,;]|[万亿]元(?!户)"
)
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

    @property
    def reason(self) -> str:
        return REASONS[self.code]


def doubts(page: Page, articles: Sequence[Article]) -> list[list[Doubt]]:
    """Return for each of *articles*, which were read out of *page*, what is doubtful in it, in the order of its text."""
    kinds = {line.number: line.kind for line in reversed(lines(page))}
    return [list(_of(article, kinds)) for article in articles]


def _of(article: Article, kinds: dict[int, str]) -> Iterator[Doubt]:
    if not article.title:
        yield Doubt("no_title", None, _first(article))
    if not article.paragraphs:
        yield Doubt("no_text", None, _first(article))
    heads = {head.lines[-1][1] for head in article.heads if head.role == "subhead" and head.lines}
    last = 0  # line on which the paragraph above ends
    for number, (paragraph, following) in enumerate(zip_longest(article.paragraphs, article.paragraphs[1:]), 1):
        opening = number == 1 or any(last < head < paragraph.lines[0][0] for head in heads)
        kind = kinds.get(paragraph.lines[0][0], "text")
        if paragraph.sure < 1:
            yield Doubt("untangled", number, paragraph.lines)
        if kind not in UNSAID:
            for code in _codes(paragraph.text.strip(), kind, opening, following):
                yield Doubt(code, number, paragraph.lines)
        last = paragraph.lines[-1][1]


def _codes(text: str, kind: str, opening: bool, following: Paragraph | None) -> Iterator[str]:
    if sum(character.isalnum() for character in text) <= 2 and len(text) <= 4:
        yield "fragment"
        return
    if not HAN.search(text):
        return
    if NO_START.match(text) or (opening and closes_first(text)):
        yield "starts_mid_sentence"
    if NO_END.search(text) or HANGING.search(text) or _breaks_off(text, kind):
        yield "ends_mid_sentence"
    if not paired(text) and not _said_on(text, following):
        yield "unbalanced"


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
    starts = [lines[0] for lines in (*(each.lines for each in article.paragraphs), *(head.lines for head in article.heads)) if lines]
    return ((min(starts)[0],) * 2,) if starts else ()
