"""Dates as pages print them: `2024年5月6日`, `二〇二四年五月六日`, `May 6, 1901`, stamps such as `2024-05-06 09:30`; and their ISO form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{4}年.{1,3}月.{1,3}日")  # a day in words, as notices are signed
STAMP = re.compile(  # a day, perhaps with its time, or a month in words
    r"(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?"
    r"|(?:(?:19|20)\d\d|[二〇○零一][〇○零一二三四五六七八九]{3})年(?:\d{1,2}|十?[一二三四五六七八九十])月)"
)
DIGITS = {character: value for value, characters in enumerate(("〇○零Ｏ", "一元", *"二三四五六七八九")) for character in characters}
NUMERAL = "〇○零Ｏ一二三四五六七八九"
UP_TO_99 = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]|[廿卅][一二三四五六七八九]?"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH = rf"(?P<{{}}>{'|'.join(MONTHS)})[a-z]{{{{0,6}}}}\.?"
REPUBLIC = 1911  # the year before 民国元年
PRINTED = re.compile(
    rf"(?:(?:中华)?民国\s?(?P<republic>元|{UP_TO_99})|(?P<year>(?<!\d)(?:1[89]|20)\d\d|[一二][{NUMERAL}]{{3}}))\s?年"
    rf"(?:\s?(?P<month>{UP_TO_99})\s?月(?:\s?(?P<day>{UP_TO_99})\s?[日号])?)?"
    r"|(?<!\d)(?P<y2>(?:1[89]|20)\d\d)(?P<sep>[-/.])(?P<m2>0?[1-9]|1[0-2])(?:(?P=sep)(?P<d2>0?[1-9]|[12]\d|3[01]))?(?![\d.%％])"
    rf"|{MONTH.format('m3')}\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<y3>(?:1[789]|20)\d\d)"
    rf"|(?<!\d)(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s{MONTH.format('m4')},?\s(?P<y4>(?:1[789]|20)\d\d)"
)


class PrintedDate(NamedTuple):
    """A date in a text: its characters (half-open) and its ISO form, which is partial where no day or no month is printed."""

    start: int
    end: int
    iso: str


def dates(text: str) -> Iterator[PrintedDate]:
    """Yield the dates of *text* in order; a day that no calendar has is none.

    >>> [date.iso for date in dates("二〇二四年三月五日，民国二十三年五月，2024-05-06 10:21，May 6, 1901，2023年2月30日")]
    ['2024-03-05', '1934-05', '2024-05-06', '1901-05-06']
    """
    for match in PRINTED.finditer(text):
        part = match.groupdict()
        if part["republic"]:
            year = REPUBLIC + _number(part["republic"])
        else:
            year = _number(next(value for name in ("year", "y2", "y3", "y4") if (value := part[name])))
        month = next((_month(value) for name in ("month", "m2", "m3", "m4") if (value := part[name])), None)
        day = next((_number(value) for name in ("day", "d2", "d3", "d4") if (value := part[name])), None)
        if _exists(year, month, day):
            yield PrintedDate(match.start(), match.end(), "-".join([f"{year:04}", *(f"{n:02}" for n in (month, day) if n is not None)]))


def _exists(year: int, month: int | None, day: int | None) -> bool:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


def _month(text: str) -> int:
    return MONTHS.index(text) + 1 if text in MONTHS else _number(text)


def _number(text: str) -> int:
    """Return a number of digits, of Chinese digits one by one, or of at most two places: 二〇二四, 二十三, 廿三."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * DIGITS.get(tens, 1) + DIGITS.get(ones, 0)
    return int("".join(str(DIGITS[character]) for character in text))
