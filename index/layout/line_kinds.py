"""Headings and bylines: the kinds of lines that only their neighbours show.

    共商共议 织密小区治理网     short, no sentence end, a byline below     heading
    王鹏 黄智                  names alone below a heading               byline
    近日，社区为进一步加强      as short, but the next line completes it    text
    社区干部队伍管理……

Several weak signs show a heading, and none is trusted alone: titles may have no marks, and half a sentence at a column's end is as
short as a title. All points were set by hand on the example pages; `tests.benchmarks.pages` measures them on generated ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from index.layout.captions import OF_PICTURES, SENTENCE_INSIDE, with_captions
from index.layout.line_shapes import ITEM, LONGEST_UNMARKED_HEADING
from index.layout.lines import Line
from index.text.dates import STAMP
from index.text.punctuation import HAN, cell_width, ends_sentence, is_balanced
from index.text.tokens import words

Fills = Callable[[Line], bool]  # whether a line was broken because it was full

WIDEST_HEADING = 2 * LONGEST_UNMARKED_HEADING  # cells
WIDEST_IN_LIST = 24  # cells, set by hand: a line as short right below a name shows that the name is one of a list
LONGEST_MARKED_HEADING = 80  # characters, set by hand: a longer line with marks that ends a sentence is text
LONGEST_WORDS = 12  # words of a heading in a Latin script, set by hand
MOST_HEADING_LINES = 6  # headings that stand together without a blank line, set by hand: more lines are a paragraph
LONGEST_SINGLE_NAME = 4  # characters of a byline that other words are easily mistaken for
PREFIX = re.compile(r"[\u4e00-\u9fff]{2,8}[省市区县州盟旗镇乡村街道][:：]")  # `余杭区：…`: the place of the article
NOTICE = re.compile(r"(?:公告|通告|公示|启事|启示|声明|通知|告示|须知|公告书|招标|讣告)$")
BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[省市县州镇乡]|(?<![小社园校景辖城片地])区)|[\u4e00-\u9fff]{2,4}[·•][\u4e00-\u9fff]{2,6}")
SLOGAN = re.compile(r"[\u4e00-\u9fff”》]{2}[ \u3000]+[\u4e00-\u9fff“《]{2}")  # `搭平台 建机制`
PARAGRAPH_OPENING = re.compile(  # first words of paragraphs that no heading begins with
    r"比如|例如|据悉|据了解|据介绍|据统计|此外|同时|与此同时|近日|日前|今年|去年|目前|当前|眼下|如今|为了|为此|其中|接下来|下一步|近年来|截至|随着|通过|"
    r"在此|不仅|值得一提|首先|其次|随后|记者|据[^，,]|在[^，,]{1,12}[，,]|\d+月\d*|\d{4}年"
)
NUMBER = re.compile(r"\d\|[.．]?[\d%％年月日时万亿余多]|\.\|\d")  # a number or its unit on both sides of a line's end, written as |
SENTENCE_WORDS = re.compile(  # words of sentences that headings have only within quotes
    r"了(?!解)|着(?![力眼重陆])|(?<![成首])都(?!市)|就[是能会有要]|我(?![国省市县区])|他(?!乡)|[还也已曾很她它]|(?:表示|指出|强调|认为|介绍|说|称)(?:[，,：:]|$)"
)
QUOTED = re.compile(r"[“\"「][^“”\"」]*[”\"」]")
BYLINE_ROLE = re.compile(r"记者|通讯员|作者|撰|文[/／]")
CHAPTER_NUMBER = re.compile("[一二三四五六七八九十]{1,3}、|第")
NO_BEGINNING = "，。、；：！？）》％,.;:!?)%了的们吗呢吧"  # no paragraph begins with these, so the line above continues
UNENDING = tuple("的和与及在对将把是了等以为从向由或至被让近约、")  # last words that more must follow


def with_kinds_settled(lines: Sequence[Line], fills: Fills | None) -> list[Line]:
    """Return *lines* with the kinds of headings, bylines and captions settled.

    *fills* is None on a page where each line is a whole paragraph.
    """
    captioned = with_captions(lines)
    settled: list[Line] = []
    above: Line | None = None  # the last line that is no caption
    for i, line in enumerate(captioned):
        if line.kind in ("text", "byline", "item"):
            kind = _kind_in_context(captioned, i, above, fills)
            line = line if kind == line.kind else replace(line, kind=kind)
        settled.append(line)
        if line.kind not in OF_PICTURES:
            above = line
    return settled


def heading_score(lines: Sequence[Line], i: int) -> int:
    """Return 1 or more if a short Chinese line is a heading, 0 or less if it is the first piece of a broken paragraph."""
    line, text = lines[i], lines[i].text
    paired = any(other.gap == 0 and cell_width(pair.text) <= WIDEST_HEADING for other, pair in _neighbours(lines, i))
    clauses = re.split("[，,]", text)
    signs = (
        (1, len(text) <= 16),
        (1, line.gap > 1),
        (2, i == 0),
        (4, i > 0 and lines[i - 1].kind == "closing"),
        (2, paired),
        (2, SLOGAN.search(text)),
        (2, "——" in text),
        (2, PREFIX.match(text)),
        (2, NOTICE.search(text)),
        (2, ITEM.match(text)),
        (2, BARE_PLACE.fullmatch(text)),
        (2, len(clauses) == 2 and len(clauses[0]) == len(clauses[1])),
        (-1, len(clauses) > 1),
        (-1, len(clauses) > 2),
        (-3, SENTENCE_INSIDE.search(text)),
        (-2, PARAGRAPH_OPENING.match(text)),
        (-3, text.endswith(UNENDING)),
        (-2, SENTENCE_WORDS.search(QUOTED.sub("", text))),
        (-4, any(below.text[0] in NO_BEGINNING for below in _with_neighbours(lines, i)[-1:] if below is not line)),
    )
    score = sum(points for points, holds in signs if holds)
    if score > 0 and any(_is_cut_through(upper, lower) for upper, lower in pairwise(_with_neighbours(lines, i))):
        score -= 3  # asked last: looking words up takes longest
    return score


def _with_neighbours(lines: Sequence[Line], i: int) -> list[Line]:
    """Return line *i* with the lines above and below it, captions and credits left out."""
    above = next((line for line in reversed(lines[max(0, i - 4) : i]) if line.kind not in OF_PICTURES), None)
    below = next((line for line in lines[i + 1 : i + 5] if line.kind not in OF_PICTURES), None)
    return [line for line in (above, lines[i], below) if line is not None]


def _is_cut_through(line: Line, following: Line) -> bool:
    """Whether a blank line cuts a word or a number in two."""
    joinable = not line.level and not following.level and following.gap > 0 and following.kind != "item"
    return joinable and has_word_across(line.text, following.text)


def has_word_across(text: str, following: str) -> bool:
    """Whether a word (by jieba) or a number begins in *text* and ends in *following*, so that both belong to one sentence.

    >>> has_word_across("据锦潭街道相关负责人介", "绍，十二个小区受益"), has_word_across("点亮老街新活力", "近日，锦潭街道")
    (True, False)
    """
    before, after = text[-3:], following[:3]
    if HAN.match(before[-1:]) and HAN.match(after):
        return any(word.start < len(before) < word.end for word in words(before + after, guess=False))
    return bool(NUMBER.match(before[-1:] + "|" + after))


def _neighbours(lines: Sequence[Line], i: int) -> list[tuple[Line, Line]]:
    """Return a pair (the lower line, the neighbour) for each of the lines above and below line *i*."""
    above = [(lines[i], lines[i - 1])] if i else []
    return above + ([(lines[i + 1], lines[i + 1])] if i + 1 < len(lines) else [])


def _kind_in_context(lines: Sequence[Line], i: int, above: Line | None, fills: Fills | None) -> str:
    """Return the kind that line *i* has among its neighbours: heading, byline, closing, item or text."""
    line, following = lines[i], lines[i + 1] if i + 1 < len(lines) else None
    if line.level:
        return "text" if len(line.text) > LONGEST_MARKED_HEADING and ends_sentence(line.text) else "heading"
    if line.kind == "text" and above is not None and above.kind in ("heading", "byline") and STAMP.fullmatch(line.text):
        return "byline"  # the day of a report belongs to its title
    if line.kind == "byline" and _is_byline(line, above, following):
        return "byline" if above is None or above.kind != "text" else "closing"
    if line.kind == "item":
        return "item" if not CHAPTER_NUMBER.match(line.text) or not _looks_like_heading(lines, i, fills) else "heading"
    if not _looks_like_heading(lines, i, fills):
        return "heading" if _is_long_title(line, above, following) else "text"
    if not line.is_chinese:
        return "heading"
    return "heading" if heading_score(lines, i) >= _least_score(above, following) else "text"


def _is_byline(line: Line, above: Line | None, following: Line | None) -> bool:
    """Whether names alone are a byline and not one line of a list: they have a role, or stand below a heading."""
    in_list = following is not None and following.gap == 0 and following.kind == "text" and cell_width(following.text) <= WIDEST_IN_LIST
    return _has_role(line) or (not in_list and (above is None or above.kind == "heading" or above.level > 0))


def _is_long_title(line: Line, above: Line | None, following: Line | None) -> bool:
    """Whether a line that looks like text is a title after all, since a byline follows and no sentence runs into it."""
    signed = following is not None and following.kind == "byline"
    if not signed or len(line.text) > LONGEST_UNMARKED_HEADING or ends_sentence(line.text):
        return False
    whole = is_balanced(line.text) and line.text[-1] not in "，,、"
    return whole and (above is None or ends_sentence(above.text) or above.kind != "text")


def _least_score(above: Line | None, following: Line | None) -> int:
    """Return the least `heading_score` of a heading: little above a byline, more below a sentence that was cut off."""
    if following is not None and following.kind == "byline":
        return -2 if len(following.text) <= LONGEST_SINGLE_NAME and not _has_role(following) else -5
    cut_off = above is not None and above.kind == "text" and not ends_sentence(above.text) and above.is_chinese
    return 3 if cut_off else 1


def _looks_like_heading(lines: Sequence[Line], i: int, fills: Fills | None) -> bool:
    """Whether a line is short, ends no sentence, has its quotes closed, and stands alone or among lines like it."""
    line = lines[i]
    text = line.text
    if ends_sentence(text.rstrip("”’\"'")) or text[-1] in "，,、;；:：.．" or not is_balanced(text) or cell_width(text) > WIDEST_HEADING:
        return False
    block = _block(lines, i, fills)
    if not line.is_chinese:
        goes_on = i + 1 < len(lines) and lines[i + 1].text[:1].islower()
        short = len(block) == 1 and len(text.split()) <= LONGEST_WORDS
        return short and not goes_on and not text[0].islower() and any(c.isalpha() for c in text)
    return len(block) <= MOST_HEADING_LINES and all(
        cell_width(other.text) <= WIDEST_HEADING and not ends_sentence(other.text) for other in block
    )


def _block(lines: Sequence[Line], i: int, fills: Fills | None) -> Sequence[Line]:
    """Return line *i* and the lines that stand with it without a blank line, one more than MOST_HEADING_LINES at most."""
    first, last = i, i + 1
    while first and i - first < MOST_HEADING_LINES and _stand_together(lines[first - 1], lines[first], fills):
        first -= 1
    while last < len(lines) and last - first <= MOST_HEADING_LINES and _stand_together(lines[last - 1], lines[last], fills):
        last += 1
    return lines[first:last]


def _stand_together(line: Line, following: Line, fills: Fills | None) -> bool:
    """Whether two lines are of one block; an indent or a byline begins a new one.

    Where each line of a page is a whole, a long neighbour means nothing; where lines are broken, a line that is not full ends its block.
    """
    if following.gap or following.indent > line.indent + 1 or "byline" in (line.kind, following.kind):
        return False
    if fills is None:
        ended = line.is_chinese and (ends_sentence(line.text) or ends_sentence(following.text))
        return not ended and max(cell_width(line.text), cell_width(following.text)) <= WIDEST_HEADING
    return fills(line) and not (ends_sentence(line.text) and not fills(following) and not ends_sentence(following.text))


def _has_role(line: Line) -> bool:
    """Whether a line names a role of authors, such as 记者."""
    return bool(BYLINE_ROLE.search(line.text))
