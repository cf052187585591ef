"""Document numbers: the number under which an office has issued a notice, with brackets of any kind or none; and the head of its paper."""

from __future__ import annotations

import re
from functools import lru_cache

OPENING, CLOSING = r"[\[〔(（【﹝［〈]", r"[\]〕)）】﹞］〉]"
DOCUMENT_NUMBER = re.compile(  # `义土挂[2024]105号`, `府办〔2023〕7号`, `府办2023年第7号`
    rf".{{0,20}}(?:{OPENING}\s*\d{{4}}\s*{CLOSING}.{{0,6}}|(?<=[\u4e00-\u9fff]) ?(?:19|20)\d\d\s*年?\s*(?:字?第)\s*\d{{1,5}}\s*)号$"
)
LONGEST_HEAD = 60  # characters of the head of a paper
OFFICES = (*"局委办会府厅部院室处所镇乡社署组台站厂队馆", "中心", "公司", "集团", "大学", "学院", "学校", "街道")
OFFICE = re.compile(rf"[\u4e00-\u9fff（）()“”\d]{{1,30}}(?:{'|'.join(OFFICES)})")
PAPER = re.compile(rf"(?:{OFFICE.pattern}){{1,3}}文件|文件")  # the head that a government prints in red above its notices
MINUTES = re.compile(r"[\u4e00-\u9fff（）()“”\d]{0,30}(?:会议?|办公|专题|常务|调度|工作)纪要(?:[（(]?第?\d{1,4}[期号次]?[）)]?)?")
BULLETINS = ("简报", "快报", "专报", "信息", "动态", "要情", "参阅件", "参阅", "督查通报")
BULLETIN = re.compile(rf"[\u4e00-\u9fff（）()“”\d]{{0,24}}(?:{'|'.join(BULLETINS)})")


def is_document_number(text: str) -> bool:
    """Whether *text* is a document number and nothing else.

    >>> [is_document_number(text) for text in ("府办〔2023〕7号", "义土挂[2024]105号", "府办2023年第7号", "2023年第7号", "门牌7号")]
    [True, True, True, False, False]
    """
    bare = text.strip()
    return bare.endswith("号") and DOCUMENT_NUMBER.fullmatch(bare) is not None


@lru_cache(maxsize=4096)  # each line above a number is asked about several times
def kind_of_paper(text: str) -> str:
    """Return what the head of a paper says it is, however widely it is spaced: paper, minutes, bulletin, office (its name alone) or "".

    >>> [kind_of_paper(text) for text in ("青 石 县 人 民 政 府 文 件", "县长办公会议纪要", "工作简报", "青石县教育局", "修路了")]
    ['paper', 'minutes', 'bulletin', 'office', '']
    """
    bare = "".join(text.split())
    if len(bare) > LONGEST_HEAD:
        return ""
    if bare.endswith("文件") and PAPER.fullmatch(bare):
        return "paper"
    if "纪要" in bare and MINUTES.fullmatch(bare):
        return "minutes"
    if bare.endswith(BULLETINS) and BULLETIN.fullmatch(bare):
        return "bulletin"
    return "office" if bare.endswith(OFFICES) and OFFICE.fullmatch(bare) else ""
