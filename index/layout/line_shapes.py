"""The kind of a line by its own shape: table, item, rule, caption, credit, byline, closing byline, front matter, furniture or plain text.

    `| 甲 | 乙 |` table    `一、做法` item    `-----` rule    `志愿者在社区（张三 摄）` caption    `图片由街道提供` credit
    `王鹏 黄智` byline     `(责任编辑：李四)` closing          `编辑 王五 校对 赵六` front          `— 2 —` furniture
    everything else: text

Headings, most captions and many bylines show only beside their neighbours: `line_kinds` and `captions` settle those.
"""

from __future__ import annotations

import re

from index.layout.furniture import is_furniture, is_running_head
from index.text.dates import STAMP
from index.text.person_names import EDITOR, ENGLISH_BYLINE, STAFF, byline_names

LONGEST_MATCHED = 200  # characters of a line that patterns for rules, captions and credits look at: a line of 5 MB stays cheap
LONGEST_BYLINE = 80  # characters, set by hand: no byline is longer
LONGEST_UNMARKED_HEADING = 40  # characters of a heading without marks, set by hand: longer lines are sentences
LONGEST_STAMPED = 40  # characters of a line with one label only, set by hand: `来源：浙江日报`
ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十百\d]{1,4}[条章节款]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|[▲△●○◆◇■◎※★☆](?=\s?[^\s▲△●○◆◇■◎※★☆])|\d{1,2}[.．](?!\d)|\d{1,2}、|\d{1,2}[)）]|[问答QA]\d{0,2}[：:]|[①-⑳]|[-*+•] |>"
    r"|(?:时间|地点|主持人?|(?:参加|参会|出席|列席)(?:人员|单位)?|记录人?|联系人|联系电话|电话|地址|网址|附件\d?)[：:]"
)
ITEM_MARKS = "▲△●○◆◇■◎※★☆"  # papers of the 1930s begin each item with one, and bylines and captions have them too
RULE = re.compile(r"[-=*_~─—－·. ]{3,}")
CREDIT = re.compile(  # the maker of a picture
    r"(?:图片|照片|图|摄影|供图|图源|资料图|本版图片|本报记者[^。]{0,12}摄|[^，。]{2,12} ?摄)(?:均?由|为|/|:|：|来源|$).{0,40}"
    r"|.{0,30}(?:供图|/摄|／摄|摄影报道|[^拍]摄)"
)
MAKER = re.compile("[图摄片]")  # every credit has one of these: a quick first check
CAPTION = re.compile(r".{4,120}?[(（【]\s*(?:" + CREDIT.pattern + r")\s*[)）】][。.]?")
CAPTION_ENDS = (")", "）", "】", "。", ".")
STAMPED = re.compile(  # who sent a text out, when, and from which province
    rf"(?:原创\s*)?(?:[\w·]{{2,16}}\s+){{1,3}}(?:{STAMP.pattern})(?:\s+[\u4e00-\u9fff]{{2,4}})?"
)
LABELLED = re.compile(  # labels above an article on a web page
    r"(?:来源|作者|记者|编辑|责编|发布(?:时间|日期)|日期|时间|浏览(?:次数|量)?|字号|点击)\s*[：:]"
)

LONGEST_SECTION_NUMBER = 8  # characters
SECTION_NUMBER = re.compile(  # `01`, `2023年`, `Part 2`, `壹`, `二`, `III`
    r"0?\d|(?:19|20)\d\d年?|(?:PART|Part|part|NO|No|no)[ .．]{0,2}\d{1,2}|[零壹贰叁肆伍陆柒捌玖拾]|[一二三四五六七八九十]{1,2}|[IVX]{1,4}"
)


def shape(text: str) -> str:
    """Return the kind that the text of a line shows by itself.

    >>> [shape(text) for text in ("一、做法", "本报记者 张三 摄", "王鹏 黄智", "近日，社区开会。", "- 3 -")]
    ['item', 'credit', 'byline', 'text', 'furniture']
    """
    if "\t" in text or (text.startswith("|") and text.endswith("|") and len(text) > 2):
        return "table"
    if len(text) <= LONGEST_MATCHED and is_furniture(text):
        return "furniture"
    if text[0] in ITEM_MARKS and len(text) <= LONGEST_MATCHED:
        kind = _shape_of_byline(text)
        if kind != "text" or (text.endswith(CAPTION_ENDS) and CAPTION.fullmatch(text)):
            return "caption" if kind == "text" else kind
    if ITEM.match(text) and not RULE.fullmatch(text[:LONGEST_MATCHED]):
        return "item"
    if len(text) > LONGEST_MATCHED:
        return "text"
    if RULE.fullmatch(text):
        return "rule"
    if MAKER.search(text):
        if text.endswith(CAPTION_ENDS) and CAPTION.fullmatch(text):
            return "caption"
        if CREDIT.fullmatch(text.strip("()（）【】[] 。")):
            return "credit"
    return _shape_of_byline(text)


def _shape_of_byline(text: str) -> str:
    if len(text) > LONGEST_BYLINE or "。" in text:
        return "text"
    if EDITOR.fullmatch(text):
        return "closing" if text[0] in "(（【[" else "front"
    if is_running_head(text):
        return "front"
    return "byline" if byline_names(text) or ENGLISH_BYLINE.fullmatch(text) or STAFF.fullmatch(text) or _is_web_byline(text) else "text"


def _is_web_byline(text: str) -> bool:
    """Whether a line says when and from where a text came: `2024-05-06 09:30 来源：浙江日报`, `河口发布 2024-05-06 09:30 浙江`."""
    if STAMPED.fullmatch(text):
        return True
    labels = len(LABELLED.findall(text)) if "：" in text or ":" in text else 0
    return labels > 1 or (labels == 1 and len(text) <= LONGEST_STAMPED and bool(LABELLED.match(text) or STAMP.match(text)))


def is_section_number(text: str) -> bool:
    """Whether a line is a number alone, which may open a section or count something else.

    >>> [is_section_number(text) for text in ("01", "Part 2", "壹", "一、做法", "120")]
    [True, True, True, False, False]
    """
    return len(text) <= LONGEST_SECTION_NUMBER and SECTION_NUMBER.fullmatch(text) is not None
