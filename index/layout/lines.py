"""A page to its lines, each with what can be seen of it: marks, gaps, kind. Nothing here knows about articles.

A line's *kind* is what its own shape says: text, table, item, code, rule, front, credit (of a picture), caption (with a credit),
byline (names alone) or closing (names in brackets at the end of a text). What only its neighbours can tell is for `page`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from index.document import Page
from index.text.person_names import BY, DESK, EDITOR, names

BLANKS = " \t\u3000\xa0"
SHORT = 200  # characters; patterns for heads and captions look at no longer line, which keeps a line of 5 MB cheap

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
MARKS = re.compile(r"(#{1,6})(?:[ \t\u3000]+|(?=[\u3400-\u9fff“\"《]))")
ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百\d]{1,4}[条章节款]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.．](?!\d)|\d{1,2}、|\d{1,2}[)）]|[问答QA]\d{0,2}[：:]|[①-⑳]|[-*+•] |>"
    r"|(?:时间|地点|主持人?|(?:参加|参会|出席|列席)(?:人员|单位)?|记录人?|联系人|联系电话|电话|地址|网址|附件\d?)[：:]"
)
RULE = re.compile(r"[-=*_~─—－·. ]{3,}")
FENCE = re.compile(r"```|~~~")
CREDIT = re.compile(  # who made a picture
    r"(?:图片|照片|图|摄影|供图|图源|资料图|本版图片|本报记者[^。]{0,12}摄|[^，。]{2,12} ?摄)(?:均?由|为|/|:|：|来源|$).{0,40}"
    r"|.{0,30}(?:供图|/摄|／摄|摄影报道|[^拍]摄)"
)
CAPTION = re.compile(r".{4,120}?[(（【]\s*(?:" + CREDIT.pattern + r")\s*[)）】][。.]?")
CAPTION_ENDS = (")", "）", "】", "。", ".")
BRACKETED = re.compile(r"[(（【\[]([^()（）【】\[\]]{2,60})[)）】\]]\s*$")
LABELLED = re.compile(
    r"(?:来源|作者|记者|编辑|责编|发布(?:时间|日期)|日期|时间|浏览(?:次数|量)?|字号|点击)\s*[：:]"
)  # above a text of the web
STAMP = re.compile(r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?")
MADE = DESK + r"\s*[：:/／|\s]\s*[\u4e00-\u9fff]{2,3}(?:[\s、]+(?!" + DESK + r")[\u4e00-\u9fff]{2,3}(?![\u4e00-\u9fff]))*"
FOLIO = re.compile(  # what a newspaper says of itself on every page
    MADE
    + "|"
    + STAMP.pattern
    + r"|星期[一二三四五六日天]|第\s*[\d一二三四五六七八九十]{1,3}\s*版|[A-Z]?\d{1,3}\s*版|今日\s*\d+\s*版|第?\s*\d{3,6}\s*期"
    r"|[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|时报|晨报|商报|都市报|周报|周刊)|(?:农历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年)\S*"
    r"|(?:刊号|邮发代号|CN\s?\d\d)\S*"
)
HINT = re.compile(r"星期|[版期报刊编校]")  # one of these is in all of them, and in few other lines
UNTOLD = re.compile(r"来源|作者|记者|。")  # of a text, or in a sentence
ENDS = "。！？!?…；;：:"
STOP = re.compile(r"[a-z)\d]\.$")
DECIMAL = re.compile(r"[\u3400-\u9fff][^\u3400-\u9fff]{0,8}\d\.$")  # `达84.` of `达84.9%`: no Chinese sentence ends so
NARROW = re.compile("[\0-\u2e7f]")
LONG_BYLINE = 80  # characters; no names stand in a longer line
CLOSERS = "”’\"'」』)）】》〉>"


@dataclass(frozen=True, slots=True)
class Line:
    """The characters of one source line, less blanks around and heading marks before. *gap* counts the blank lines above it."""

    number: int
    start: int
    end: int
    text: str
    kind: str = "text"
    level: int = 0  # of its # marks, 0 for none
    gap: int = 0
    indent: int = 0
    hard: bool = False  # ends with the two blanks by which Markdown asks for a line break
    seam: float | None = None  # where the order of the page was changed: how surely it goes on from the line before, 0 for a beginning

    @property
    def han(self) -> bool:
        """Chinese rather than Latin: what counts is the way of joining lines."""
        return bool(HAN.search(self.text[:SHORT]))


def lines(page: Page) -> list[Line]:
    """Return the lines of *page* that have characters; a byline in brackets at a line's end becomes a line of its own."""
    found: list[Line] = []
    at, number, gap, fenced = 0, 0, 0, ""
    front = page.markdown and page.text.startswith("---\n") and "\n---" in page.text[3:20000]
    for raw in page.text.split("\n"):
        number += 1
        start, at = at, at + len(raw) + 1
        text = raw.strip()
        if not text:
            gap += 1
            continue
        line = _line(raw, text, number, start, gap)
        gap = 0
        if front:
            found.append(replace(line, kind="front", level=0))
            front = not (text == "---" and number > 1)
            continue
        if page.markdown and (fenced or FENCE.match(text)):
            found.append(_unmarked(line, raw, start, "code"))
            if FENCE.match(text):
                fenced = "" if fenced and text.startswith(fenced) else fenced or text[:3]
            continue
        found.extend(_closing(line))
    return found


