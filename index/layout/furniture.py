"""Furniture: what a line that is no part of any article looks like by itself, such as a page number, a masthead or a copyright line.

    `— 2 —` `第2页/共9页`                      page numbers
    `浙江日报 2024年12月6日 星期五 第5版`         a masthead or folio
    `版权所有，未经授权不得转载`                  rights and disclaimers
    `首页 > 新闻 > 正文` `[首页](/) | [新闻](/n)`  navigation
    `点击上方蓝字关注我们` `返回顶部`             what a web page asks its readers to do

Lines that only repetition or position shows to be furniture are found by `page_edges`.
"""

from __future__ import annotations

import re

from index.text.dates import STAMP
from index.text.person_names import DESK

LONGEST_RUNNING_HEAD = 80  # characters, set by hand
LONGEST_FURNITURE = 200  # characters, set by hand: a longer line is text, whatever it begins with
LONGEST_NOTICE_OF_RIGHTS = 60  # characters, set by hand: a longer line that forbids copying may be a rule about copying
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

LONGEST_PAGE_NUMBER = 30  # characters
COUNT = r"[\d一二三四五六七八九十百○〇零]{1,4}"
OF_TOTAL = rf"(?:\s*[,，、/／|｜·]?\s*[共总]\s*{COUNT}\s*页)"
DASH = r"[-—–―─－~～·•∙・.…|｜*_=]"
PAGE_NUMBER = re.compile(
    rf"{DASH}{{1,4}}\s*(?:第\s*)?(?:{COUNT}|[ivxlc]{{1,6}}|[IVXLC]{{1,6}})(?:\s*页)?\s*{DASH}{{1,4}}"  # `— 2 —`
    rf"|[【〔\[（(<《]?\s*(?:第\s*{COUNT}\s*页{OF_TOTAL}?|[共总]\s*{COUNT}\s*页\s*[,，、/／]?\s*第\s*{COUNT}\s*页)\s*[】〕\]）)>》]?"
    rf"|(?:{DASH}{{1,3}}\s*)?(?:[Pp]age|PAGE|[Pp]g?\.)\s*\d{{1,4}}(?:\s*(?:of|OF|/)\s*\d{{1,4}})?(?:\s*{DASH}{{1,3}})?"
    r"|第\s*[A-Z]?\d{1,3}\s*版|[A-Z]\s?\d{1,3}\s*版|0\d\s*版"  # of a newspaper
    r"|(?P<page>\d{1,4})\s*[/／]\s*(?P<pages>\d{1,4})"
)
LINK = r"!?\[[^\[\]]*\]\([^()\s]*(?:\s\"[^\"]*\")?\)"
LINKS = re.compile(rf"{LINK}(?:[\s|｜·•>›»/／,，、—-]*{LINK})+[\s|｜·•>›»/／-]*")
EMBEDS = re.compile(r"(?:!\[\[[^\[\]]*\]\]\s*)+")
HOME = r"(?:网站|本站|返回)?首\s?页|主页|[Hh]ome|HOME"
NAVIGATION = re.compile(
    rf"(?:您?(?:的|现在|当前|所在)*(?:位置|栏目)(?:是|为)?\s*[：:]?\s*)?(?:{HOME})(?:\s*(?:>+|›|»|→|/|\||｜|·|-)\s*[^>›»→|｜。]{{1,40}}){{1,12}}"
    rf"|(?:您?(?:的|现在|当前|所在)+位置(?:是|为)?)\s*[：:].{{0,80}}"
    r"|[^>›»。，]{1,12}(?:\s*[>›»]\s*[^>›»。，]{1,20}){1,6}\s*[>›»]\s*(?:正文|详情|内容)"
)
OF_NAVIGATION = re.compile(r"[>›»→/|｜·位-]")  # all navigation has one of these: a quick first check
RIGHTS = re.compile(
    r"(?:版权所有|©|Copyright\b|COPYRIGHT\b|\([Cc]\)\s?(?:19|20)\d\d).{0,160}"
    r"|.{0,60}(?:All [Rr]ights [Rr]eserved|ALL RIGHTS RESERVED|版权所有|(?:ICP|icp)[备证]\s*\d.{0,40}|公网安备.{0,40})[.。]?"
    r"|(?:免责声明|版权声明|特别声明|郑重声明|特别提示|声明)\s*[：:].{0,60}(?:本[文网站报刊号]|转载|版权|侵权|作者|观点).{0,140}"
    r"|免责声明|版权声明"
    r"|.{0,24}未经.{0,12}(?:授权|许可|同意|允许|批准).{0,10}(?:转载|摘编|翻印|镜像|复制本|引用本|使用本).{0,20}"
    r"|.{0,24}(?:转载|摘编).{0,10}(?:请注明|须注明|务必注明|注明出处|请联系).{0,20}"
)
FORBIDS_COPYING = re.compile(r"未经|(?:转载|摘编).{0,10}(?:注明|联系)")
BUTTON = (
    r"[【\[（(]?\s*(?:返回(?:顶部|首页|列表|上[一级页]{1,2})|回到顶部|(?:打印|关闭)(?:本页|本文|窗口|此页)?|收藏(?:本[页文站])?|加入收藏|设为首页|网站地图|联系我们|关于我们"
    r"|关于本站|往期(?:推荐|回顾|精彩)|网站声明|隐私声明|我要(?:纠错|分享|评论|打印)|扫码?分享|分享|点赞|在看|(?:字体|字号)\s*[：:]?(?:\s*[【\[]?[大中小][】\]]?){2,3})\s*[】\]）)]?"
)
OF_THE_WEB = re.compile(
    rf"{BUTTON}(?:\s*[|｜/／·]?\s*{BUTTON}){{0,8}}"
    r"|(?:分享(?:到|至|给)|上一[篇条页]|下一[篇条页]|上篇\s*[：:]|下篇\s*[：:]|网站标识码|主办单位\s*[：:].{0,40}(?:承办|备案|地址|技术支持)).{0,80}"
    r"|(?:微信|手机|请|用|打开|长按|使用)?[^。，]{0,6}(?:扫一扫|扫码|扫描|长按|识别)[^。]{0,12}"
    r"(?:打开当前页|关注|手机(?:打开|查看|浏览|版|端|看)|二维码|公众号|分享|小程序|阅读)[^。]{0,12}"
    r"|扫一扫"
    r"|[↑↓▲▼👆👇☝\s]*(?:轻?点击?|戳)?(?:上方|下方|上面|下面|左下角|右上角|蓝字|顶部)[^。]{0,24}(?:关注|蓝字|订阅|原文|星标|置顶)[^。]{0,12}[↑↓▲▼👆👇☝\s]*"
    r"|[↑↓▲▼👇👆\s]*(?:点击?)?阅读(?:原文|全文)[^。]{0,10}|[↑↓▲▼👆👇☝]{2,}"
    r"|(?:[^。]{0,12}点(?:个|亮)?[“「]?(?:在看|赞|分享|收藏)[^。]{0,14})"
    r"|[-—–·*\s]{0,4}(?:END|End|完|正文完|全文完)[-—–·*\s]{0,4}(?<!^完)"
    r"|(?:Skip to (?:main )?content|Back to top|Print this page|ADVERTISEMENT|Advertisement|Share this(?: article| story)?|Read more)"
    r"|(?:来源|图片|编辑|责编|审核|校对|监制|排版|制图|制作|初审|复审|终审|主编|统筹|值班编委|出品)\s*[丨｜|]\s*[^。，]{1,40}"
)
# A line of the web has one of these characters or words: a quick first check, and quicker in two.
WEB_CHARACTERS = re.compile("[返回往来隐打关收设网联我举纠字扫分上下戳点阅微长完↑↓👆👇☝丨｜|]")
WEB_WORDS = re.compile("END|End|Skip|Back|Print|dvertis|DVERTIS|Share|Read")
OF_RIGHTS = re.compile(  # written out, so that the first characters of all alternatives are searched for at once
    r"版权|©|Copyright|copyright|COPYRIGHT|\([Cc]\)|Rights|rights|RIGHTS|ICP|icp|安备|声明|未经|转载|摘编"
)


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


