"""What a page prints about itself: the date of an article, the publication and its page, and the status of a regulation.

    浙江日报 2024年12月6日 星期五 第5版                     banner: publication, date and page of all articles below it
    ---\\ndate: 2024-05-06\\n---                              front matter
    2024-05-06 10:21 来源：…  |  本报讯（2024年5月6日）        beside the title, or before the first sentence
    某某局\\n2024年12月5日                                   below the text of a notice
    （2011年11月17日通过 2020年5月14日修正）                  below the title of a regulation: the last date, and 修订

A date within the running text is no date of the article, and a day without a year is none: what is not printed is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from index.document import Article, Page
from index.layout.furniture import is_page_number
from index.text.dates import PrintedDate, dates
from index.text.document_numbers import OFFICE, is_document_number, kind_of_paper

LONGEST_BANNER = 80  # characters of a line that names publication, date or page
LONGEST_REST = 14  # characters of a banner beside its publication, date and page: 要闻, 责任编辑 张三
BANNER_LINES = 3  # lines, blank ones apart, over which a banner may be spread
LONGEST_SIGNATURE = 60  # characters of a line below a text that may hold its date
LONGEST_PREAMBLE = 600  # characters below the title of a regulation that say when it was passed and amended
EDGE = 3  # paragraphs at either end of an article in which its date may stand
YEAR = re.compile(  # 1924, 2024, 二〇二四, 民国; the first characters of all alternatives are searched for at once
    r"[12一二民](?:(?<=1)[789]\d\d|(?<=2)0\d\d|(?<=[一二])[〇○零Ｏ一二三四五六七八九]{3}|(?<=民)国)"
)
PUBLICATION = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,10}(?:(?<![简专])报|通讯|周刊)(?![\u4e00-\u9fff])"
    r"|\b(?:[A-Z][A-Za-z]+ ){1,5}(?:(?i:Times|Gazette|Herald|Tribune|Post|News|Chronicle|Journal|Daily|Observer|Mail|Star|Sun)\b)"
)
NEWSPAPER_PAGE = re.compile(
    r"第?\s?(?<![A-Za-z\d])(?:[A-Z]\s?(?=\d))?(?P<page>0?\d{1,3}|[一二三四五六七八九十]{1,3})\s?版(?![权本面式])|\b(?i:page|p\.)\s?(?P<english>\d{1,3})\b"
)
OF_BANNER = re.compile("[A-Za-z\\d一二国报讯刊版期周拜]")  # every line of a banner has one of these: a quick first check
OF_PUBLICATION = re.compile("[A-Z报讯刊]")
WEEKDAY = re.compile(r"(?:星期|周|礼拜)[一二三四五六日天]|\b(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b")
LABELLED_DATE = re.compile(
    r"(?im)^[ \t]*(?:date|pub_?date|publish(?:ed)?(?:_?(?:date|time|at|on))?|created(?:_?at)?|(?:发布|刊发|刊登|印发|成文)?(?:日期|时间))"
    r"[ \t]*[:：][ \t]*[\"'“]?(?P<value>[^\n]{4,40})"
)
DATE_LABEL = re.compile(r"(?:日期|时间|\b[Dd]ate)[^\w]*$")  # the cell before that of a date
BESIDE = re.compile(  # words beside the date of a web page or a notice
    r"\d:\d\d|来源|发布|日期|时间|浏览|阅读|点击|作者|记者|编辑|责编|字号|印发|成文|摄|[Bb]y\b"
)
DATELINE = re.compile(r"[^，。；！？]{0,24}(?:讯|电|消息|报道|报|社|网)[^，。；！？]{0,12}$")
SIGNED = re.compile(r"(?:局|委|办|会|府|厅|部|院|室|处|所|中心|公司|集团|大学|学校|街道|镇|乡|村|社|科|队|站|馆|组|署|行|人)[)）\s]*$")
SPOKEN = re.compile(r"在.{2,60}(?:会|会议)(?:上|第.{1,6}次会议上?)?[)）]?$")
PASSED = re.compile(r"通过|公布|发布|修订|修正|修改|施行|批准|印发|令|废止")
AMENDED = re.compile(r"修订|修正|修改")
OWN_STATUS = (  # words of a status -> the status
    (re.compile(r"失效"), "失效"),
    (re.compile(r"废止"), "废止"),
    (re.compile(r"修订|修正|修改"), "修订"),
    (re.compile(r"现行|有效"), "现行"),
)
LABELLED_STATUS = re.compile(
    r"(?:时\s?效\s?性|效力状态|有效性|时效状态|法规状态|文件状态|状\s?态)\s?[:：]\s?(?P<value>[\u4e00-\u9fff]{2,8})"
)
BRACKETS = re.compile(r"[（(\[【〔]([^（）()\[\]【】〔〕]{2,30})[)）\]】〕]\s*$")
BRACKETED_STATUS = re.compile(r"(?:已|现已|全文)?(?:废止|失效)|现行有效|现行|尚未生效|.{0,12}(?:修订|修正|修改)(?:本|版)?")
REPEALED = re.compile(r"(?:本|该|此)(?:法规|规章|文件|办法|条例|规定|细则|通知)(?:现?已)(?:于.{4,20})?(?:被.{2,60}?)?(?P<value>废止|失效)")
LETTER = re.compile(r"[^\W\d_]")
FULL = len("2024-05-06")


class Banner(NamedTuple):
    """What a banner at *offset* of the page says."""

    offset: int
    date: str | None
    publication: str | None = None
    page: int | None = None


class Facts(NamedTuple):
    """What one line of a banner says; *alone*: it is a day or the page of a newspaper, and nothing else."""

    date: str | None
    publication: str | None
    page: int | None
    weekday: bool | None
    alone: bool | None


def with_printed(page: Page, articles: Sequence[Article], front_end: int = 0) -> list[Article]:
    """Return the *articles* of *page* with their dates, publication, newspaper page and status; *front_end* is where front matter ends."""
    banners = list(_banners(page.text)) if "版" in page.text or YEAR.search(page.text) else []
    labelled = _labelled_date(page.text[:front_end])
    return [_with_printed(article, banners, labelled) for article in articles]


def _with_printed(article: Article, banners: Sequence[Banner], labelled: str | None) -> Article:
    spans = [*(paragraph.spans for paragraph in article.paragraphs), *(heading.spans for heading in article.headings)]
    start = min((first[0] for first, *_ in spans), default=0)
    above = [banner for banner in banners if banner.offset <= start] or [*banners[:1]]
    banner = above[-1] if above else Banner(0, None)
    official = _is_official(article)
    return replace(
        article,
        date=(_signed_day(article) if official else None) or _own_date(article) or labelled or banner.date,
        publication=None if official else banner.publication,  # 工作简报 is the name of no newspaper
        newspaper_page=None if official else banner.page,
        status=_status(article),
    )


def _is_official(article: Article) -> bool:
    """Whether the head of an article is that of an official document: a number, or the paper of an office."""
    heads = [heading for heading in article.headings if heading.role in ("banner", "subtitle")]
    return any(is_document_number(one.text) or kind_of_paper(one.text) in ("paper", "minutes", "bulletin") for one in heads)


def _signed_day(article: Article) -> str | None:
    """Return the day on which an official document was signed: the first that stands alone or behind an office. Others are printed below.

    What is attached to the document, and when it was printed, stand below that day.
    """
    for paragraph in article.paragraphs:
        text = paragraph.text.strip(" \u3000（(）)")
        if paragraph.columns is None and len(text) <= LONGEST_SIGNATURE and YEAR.search(text):
            printed = next(iter(dates(text)), None)
            before = "".join(text[: printed.start].split()) if printed else ""
            if printed and printed.end == len(text) and len(printed.iso) == FULL and (not before or OFFICE.fullmatch(before)):
                return printed.iso
    return None


def _banners(text: str) -> Iterator[Banner]:
    """Yield the banners of a page: lines with two of publication, date, weekday and page, and a day alone on the first line."""
    raw = text.split("\n")
    starts = accumulate((len(line) + 1 for line in raw), initial=0)
    lines = [(start, line.strip(" \t\u3000#*|-—")) for start, line in zip(starts, raw, strict=False) if not line.isspace() and line]
    facts = [_facts(line) for _, line in lines]
    used = 0
    for number, first in enumerate(facts):
        if number < used or not first:
            continue
        group = [first]
        for following in facts[number + 1 : number + BANNER_LINES]:
            if not following or any(a and b for a, b in zip(_joined(group)[:4], following[:4], strict=True)):
                break
            group.append(following)
        banner = _joined(group)
        # A day below a title or a text is that article's.
        if sum(map(bool, banner[:4])) > 1 or (first.alone and (number == 0 or first.page)):
            used = number + len(group)
            yield Banner(lines[number][0], banner.date, banner.publication, banner.page)


def _joined(group: Sequence[Facts]) -> Facts:
    """Return what neighbouring lines say together."""
    known = ([value for value in values if value] for values in zip(*group, strict=True))
    return Facts(*(values[0] if values else None for values in known))


def _facts(line: str) -> Facts | None:
    """Return what a line says if it may be a part of a banner: it says little else."""
    if len(line) > LONGEST_BANNER or line.endswith(("。", "！", "？", "；", "，")) or not OF_BANNER.search(line):
        return None
    printed = [one for one in dates(line) if len(one.iso) == FULL] if YEAR.search(line) else []
    page = NEWSPAPER_PAGE.search(line) if "版" in line or "age" in line.lower() or "p." in line.lower() else None
    name = PUBLICATION.search(line) if OF_PUBLICATION.search(line) else None
    weekday = WEEKDAY.search(line)
    if len(printed) > 1 or not (printed or page or name or weekday):
        return None
    rest = line
    for part in (*(line[one.start : one.end] for one in printed), *(match[0] for match in (name, page, weekday) if match)):
        rest = rest.replace(part, "", 1)
    letters = len(LETTER.findall(rest))
    if letters > LONGEST_REST:
        return None
    alone = not letters and not name and (bool(printed) or ("版" in line and is_page_number(line)))
    return Facts(printed[0].iso if printed else None, name[0] if name else None, _page_number(page) if page else None, bool(weekday), alone)


def _page_number(page: re.Match[str]) -> int:
    digits = page["page"] or page["english"]
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.partition("十")
    values = {character: value for value, character in enumerate("一二三四五六七八九", 1)}
    return (10 * values.get(tens, 1) + values.get(ones, 0)) if ten else values.get(digits[0], 0)


def _labelled_date(front: str) -> str | None:
    """Return the date that front matter or labelled lines name."""
    for label in LABELLED_DATE.finditer(front):
        for printed in dates(label["value"]):
            return printed.iso
    return None


def _own_date(article: Article) -> str | None:
    """Return the date that stands beside the title, in the dateline or below the text of an article; the full one of several."""
    found = [*_dates_beside_title(article), *_datelines(article), *_signatures(article)]
    return next((one for one in found if len(one) == FULL), next(iter(found), None))


def _dates_beside_title(article: Article) -> Iterator[str]:
    heads = [heading.text for heading in article.headings if heading.role in ("kicker", "subtitle", "byline", "section", "banner")]
    first = [paragraph for paragraph in article.paragraphs[:EDGE] if len(paragraph.text) <= LONGEST_BANNER]
    rows = {paragraph.text for paragraph in first if paragraph.columns is not None}
    for text in (*heads, *(paragraph.text for paragraph in first)):
        if len(text) > 2 * LONGEST_BANNER or not YEAR.search(text):
            continue
        printed = list(dates(text))
        if text in rows and not (printed and DATE_LABEL.search(text[: printed[0].start])):
            continue  # the day of one row among others is not that of them all
        if printed and (len(printed) == 1 or BESIDE.search(text)) and _is_own(text, printed[0]):
            yield printed[0].iso
    preamble = _preamble(article)
    if preamble:
        yield max(printed.iso for printed in dates(preamble))


def _is_own(text: str, printed: PrintedDate) -> bool:
    """Whether a line holds its date and little else, a word that goes with one, or the occasion of a speech."""
    before, after = text[: printed.start].strip(" \t\u3000—–-（(【["), text[printed.end :]
    alone = not re.sub(r"[\W\d_]|星期.|周.", "", before + after)
    return (
        alone
        or (not before and bool(SPOKEN.match(after.strip())))
        or (bool(BESIDE.search(before + after)) and not text.rstrip().endswith("。"))
    )


def _preamble(article: Article) -> str:
    """Return the text below the title that says when a regulation was passed and amended, "" where there is none."""
    texts = [
        heading.text for heading in article.headings if heading.role in ("subtitle", "byline", "kicker", "banner", "section", "caption")
    ]
    texts += [paragraph.text for paragraph in article.paragraphs[:EDGE]]
    for text in texts:
        bare = text.strip(" \u3000（(")
        begins = next(dates(bare), None) if len(text) <= LONGEST_PREAMBLE and YEAR.search(bare[:12]) else None
        if begins and begins.start == 0 and PASSED.search(bare) and not bare.rstrip("）)").endswith(("。", "；", "，")):
            return text
    return ""


def _datelines(article: Article) -> Iterator[str]:
    """Yield the full date before the first sentence: `新华社北京2024年5月6日电`, `本报讯（2024年5月6日）`."""
    for paragraph in article.paragraphs[:1]:
        opening = paragraph.text[:LONGEST_BANNER]
        for printed in dates(opening) if YEAR.search(opening) else ():
            if (
                len(printed.iso) == FULL
                and DATELINE.match(opening[: printed.start])
                and re.match(r"\s?[)）电讯消]", opening[printed.end :])
            ):
                yield printed.iso
            return


def _signatures(article: Article) -> Iterator[str]:
    """Yield the date below the text, on a line of its own or after who signs."""
    end = article.paragraphs[-1].spans if article.paragraphs else ()
    tail = [heading.text for heading in article.headings if heading.role in ("byline", "banner") or heading.spans > end]
    for text in (*(paragraph.text for paragraph in article.paragraphs[-EDGE:][::-1]), *tail):
        last = text[-LONGEST_SIGNATURE:].rstrip(" \u3000)）")
        printed = [one for one in dates(last) if one.end == len(last)] if YEAR.search(last) else []
        if printed:
            before = re.sub(r"(?:编印|编发|编|印发)$", "", last[: printed[0].start].rstrip(" \u3000（("))  # `某某办公室编 2024年3月5日`
            if not before or SIGNED.search(re.split("[。；！？]", before)[-1]):
                yield printed[0].iso


def _status(article: Article) -> str | None:
    """Return the status that is printed of a regulation: labelled, in brackets at the end of its title, or by its preamble."""
    texts = [heading.text for heading in article.headings if heading.role != "caption"]
    edges = [paragraph.text for paragraph in (*article.paragraphs[:EDGE], *article.paragraphs[-1:])]
    for text in (*texts, *edges):
        if ("性" in text or "态" in text) and (label := LABELLED_STATUS.search(text)) and (status := _status_of(label["value"])):
            return status
    titles = [article.title, *article.texts("subtitle"), *article.texts("kicker"), *article.texts("banner")]
    bracketed = [match[1] for text in titles if text and (match := BRACKETS.search(text))]
    if status := next((status for words in bracketed if BRACKETED_STATUS.fullmatch(words) and (status := _status_of(words))), None):
        return status
    if repealed := next((match for text in edges if ("废止" in text or "失效" in text) and (match := REPEALED.search(text))), None):
        return repealed["value"]
    return "修订" if AMENDED.search(_preamble(article)) else None


def _status_of(words: str) -> str | None:
    return next((status for pattern, status in OWN_STATUS if pattern.search(words)), None)
