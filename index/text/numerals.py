"""Numbers and dates in one form: a text in, the text with its numbers in digits out, and the values of these numbers.

"二〇二四年三月，岗位一千二百个"   ──plain──▶  "2024年3月，岗位1200个"    ──values──▶  2024年3月
"百分之三十五，$1 2 8 6 . 5$公里"  ──plain──▶  "35%，1286.5公里"          ──values──▶  35%
"一万八千人，1,200元"              ──plain──▶  "1.8万人，1200元"          ──values──▶  18000

Only what can hardly be anything else is written anew: a year, a month, a percentage, a number of several characters before a measure
word. 五一广场, 十八洞村, 三家 and 万一 stay as they are, so that names are found by their own words; what such characters are as numbers
(18, 3) is a *possible* value. Own code: cn2an makes 35年 of 三五年 and 51广场 of 五一广场, and takes 0.4 s to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from index.text.formulas import Edit, edited, formulas

DIGITS = "零一二三四五六七八九"
_SAME = "〇○壹贰貳兩叁參肆伍陆陸柒捌玖拾佰仟萬億"  # round zeros, characters of cheques, traditional ones
_ORDINARY = str.maketrans(_SAME, "零零一二二两三三四五六六七八九十百千万亿")
_ANY = f"[{DIGITS}两十百千万亿{_SAME}]"
# Runs of numerals; not 一, 百, 千, 万 and 亿 alone, which most often are words, except where what stands around them can make them numbers.
# A pattern that begins with a set of characters is searched twice as fast as one with a repetition.
_RUN = re.compile(f"{_ANY}(?:{_ANY}+|(?<![一百千万亿])|(?<=[第之月].)|(?=[月点點]))")
_FRACTION = re.compile(f"[点點]([{DIGITS}〇○]+)(?![{DIGITS}〇○分十半刻整钟鐘])")  # 九点五十 and 九点五分 are times of day
_PART = re.compile(f"(?:([{DIGITS}两])千)?零?(?:([{DIGITS}两])百)?零?(?:([{DIGITS}]?)十)?零?([{DIGITS}]?)")  # a number below 万
_YEAR = re.compile(f"(?:一[七八九]|二零)[{DIGITS}]{{2}}")

MONTHS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
SINGLE = MONTHS | {"两": 2, "兩": 2}
# What is counted, and 余, 多, 来 as in 四百余人: a numeral before one of these is a number.
MEASURES = frozenset(
    "个個名家户戶人元块塊角年月日号號天岁歲周时時秒项項条條款章节節件座辆輛台套处處所间間栋幢层層楼樓米公里亩畝平立吨噸斤克升度次场場"
    "期批届屆位支站种種类類级級倍张張份篇页頁册冊本部只头頭匹棵株口盏盞把根双雙副班趟世余餘多来來"
)
FRACTIONS = frozenset("万萬亿億倍")  # after a fraction: 三点五万
POINT = frozenset("点點")
UNCOUNTED = frozenset("几幾数數")  # 几十, 数百, 十几 are no numbers
DAY = frozenset("日号號")

_PERCENT = "百分之"
_PERCENT_OF = re.compile(rf"{_PERCENT}(\d+(?:\.\d+)?)(?!,?\d)")
_SEPARATOR = re.compile("[,\u00a0\u2009\u202f０-９]")  # every match of _GROUPED has one of these
_GROUPED = re.compile(r"\d\d?\d?(?:(?:[,\u00a0\u2009\u202f]|(?<=[０-９])，)\d{3})+(?![\d,])")
_TENTHS = re.compile(r"成(?![员員立功为為长長果本分都交效])")
MULTIPLE = re.compile(r"([0-9][0-9]*)(?:\.([0-9]+))?\s?(万亿|[百千]?万|亿|千(?![米克瓦卡赫伏])|thousand|million|billion)")
_SHARE = re.compile(rf"([0-9][0-9]*(?:\.[0-9]+)?)\s?(?:(%|per\s?cent)|{_TENTHS.pattern})")
ZEROS = {"千": 3, "百万": 6, "千万": 7, "万": 4, "万亿": 12, "亿": 8, "thousand": 3, "million": 6, "billion": 9}
_ASCII_DIGIT = re.compile("[0-9]")
DATE = re.compile(r"((?:1[89]|20)[0-9][0-9])\s?([年./-])\s?(\d{1,2})(?![\d万亿%])(?:\s?(?:月|\2)\s?(\d{1,2})(?![\d.]))?")
DAY_OF_MONTH = re.compile(r"([0-9][0-9]?)\s?月\s?(\d{1,2})\s?[日号]")


class Plain(NamedTuple):
    """A text in its plain form, and of each of its characters the span in the original text; None where nothing changed."""

    text: str
    spans: Sequence[tuple[int, int]] | None

    def original(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the original text of the characters from *first* to *last*, half-open."""
        return (self.spans[first][0], self.spans[last - 1][1]) if self.spans and first < last else (first, last)


