"""Lines to their kinds: what only the neighbours of a line can tell. Heads, bylines and captions are settled here.

A head is known by several weak signs and none is trusted alone: titles may have no mark, and the half of a sentence that a
column's end cut off is as short as a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from index.layout.lines import HAN, ITEM, STAMP, Line, balanced, ends_sentence, width
from index.text.person_names import is_name
from index.text.tokens import words

Fills = Callable[[Line], bool]

HEADLINE = 40  # characters of a title that has no mark; longer ones are sentences
LISTED = 24  # cells; a line this short right below a name makes it one of a list
PICTURED = ("caption", "credit")
PICTURE = 3  # blank lines in a row: where a picture stood
PREFIX = re.compile(r"[\u4e00-\u9fff]{2,8}[省市区县州盟旗镇乡村街道][:：]")  # `余杭区：…`: the place that an article is about
NOTICE = re.compile(r"(?:公告|通告|公示|启事|启示|声明|通知|告示|须知|公告书|招标|讣告)$")
BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[省市县州镇乡]|(?<![小社园校景辖城片地])区)|[\u4e00-\u9fff]{2,4}[·•][\u4e00-\u9fff]{2,6}")
DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{4}年.{1,3}月.{1,3}日")
SLOGAN = re.compile(r"[\u4e00-\u9fff”》]{2}[ \u3000]+[\u4e00-\u9fff“《]{2}")  # `搭平台 建机制`
INSIDE = re.compile(r"[。！？!?；;][^。！？!?；;]*[\u4e00-\u9fff]")  # a sentence ends within
OPENING = re.compile(  # how paragraphs begin and heads do not
    r"比如|例如|据悉|据了解|据介绍|据统计|此外|同时|与此同时|近日|日前|今年|去年|目前|当前|眼下|如今|为了|为此|其中|接下来|下一步|近年来|截至|随着|通过|"
    r"在此|不仅|值得一提|首先|其次|随后|记者|据[^，,]|在[^，,]{1,12}[，,]|\d+月\d*|\d{4}年"
)
NUMBER = re.compile(r"\d\|[.．]?[\d%％年月日时万亿余多]|\.\|\d")  # a number or its unit across the end of a line
TELLING = re.compile(  # what sentences have and heads have not, save in quotes
    r"了(?!解)|着(?![力眼重陆])|(?<![成首])都(?!市)|就[是能会有要]|我(?![国省市县区])|他(?!乡)|[还也已曾很她它]|(?:表示|指出|强调|认为|介绍|说|称)(?:[，,：:]|$)"
)
QUOTED = re.compile(r"[“\"「][^“”\"」]*[”\"」]")
NO_BEGINNING = "，。、；：！？）》％,.;:!?)%了的们吗呢吧"  # no paragraph begins with these, so the line above goes on
UNENDING = (
    "的",
    "和",
    "与",
    "及",
    "在",
    "对",
    "将",
    "把",
    "是",
    "了",
    "等",
    "以",
    "为",
    "从",
    "向",
    "由",
    "或",
    "至",
    "被",
    "让",
    "近",
    "约",
    "、",
)


def in_context(seen: list[Line], fills: Fills | None) -> list[Line]:
    """Settle the kinds that only a line's neighbours can tell: heads, bylines and captions.

    *fills* tells of a line whether it was broken because it was full, on a page that breaks its lines; None where each is a whole.
    """
    seen = _captions(seen)
    found: list[Line] = []
    above: Line | None = None  # the last line that is no caption
    for i, line in enumerate(seen):
        if line.kind in ("text", "byline", "item"):
            kind = _head_kind(seen, i, above, fills)
            line = line if kind == line.kind else replace(line, kind=kind)
        found.append(line)
        if line.kind not in PICTURED:
            above = line
    return found


def headline(seen: Sequence[Line], i: int) -> int:
    """Weigh whether a short Chinese line is a head (1 or more) or the first piece of a paragraph that a column's end cut off."""
    line, text = seen[i], seen[i].text
    paired = any(other.gap == 0 and width(pair.text) <= 2 * HEADLINE for other, pair in _neighbours(seen, i))
    halves = re.split("[，,]", text)
    signs = (
        (1, len(text) <= 16),
        (1, line.gap > 1),
        (2, i == 0),
        (4, i > 0 and seen[i - 1].kind == "closing"),
        (2, paired),
        (2, SLOGAN.search(text)),
        (2, "——" in text),
        (2, PREFIX.match(text)),
        (2, NOTICE.search(text)),
        (2, ITEM.match(text)),
        (2, BARE_PLACE.fullmatch(text)),
        (2, len(halves) == 2 and len(halves[0]) == len(halves[1])),
        (-1, len(halves) > 1),
        (-1, len(halves) > 2),
        (-3, INSIDE.search(text)),
        (-2, OPENING.match(text)),
        (-3, text.endswith(UNENDING)),
        (-2, TELLING.search(QUOTED.sub("", text))),
        (-4, any(below.text[0] in NO_BEGINNING for below in _between(seen, i)[-1:] if below is not line)),
    )
    weight = sum(points for points, sign in signs if sign)
    if weight > 0 and any(_across(upper, lower) for upper, lower in pairwise(_between(seen, i))):
        weight -= 3  # asked last, since looking for words takes longest
    return weight


