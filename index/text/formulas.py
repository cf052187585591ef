"""Formulas as OCR writes numbers ($1 2 8 6 . 5$): a text in, what stands for its formulas in plain characters out.

`$9 2 . 4 \\%$` ──▶ 92.4%      `$5 0 \\mathrm { k m } ^ { 2 }$` ──▶ 50km2      US$5 and $10 ──▶ the same, no formula

An `Edit` says what is written for a stretch of the text; the original stays what is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# As pandoc reads them: a closing sign before a digit is the sign of the next price. A formula has no line end inside.
_FORMULA = re.compile(r"(?P<sign>\$\$?)(?P<body>[^$\n]{1,200})(?P=sign)(?![$\d])|\\\((?P<round>[^$\n]{1,200}?)\\\)|\\(?P<escaped>[%$])")
_NUMBER = re.compile(r"\d|\\")
# These two are compiled when the first formula is met: most texts have none, and a search starts 2 ms sooner.
_PROSE = r"\s[A-Za-z]{2,}(?:\s|$)|^[^\\]*[\u3000-\u9fff]"  # words, between two dollar signs of a running text
_PART = (
    r"\\(?:mathrm|mathbf|mathsf|mathit|text|textbf|operatorname|rm|bf|left|right|quad|qquad|d?frac)\b\s*|\\[,;:! ]|\^\s*\{?\s*(?=\\circ\b)"
    r"|(?P<power>(?<=\d)\s*\^(?!\s*\{?\s*\\circ))|\\(?P<name>[A-Za-z]+)\s*|\\(?P<escaped>[%$&#_{}])|(?P<over>\}\s*\{)|[\s{}_^~]+"
)
_SIGNS = {"times": "×", "sim": "~", "cdot": "·", "circ": "°", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥"}


class Edit(NamedTuple):
    """The characters of a text from *start* to *end*, half-open, and what is written for them."""

    start: int
    end: int
    text: str


def formulas(text: str) -> Iterator[Edit]:
    """Yield an edit for each formula of *text* that holds a number or a sign.

    >>> [edit.text for edit in formulas(r"养护$1 2 8 6 . 5$公里，占$9 2 . 4 \\%$；US$5 to US$6")]
    ['1286.5', '92.4%']
    """
    if "$" not in text and "\\" not in text:
        return
    start = 0
    while match := _FORMULA.search(text, start):
        body = match["body"] or match["round"]
        if match["escaped"]:
            yield Edit(*match.span(), match["escaped"])
        elif not _NUMBER.search(body) or re.search(_PROSE, body):
            start = match.start() + 1  # the second sign may open a formula
            continue
        else:
            yield Edit(*match.span(), re.sub(_PART, _read, body))
        start = match.end()


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return *text* with its *edits*, which rise."""
    parts: list[str] = []
    last = 0
    for start, end, new in edits:
        parts += text[last:start], new
        last = end
    return "".join([*parts, text[last:]]) if parts else text


def _read(part: re.Match[str]) -> str:
    """Return what is read for a command or a sign of a formula."""
    if name := part["name"]:
        return _SIGNS.get(name, name)
    return part["escaped"] or (part["power"] and "^") or (part["over"] and "/") or ""