def plain(text: str) -> str:
    """Return *text* with its numbers in digits: formulas without blanks and signs, no thousands separators, numerals that are numbers.

    >>> plain("二〇二四年三月，一千二百个岗位，百分之三十五；万一、五一广场、三家、几十")
    '2024年3月，1200个岗位，35%；万一、五一广场、三家、几十'
    """
    return plain_and_possible(text)[0]


def plain_and_possible(text: str) -> tuple[str, list[str]]:
    """Return the plain form of *text*, and the values that its other numerals have if they are numbers.

    >>> plain_and_possible("十八洞村的三家民宿收了1,200元")
    ('十八洞村的三家民宿收了1200元', ['18', '3'])
    """
    possible: list[str] = []
    if "$" in text or "\\" in text:
        text = edited(text, formulas(text))
    if _PERCENT in text or _SEPARATOR.search(text):
        text = edited(text, _arabic(text))
    return edited(text, _numerals(text, possible)), possible


def plain_with_offsets(text: str) -> Plain:
    """Return the plain form of *text* with the original offsets of its characters; those of a rewritten number are all of the number."""
    spans: list[tuple[int, int]] = []
    for find in (formulas, _arabic, lambda text: _numerals(text, [])):
        edits = list(find(text))
        spans = spans or ([(offset, offset + 1) for offset in range(len(text))] if edits else [])
        for start, end, new in reversed(edits):
            spans[start:end] = [(spans[start][0], spans[end - 1][1])] * len(new)
        text = edited(text, edits)
    return Plain(text, spans or None)


def values(text: str) -> list[str]:
    """Return what numbers of a plain, normalised text mean and digits do not show: months and days, multiples of 万 or 亿, percentages.

    >>> values("2024-03-05，1.8万人中35%"), values("2024年3月5日, 1.8 million")
    (['2024年3月', '3月5日', '18000', '35%'], ['2024年3月', '3月5日', '1800000'])
    """
    if not _ASCII_DIGIT.search(text):
        return []
    shares = _SHARE.findall(text) if "%" in text or "成" in text or "cent" in text else ()
    return [*dates(text), *multiples(text), *(share + ("%" if percent else "0%") for share, percent in shares)]


def dates(text: str) -> list[str]:
    """Return the months with their year and the days with their month, each once: 2024年3月, 3月5日."""
    found: dict[str, None] = {}
    for year, _, month, day in DATE.findall(text) if "年" in text or "-" in text or "/" in text or "." in text else ():
        if 1 <= int(month) <= 12:
            found[f"{year}年{int(month)}月"] = None
            if day and 1 <= int(day) <= 31:
                found[f"{int(month)}月{int(day)}日"] = None
    for month, day in DAY_OF_MONTH.findall(text) if "月" in text else ():
        found[f"{int(month)}月{int(day)}日"] = None
    return list(found)


def multiples(text: str) -> list[str]:
    """Return the values of numbers with 万, 亿 and the like: 1.8万 is 18000."""
    if not ("万" in text or "亿" in text or "千" in text or "illion" in text or "thousand" in text):
        return []
    return [_multiple(*parts) for parts in MULTIPLE.findall(text)]


def _multiple(whole: str, fraction: str, sign: str) -> str:
    zeros = ZEROS[sign]
    fraction = fraction.rstrip("0")
    digits = (whole + fraction[:zeros].ljust(zeros, "0")).lstrip("0") or "0"
    return f"{digits}.{fraction[zeros:]}" if fraction[zeros:] else digits


def value(numeral: str) -> int | None:
    """Return the number that a Chinese numeral writes, None where it is not well formed.

    >>> [value(numeral) for numeral in ("十八", "一千零五", "一万八", "二〇二四", "万一", "三五")]
    [18, 1005, 18000, 2024, None, None]
    """
    return _value(numeral.translate(_ORDINARY))


@lru_cache(maxsize=4096)  # texts repeat their numbers
def _value(numeral: str) -> int | None:
    if len(numeral) == 1:
        return SINGLE.get(numeral, 0 if numeral == "零" else None)
    if all(character in DIGITS for character in numeral):  # two digits are a span (三五年) or a date (五一)
        return int(_digits(numeral)) if len(numeral) > 2 else None
    for sign, times in (("亿", 10**8), ("万", 10**4)):
        before, found, after = numeral.rpartition(sign)
        if found:
            return _joined(_value(before), after, times) if before else None
    return _below_ten_thousand(numeral)