def _between(seen: Sequence[Line], i: int) -> list[Line]:
    """Return line *i* with the lines above and below it, pictures left out."""
    above = next((line for line in reversed(seen[max(0, i - 4) : i]) if line.kind not in PICTURED), None)
    below = next((line for line in seen[i + 1 : i + 5] if line.kind not in PICTURED), None)
    return [line for line in (above, seen[i], below) if line is not None]


def _across(line: Line, following: Line) -> bool:
    return not line.level and not following.level and following.gap > 0 and following.kind != "item" and sewn(line.text, following.text)


def sewn(text: str, following: str) -> bool:
    """Tell whether a word (by jieba) or a number stands across the end of a line: then the two are one sentence.

    >>> sewn("据锦潭街道相关负责人介", "绍，十二个小区受益"), sewn("点亮老街新活力", "近日，锦潭街道")
    (True, False)
    """
    before, after = text[-3:], following[:3]
    if HAN.match(before[-1:]) and HAN.match(after):
        return any(word.start < len(before) < word.end for word in words(before + after, guess=False))
    return bool(NUMBER.match(before[-1:] + "|" + after))


def _neighbours(seen: Sequence[Line], i: int) -> list[tuple[Line, Line]]:
    """Pairs of (the lower line, the neighbour) for the lines above and below line *i*."""
    above = [(seen[i], seen[i - 1])] if i else []
    return above + ([(seen[i + 1], seen[i + 1])] if i + 1 < len(seen) else [])


