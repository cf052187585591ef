"""Running heads and folios: lines that name the newspaper, its date, its page number and the editors, on every page."""

from __future__ import annotations

import re

from index.text.dates import STAMP
from index.text.person_names import DESK

LONGEST_RUNNING_HEAD = 80  # characters, set by hand
MADE_BY = DESK + r"\s*[：:/／|\s]\s*[\u4e00-\u9fff]{2,3}(?:[\s、]+(?!" + DESK + r")[\u4e00-\u9fff]{2,3}(?![\u4e00-\u9fff]))*"
SIGNS = re.compile(  # an editor with a name, a date, a weekday, a page number, an issue number, the name of a newspaper
    MADE_BY
    + "|"
    + STAMP.pattern
    + r"|星期[一二三四五六日天]|第\s*[\d一二三四五六七八九十]{1,3}\s*版|[A-Z]?\d{1,3}\s*版|今日\s*\d+\s*版|第?\s*\d{3,6}\s*期"
    r"|[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|时报|晨报|商报|都市报|周报|周刊)|(?:农历|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年)\S*"
    r"|(?:刊号|邮发代号|CN\s?\d\d)\S*"
)
HINT = re.compile(r"星期|[版期报刊编校]")  # every running head has one of these, and few other lines do: a quick first check
OF_AN_ARTICLE = re.compile(r"来源|作者|记者|。")  # a label above an article, or the end of a sentence
MOST_OTHER_CHARACTERS = 4  # characters that are no sign, set by hand: `要闻` is the name of a section


def is_running_head(text: str) -> bool:
    """Whether a line consists of two or more signs of a running head or folio, and of next to nothing else.

    >>> is_running_head("浙江日报 2024年12月6日 星期五 第5版"), is_running_head("编辑 王五 校对 赵六")
    (True, True)
    >>> is_running_head("2024年12月6日"), is_running_head("据浙江日报第5版报道")
    (False, False)
    """
    if len(text) > LONGEST_RUNNING_HEAD or "," in text or "，" in text or not HINT.search(text) or OF_AN_ARTICLE.search(text):
        return False
    if sum(1 for _ in SIGNS.finditer(text)) < 2:
        return False
    rest = SIGNS.sub("\0", text)
    return len(re.findall(r"\w", rest)) <= MOST_OTHER_CHARACTERS and not re.search(r"\0\w|\w\0", rest)  # `要闻` is set apart by blanks
