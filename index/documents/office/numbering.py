"""The numbers of lists in a docx, which Word shows and does not write into the paragraphs: 一、 （二） 3. a)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from index.documents.office.archives import tag_of

DIGITS = "〇一二三四五六七八九"
FORMAL = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
MOST = 32767  # a number in a docx has two bytes
ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
         (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


class Level(NamedTuple):
    """How the items of one level are numbered: `（%1）`, with the format of its own number, from *start* on."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


class Numbering:
    """The lists of a docx, and how far each has been counted."""

    def __init__(self, root: Any | None) -> None:
        """*root*: that of numbering.xml, None where the document has none."""
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}  # number of a list -> what it counts with, and its levels
        self._counts: dict[str, dict[int, int]] = {}
        elements = [element for element in root if isinstance(element.tag, str)] if root is not None else []
        abstract = {_value(one, "abstractNumId"): _levels(one) for one in elements if tag_of(one) == "abstractNum"}
        for one in elements:
            if tag_of(one) != "num":
                continue
            kind = next((_value(child, "val") for child in one if tag_of(child) == "abstractNumId"), "")
            own: dict[int, Level] = {}
            for child in one:
                if tag_of(child) == "lvlOverride":
                    own |= _overridden(child, abstract.get(kind, {}))
            number = _value(one, "numId")
            self._lists[number] = (f"{number}!" if own else kind, abstract.get(kind, {}) | own)

    def label(self, number: str, level: int) -> str | None:
        """Count an item of a list; return its label as it is shown, "" for a mere bullet, None where there is no such list."""
        counted_with, levels = self._lists.get(number, ("", {}))
        shape = levels.get(level)
        if number == "0" or shape is None:
            return None
        counts = self._counts.setdefault(counted_with, {})
        counts[level] = min(counts.get(level, shape.start - 1) + 1, MOST)
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if shape.form in ("bullet", "none"):
            return ""
        label = shape.text
        for other in range(level + 1):
            if f"%{other + 1}" in label:
                above = levels.get(other, Level())
                value = counts.setdefault(other, above.start)
                label = label.replace(f"%{other + 1}", FORMS.get(above.form, str)(value))
        return label


def _levels(abstract: Any) -> dict[int, Level]:
    return {_integer(_value(child, "ilvl")): _level(child) for child in abstract if tag_of(child) == "lvl"}


def _level(element: Any) -> Level:
    said = {tag_of(child): _value(child, "val") for child in element}
    return Level(said.get("numFmt", "decimal"), said.get("lvlText", ""), _integer(said.get("start", "1"), 1))


def _overridden(element: Any, levels: dict[int, Level]) -> dict[int, Level]:
    number = _integer(_value(element, "ilvl"))
    level = levels.get(number, Level())
    for child in element:
        if tag_of(child) == "lvl":
            level = _level(child)
        elif tag_of(child) == "startOverride":
            level = level._replace(start=_integer(_value(child, "val"), 1))
    return {number: level}


def _value(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _integer(text: str, otherwise: int = 0) -> int:
    return min(int(text), MOST) if text.isascii() and text.isdecimal() and len(text) < 9 else otherwise


def chinese(number: int) -> str:
    """Return a number as it is written in Chinese.

    >>> [chinese(number) for number in (1, 10, 12, 20, 105, 2024)]
    ['一', '十', '十二', '二十', '一百〇五', '二千〇二十四']
    """
    if number < 10:
        return DIGITS[number]
    written, empty = "", False
    for unit, name in ((10000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("〇" if empty and written else "") + DIGITS[digit] + name
        empty = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


def _formal(number: int) -> str:
    return chinese(number).translate(FORMAL)


def _letter(number: int) -> str:
    return chr(97 + (number - 1) % 26) * min((number - 1) // 26 + 1, 40) if number > 0 else "0"


def _roman(number: int) -> str:
    written = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written or "0"


FORMS: dict[str, Callable[[int], str]] = {  # ST_NumberFormat of ECMA-376, part 1, 17.18.59; others are shown as decimals
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"), chinese),
    **dict.fromkeys(("japaneseCounting", "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"), chinese),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _formal),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": lambda number: chr(0x245F + number) if 1 <= number <= 20 else f"({number})",
    "decimalEnclosedCircleChinese": lambda number: chr(0x245F + number) if 1 <= number <= 20 else f"({number})",
    "decimalEnclosedParen": lambda number: chr(0x2473 + number) if 1 <= number <= 20 else f"({number})",
    "decimalEnclosedFullstop": lambda number: chr(0x2487 + number) if 1 <= number <= 20 else f"{number}.",
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