def _captions(seen: list[Line]) -> list[Line]:
    """Find the lines that stand under pictures: those with a credit, those before one, those where a picture left its gap."""
    gaps = sum(line.gap >= PICTURE for line in seen[1:])
    rare = gaps <= max(4, len(seen) // 3)
    found: list[Line] = []
    for i, line in enumerate(seen):
        following = seen[i + 1] if i + 1 < len(seen) else None
        short = line.kind in ("text", "byline") and not line.level and len(line.text) <= 60 and line.han
        credited = following is not None and following.kind == "credit" and following.gap < PICTURE
        below = rare and i > 0 and line.gap >= PICTURE and not INSIDE.search(line.text)
        apart = below and (not _leads_on(seen, i) or _taken_by(line, following))
        if short and (credited or apart):
            line = replace(line, kind="caption")
        found.append(line)
    return found


def _taken_by(line: Line, following: Line | None) -> bool:
    """Tell whether a line below a picture ends with one name, who took it, and has no marks though the head below has: `大厦外景 曹翌`."""
    shown, _, name = line.text.rpartition(" ")
    return following is not None and following.level > 0 == line.level and len(shown) >= 4 and " " not in shown and is_name(name)


def _leads_on(seen: Sequence[Line], i: int) -> bool:
    """Tell whether a short line below a picture is the first of heads that lead to a byline, or the title after a closing byline."""
    below = seen[i + 1 : i + 4]
    if below and below[0].kind == "closing":
        return True
    for line in below:
        if line.kind == "byline" or line.level:
            return True
        if width(line.text) > 2 * HEADLINE or line.kind != "text":
            break
    return seen[i - 1].kind == "closing" and bool(below) and width(below[0].text) > 2 * HEADLINE


def _head_kind(seen: Sequence[Line], i: int, above: Line | None, fills: Fills | None) -> str:
    """Tell what a short line is among its neighbours: head, byline or text."""
    line, following = seen[i], seen[i + 1] if i + 1 < len(seen) else None
    if line.level:
        return "text" if len(line.text) > 80 and ends_sentence(line.text) else "head"
    if line.kind == "text" and above is not None and above.kind in ("head", "byline") and STAMP.fullmatch(line.text):
        return "byline"  # the day of a report stands with its title
    if line.kind == "byline":
        listed = following is not None and following.gap == 0 and following.kind == "text" and width(following.text) <= LISTED
        if _told(line) or (not listed and (above is None or above.kind == "head" or above.level)):
            return "byline" if above is None or above.kind != "text" else "closing"
    if line.kind == "item":
        return "item" if not re.match(r"[一二三四五六七八九十]{1,3}、|第", line.text) or not _headlike(seen, i, fills) else "head"
    if not _headlike(seen, i, fills):
        signed = following is not None and following.kind == "byline" and len(line.text) <= HEADLINE and not ends_sentence(line.text)
        unbroken = balanced(line.text) and line.text[-1] not in "，,、"
        return "head" if signed and unbroken and (above is None or ends_sentence(above.text) or above.kind != "text") else "text"
    if not line.han:
        return "head"
    if following is not None and following.kind == "byline":
        one = len(following.text) <= 4 and not _told(following)  # three characters are easily taken for a name
        return "head" if headline(seen, i) >= (-2 if one else -5) else "text"
    cut = above is not None and above.kind == "text" and not ends_sentence(above.text) and above.han
    return "head" if headline(seen, i) >= (3 if cut else 1) else "text"


def _headlike(seen: Sequence[Line], i: int, fills: Fills | None) -> bool:
    """A short line without the end of a sentence, alone or with its like, and not a piece of something longer."""
    line = seen[i]
    text = line.text
    if ends_sentence(text.rstrip("”’\"'")) or text[-1] in "，,、;；:：.．" or not balanced(text) or width(text) > 2 * HEADLINE:
        return False
    block = _block(seen, i, fills)
    if not line.han:
        return len(block) == 1 and len(text.split()) <= 12 and not text[0].islower() and any(c.isalpha() for c in text)
    return len(block) <= 6 and all(width(other.text) <= 2 * HEADLINE and not ends_sentence(other.text) for other in block)


def _block(seen: Sequence[Line], i: int, fills: Fills | None) -> Sequence[Line]:
    """Return the lines that stand with line *i* and no blank line between, at most seven; an indent or a byline starts anew.

    Where each line of a page is a whole, a long neighbour says nothing; where lines were broken, one that is not full is the last.
    """
    first, last = i, i + 1
    while first and i - first < 6 and _beside(seen[first - 1], seen[first], fills):
        first -= 1
    while last < len(seen) and last - first < 7 and _beside(seen[last - 1], seen[last], fills):
        last += 1
    return seen[first:last]


def _beside(line: Line, following: Line, fills: Fills | None) -> bool:
    if following.gap or following.indent > line.indent + 1 or "byline" in (line.kind, following.kind):
        return False
    if fills is None:
        ended = line.han and (ends_sentence(line.text) or ends_sentence(following.text))
        return not ended and max(width(line.text), width(following.text)) <= 2 * HEADLINE
    return fills(line) and not (ends_sentence(line.text) and not fills(following) and not ends_sentence(following.text))


def _told(line: Line) -> bool:
    return bool(re.search(r"记者|通讯员|作者|撰|文[/／]", line.text))