def is_page_number(text: str) -> bool:
    """Whether a line is a page number with marks or words around it; a number alone may be many things.

    >>> [is_page_number(text) for text in ("— 2 —", "第2页/共9页", "Page 3 of 12", "2 / 9", "A05版", "12", "第三条")]
    [True, True, True, True, True, False, False]
    """
    if len(text) > LONGEST_PAGE_NUMBER:
        return False
    number = PAGE_NUMBER.fullmatch(text)
    return number is not None and (number["page"] is None or int(number["page"]) <= int(number["pages"]))


def is_furniture(text: str) -> bool:
    """Whether a line is furniture by its own words: a page number, rights, navigation, or a button of a web page.

    >>> [is_furniture(text) for text in ("版权所有 © 青石网", "首页 > 新闻 > 正文", "居民扫一扫二维码就能报修。", "![[图.png]]")]
    [True, True, False, True]
    """
    if len(text) > LONGEST_FURNITURE:
        return False
    return is_page_number(text) or _is_navigation(text) or _states_rights(text) or _is_of_the_web(text)


def _is_navigation(text: str) -> bool:
    if text.startswith("![["):
        return bool(EMBEDS.fullmatch(text))
    if "](" in text:
        return bool(LINKS.fullmatch(text)) and not re.search(r"!\[[^\[\]]*\w", text)
    return bool(OF_NAVIGATION.search(text)) and bool(NAVIGATION.fullmatch(text))


def _states_rights(text: str) -> bool:
    """Whether a line reserves rights or declines a liability; a rule or a report about copying is longer, or speaks of somebody else."""
    if not OF_RIGHTS.search(text) or not RIGHTS.fullmatch(text):
        return False
    return not FORBIDS_COPYING.search(text) or len(text) <= LONGEST_NOTICE_OF_RIGHTS or "声明" in text[:6]


def _is_of_the_web(text: str) -> bool:
    return bool(WEB_CHARACTERS.search(text) or WEB_WORDS.search(text)) and bool(OF_THE_WEB.fullmatch(text))