def _joined(high: int | None, after: str, times: int) -> int | None:
    """Return *high* times 万 or 亿, and what is written after that sign."""
    if len(after) == 1:
        low = DIGITS.find(after) * (times // 10) if after in DIGITS[1:] else None  # 一万八 is 18000
    else:
        low = _value(after.removeprefix("零")) if after else 0
    if not high or low is None or low >= times or (times == 10**4 and high >= times):
        return None
    return high * times + low


def _below_ten_thousand(numeral: str) -> int | None:
    match = _PART.fullmatch(numeral)
    if not match or numeral[0] == "零" or numeral[-1] == "零":
        return None
    thousands, hundreds, tens, ones = match.groups()
    number = 1000 * _digit(thousands) + 100 * _digit(hundreds) + (10 * _digit(tens or "一") if tens is not None else 0)
    return number + _digit(ones) * {"千": 100, "百": 10}.get(numeral[-2], 1)  # 一千二 is 1200


def _digit(character: str | None) -> int:
    return SINGLE.get(character or "", 0)


def _arabic(text: str) -> list[Edit]:
    """Return edits for numbers in digits: those with thousands separators, and percentages as 百分之35."""
    found = [Edit(*match.span(), f"{match[1]}%") for match in _PERCENT_OF.finditer(text)] if _PERCENT in text else []
    for match in _GROUPED.finditer(text):
        if not match.start() or text[match.start() - 1] not in "0123456789.,":
            found.append(Edit(*match.span(), "".join(filter(str.isdecimal, match[0]))))
    return sorted(found)


def _numerals(text: str, possible: list[str]) -> Iterator[Edit]:
    """Yield edits for the numerals that are numbers; add to *possible* the values of those that may be numbers."""
    last = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        if start >= last and (edit := _read(text, start, end, possible)):  # a fraction was read with what is before its point
            last = edit.end
            yield edit


def _read(text: str, start: int, end: int, possible: list[str]) -> Edit | None:
    """Return an edit for the numeral from *start* to *end* if it is a number; if it may be one, add its value to *possible*."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in UNCOUNTED or after in UNCOUNTED:
        return None
    fraction = _FRACTION.match(text, end) if after in POINT else None
    if before == "之" and text.startswith(_PERCENT, max(start - 3, 0)):
        share = "100" if text[start:end] == "百" else _number(text[start:end], fraction)
        return Edit(start - 3, fraction.end() if fraction else end, f"{share}%") if share else None
    if end - start == 1 and not fraction:
        return _single(text, start, possible)
    numeral = text[start:end].translate(_ORDINARY)
    if (number := _value(numeral)) is None:
        return None
    if fraction:
        end = fraction.end()
        written = f"{number}.{_digits(fraction[1])}"
        sure = text[end : end + 1] in MEASURES | FRACTIONS
    elif numeral[0] != "十" and set(numeral) <= set(DIGITS):
        written = _digits(numeral)
        sure = after in MEASURES or bool(_YEAR.fullmatch(numeral))
    else:
        written = _short(number)
        sure = after in MEASURES or (number > 100 and len(numeral) > 2)  # 一百 and 三千 are also said for many
    if sure:
        return Edit(start, end, written)
    possible.append(str(number) if not fraction else written)
    return None


def _single(text: str, start: int, possible: list[str]) -> Edit | None:
    """Read a numeral of one character: a month or a day is a number, what is counted may be one."""
    character, before, after = text[start], text[start - 1 : start], text[start + 1 : start + 2]
    if after == "月" or (before == "月" and after in DAY):
        return Edit(start, start + 1, str(MONTHS[character])) if character in MONTHS else None
    if character not in SINGLE or (character == "一" and before != "第"):  # an article as often
        return None
    if after == "成" and _TENTHS.match(text, start + 1):
        possible.append(f"{SINGLE[character]}0%")
    elif after in MEASURES or before == "第":
        possible.append(str(SINGLE[character]))
    return None


def _number(run: str, fraction: re.Match[str] | None) -> str | None:
    number = value(run)
    return None if number is None else f"{number}.{_digits(fraction[1])}" if fraction else str(number)


def _digits(numeral: str) -> str:
    return "".join(str(DIGITS.index(digit)) for digit in numeral.translate(_ORDINARY))


def _short(number: int) -> str:
    """Return a number as newspapers print it: 1.8万, 3.5亿, 12345."""
    for sign, times in (("亿", 10**8), ("万", 10**4)):
        if number >= times and number % (times // 100) == 0:
            return f"{number // times}.{number % times * 100 // times:02}".rstrip("0").rstrip(".") + sign
    return str(number)
