"""Words of headings and of paragraphs: patterns that show what a line may be, whatever is around it; and words that lie across two lines.

    余杭区：…       the place before a title          搭平台 建机制     a slogan          …公告     a notice
    据了解，…       the opening of a paragraph        …开展了           a word that needs another one

Each is a weak sign: `index/labelling` and `column_breaks` weigh them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.text.punctuation import HAN
from index.text.tokens import words

PREFIX = re.compile(r"[\u4e00-\u9fff]{2,8}[省市区县州盟旗镇乡村街道][:：]")  # `余杭区：…`: the place of the article
NOTICE = re.compile(r"(?:公告|通告|公示|启事|启示|声明|通知|告示|须知|公告书|招标|讣告)$")
BARE_PLACE = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[省市县州镇乡]|(?<![小社园校景辖城片地])区)|[\u4e00-\u9fff]{2,4}[·•][\u4e00-\u9fff]{2,6}")
SLOGAN = re.compile(r"[\u4e00-\u9fff”》]{2}[ \u3000]+[\u4e00-\u9fff“《]{2}")  # `搭平台 建机制`
ISSUER = re.compile(r"[\u4e00-\u9fff]{2,14}(?:局|委员会|办公室|政府|办事处|街道|公司|厅|部|院|中心|协会|联合会)")  # an office alone
DASHED = re.compile(r"[—–-]{1,2}\s*\S")  # `——南星街道基层治理见闻`: a subtitle
SIGN = re.compile(r"[▲△●○◆◇■□★☆◎►▶◉※]+")  # before a headline or a brief
PARAGRAPH_OPENING = re.compile(  # first words of paragraphs that no heading begins with
    r"比如|例如|据悉|据了解|据介绍|据统计|此外|同时|与此同时|近日|日前|今年|去年|目前|当前|眼下|如今|为了|为此|其中|接下来|下一步|近年来|截至|随着|通过|"
    r"在此|不仅|值得一提|首先|其次|随后|记者|据[^，,]|在[^，,]{1,12}[，,]|\d+月\d*|\d{4}年"
)
NUMBER = re.compile(r"\d\|[.．]?[\d%％年月日时万亿余多]|\.\|\d")  # a number or its unit on both sides of a line's end, written as |
SENTENCE_WORDS = re.compile(  # words of sentences that headings have only within quotes
    r"了(?!解)|着(?![力眼重陆])|(?<![成首])都(?!市)|就[是能会有要]|我(?![国省市县区])|他(?!乡)|[还也已曾很她它]|(?:表示|指出|强调|认为|介绍|说|称)(?:[，,：:]|$)"
)
OF_SENTENCE_WORDS = re.compile("[了着都就我他还也已曾很她它表指强认介说称]")  # each of them has one: a quick first check
QUOTED = re.compile(r"[“\"「][^“”\"」]*[”\"」]")
BYLINE_ROLE = re.compile(r"记者|通讯员|作者|撰|文[/／]")
NO_BEGINNING = "，。、；：！？）》％,.;:!?)%了的们吗呢吧"  # no paragraph begins with these, so the line above continues
UNENDING = tuple("的和与及在对将把是了等以为从向由或至被让近约、")  # last words that more must follow


def has_word_across(text: str, following: str) -> bool:
    """Whether a word (by jieba) or a number begins in *text* and ends in *following*, so that both belong to one sentence.

    >>> has_word_across("据锦潭街道相关负责人介", "绍，十二个小区受益"), has_word_across("点亮老街新活力", "近日，锦潭街道")
    (True, False)
    """
    return _is_cut(text[-3:], following[:3])


@lru_cache(maxsize=4096)  # several steps ask the same of each line end
def _is_cut(before: str, after: str) -> bool:
    if HAN.match(before[-1:]) and HAN.match(after):
        return any(word.start < len(before) < word.end for word in words(before + after, guess=False))
    return bool(NUMBER.match(before[-1:] + "|" + after))