def ends_sentence(text: str) -> bool:
    """Tell whether *text* ends as sentences do: `。` and its like, a closing quote after it, or a dash that leads on to a list.

    >>> [ends_sentence(t) for t in ("好。”", "推动——", "为“主动引企”", "It ends.", "比例达到84.")]
    [True, True, False, True, False]
    """
    return _ends_sentence(text[-12:])  # asked of each line several times


@lru_cache(maxsize=4096)
def _ends_sentence(text: str) -> bool:
    tail = text.rstrip(CLOSERS + BLANKS)
    return tail.endswith(tuple(ENDS)) or text.endswith(("——", "——”")) or tail == "" or bool(STOP.search(tail) and not DECIMAL.search(tail))


def width(text: str) -> int:
    """Cells on a page: a Chinese character takes two."""
    return 2 * len(text) - len(NARROW.findall(text))


def balanced(text: str) -> bool:
    """Tell whether each quote and bracket of *text* has its other half; one without is a piece of something longer."""
    return (
        text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
        and text.count("《") == text.count("》")
        and text.count("「") == text.count("」")
        and text.count("(") + text.count("（") == text.count(")") + text.count("）")
    )


def _line(raw: str, text: str, number: int, start: int, gap: int) -> Line:
    lead = len(raw) - len(raw.lstrip())
    begin, end, level = start + lead, start + lead + len(text), 0
    marks = MARKS.match(text)
    if marks and not (marks[0] == "#" and "#" in text[1:]):  # `#话题#` is no heading
        level, begin = len(marks[1]), begin + marks.end()
        text = text[marks.end() :]
        closing = re.search(r"[ \t]+#{1,6}$", text[-20:])
        if closing:
            end -= len(closing[0])
            text = text[: len(text) - len(closing[0])]
        bare = text.strip()
        begin, end = begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())
        text = bare
        if folio(text):
            level = 0
    hard = raw.endswith("  ")
    return Line(number, begin, end, text, _kind(text) if not level else "text", level, gap, width(raw[:lead].expandtabs(4)), hard)


def _unmarked(line: Line, raw: str, start: int, kind: str) -> Line:
    """A `#` in code is a comment: give the line its characters back."""
    text = raw.strip()
    begin = start + len(raw) - len(raw.lstrip())
    return replace(line, start=begin, end=begin + len(text), text=text, kind=kind, level=0)


def _kind(text: str) -> str:
    if "\t" in text or (text.startswith("|") and text.endswith("|") and len(text) > 2):
        return "table"
    if ITEM.match(text) and not RULE.fullmatch(text[:SHORT]):
        return "item"
    if len(text) > SHORT:
        return "text"
    if RULE.fullmatch(text):
        return "rule"
    if text.endswith(CAPTION_ENDS) and CAPTION.fullmatch(text):
        return "caption"
    if CREDIT.fullmatch(text.strip("()（）【】[] 。")):
        return "credit"
    if len(text) > LONG_BYLINE or "。" in text:
        return "text"
    if EDITOR.fullmatch(text):
        return "closing" if text[0] in "(（【[" else "front"
    return "front" if folio(text) else "byline" if names(text) or BY.fullmatch(text) or _of_the_web(text) else "text"


def folio(text: str) -> bool:
    """Tell whether a line says which page of which newspaper this is, and who made it: two signs or more, and next to nothing else.

    >>> [folio(t) for t in ("浙江日报 2024年12月6日 星期五 第5版", "编辑 王五 校对 赵六", "2024年12月6日", "据浙江日报第5版报道")]
    [True, True, False, False]
    """
    if len(text) > LONG_BYLINE or "," in text or "，" in text or not HINT.search(text) or UNTOLD.search(text):
        return False
    if sum(1 for _ in FOLIO.finditer(text)) < 2:
        return False
    rest = FOLIO.sub("\0", text)
    return len(re.findall(r"\w", rest)) <= 4 and not re.search(r"\0\w|\w\0", rest)  # `要闻` stands apart


def _of_the_web(text: str) -> bool:
    """Tell whether a line says when and from where a text was taken: `2024-05-06 09:30 来源：浙江日报 作者：张三`."""
    labels = len(LABELLED.findall(text)) if "：" in text or ":" in text else 0
    return labels > 1 or (labels == 1 and len(text) <= 40 and bool(LABELLED.match(text) or STAMP.match(text)))


def _closing(line: Line) -> Iterator[Line]:
    """Yield the line, or the text and then the byline in brackets that ends it: `…成果。 (周静 严琰)`."""
    bracket = BRACKETED.search(line.text[-70:]) if line.kind in ("text", "item", "credit") and not line.level else None
    if bracket and names(bracket[1], strict=True):
        cut = len(line.text) - len(line.text[-70:]) + bracket.start()
        before = line.text[:cut].rstrip()
        single = len(names(bracket[1])) == 1
        if not before:
            yield replace(line, kind="closing")
            return
        if ends_sentence(before) or (len(before) < cut and not single) or (len(before) > 60 and not single):
            yield replace(line, text=before, end=line.start + len(before))
            yield replace(line, text=line.text[cut:], start=line.start + cut, kind="closing", gap=0)
            return
    yield line
