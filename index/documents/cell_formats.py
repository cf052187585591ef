"""How numbers and dates are shown in the cells of an xlsx: its styles in, the text of a value out. calamine reads the values alone.

styles.xml, sheet1.xml ──▶ {(2, 4): "0.0%"}      0.352, "0.0%" ──▶ 35.2%      2024-03-05, 'yyyy"年"m"月"' ──▶ 2024年3月
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

BUILT_IN = {  # by ECMA-376, part 1, 18.8.30, with dates as Excel shows them in Chinese
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 31: 'yyyy"年"m"月"d"日"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    45: "mm:ss", 46: "[h]:mm:ss", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
LONGEST_CODE = 255  # characters, in Excel
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[(?:\$([^\]-]*)[^\]]*|[^\]]*)\]|(_.|\*.)|'
    r"(yyyy|yy|m{1,4}|d{1,4}|h{1,2}|s{1,2}(?:\.0+)?|am/pm|上午/下午)|(.)",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[#?0,]*[#?0](?:\.[#?0]+)?|\.[#?0]+")
LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|_.|\*.')
CELL = re.compile(r"([A-Z]+)([0-9]+)")
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError),
    *(LookupError, ValueError, StopIteration, NotImplementedError, RuntimeError),
)
Formats = dict[tuple[int, int], str]  # (row, column), from 0, of a cell -> its format, where it is not General


def formats_of(content: bytes, sheet: int) -> Formats:
    """Return the formats of the cells with numbers of a sheet, by its number from 0; none where the file is no xlsx or names none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            codes = _codes(archive)
            return dict(_formats(archive, _path(archive, sheet), codes)) if any(codes) else {}
    except DAMAGE:
        return {}  # another kind of spreadsheet, or a damaged style: the plain values are no lie


def formatted(value: float | date | time | timedelta, code: str) -> str | None:
    """Return *value* as a cell with the format *code* shows it; None for a code that is not known here.

    >>> formatted(0.352, "0.0%"), formatted(7.0, "00000"), formatted(1234.5, '"¥"#,##0.00'), formatted(date(2024, 3, 5), "yyyy/m/d")
    ('35.2%', '00007', '¥1,234.50', '2024/3/5')
    """
    section = _sections(code)[0]
    if isinstance(value, timedelta):
        return None
    return _formatted_number(value, section) if isinstance(value, int | float) else _formatted_date(value, section)


def _formatted_number(value: float, section: str) -> str | None:
    if len(section) > LONGEST_CODE:
        return None
    plain = LITERAL.sub(lambda match: f"\0{match[1] or match[2] or match[3] or ''}\0", section)
    parts = plain.split("\0")  # every second one is literal
    code = "".join(parts[::2])
    pattern = NUMBER.search(code)
    if not pattern or re.search(r"[eE/@]", code) or NUMBER.search(code, pattern.end()):
        return None
    whole, _, decimals = pattern[0].partition(".")
    if code[pattern.end() : pattern.end() + 1] == ",":  # the thousands alone are shown
        return None
    number = Decimal(repr(value)) * (100 if "%" in code else 1)
    places = sum(digit in "0#?" for digit in decimals)
    number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    digits = f"{abs(number):,f}" if "," in whole else f"{abs(number):f}"
    before, _, after = digits.partition(".")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    while optional and after.endswith("0"):
        after, optional = after[:-1], optional - 1
    before = before.rjust(whole.count("0"), "0") if before != "0" or "0" in whole else ""
    shown = f"{'-' if number < 0 else ''}{before}{'.' if after else ''}{after}"
    return "".join(part if place % 2 else NUMBER.sub(shown, part, count=1) for place, part in enumerate(parts))


def _formatted_date(value: date | time, section: str) -> str | None:
    tokens = list(TOKEN.finditer(section))
    names = [match[5].lower() if match[5] else "" for match in tokens]
    known = [name for name in names if name]
    moment = datetime.combine(date(1900, 1, 1), value) if isinstance(value, time) else value
    if not known or "[h" in section.lower() or (isinstance(value, time) and any(name[0] in "yd" for name in known)):
        return None
    clock = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    half = any(name in ("am/pm", "上午/下午") for name in known)
    return "".join(
        _date_part(name, clock, half, _is_minute(names, place)) if name else match[1] or match[2] or match[3] or match[6] or ""
        for place, (match, name) in enumerate(zip(tokens, names, strict=True))
    )


def _is_minute(names: list[str], place: int) -> bool:
    """Whether m or mm is of minutes: an hour comes before it, or seconds after it."""
    before = next((name for name in reversed(names[:place]) if name), "")
    after = next((name for name in names[place + 1 :] if name), "")
    return names[place] in ("m", "mm") and (before.startswith("h") or after.startswith("s"))


def _date_part(name: str, clock: datetime, half: bool, minute: bool) -> str:
    hour = (clock.hour + 11) % 12 + 1 if half else clock.hour
    numbers = {"y": clock.year, "m": clock.minute if minute else clock.month, "d": clock.day, "h": hour, "s": clock.second}
    if name in ("am/pm", "上午/下午"):
        return name.split("/")[clock.hour >= 12] if name != "am/pm" else ("AM", "PM")[clock.hour >= 12]
    if name == "yyyy":
        return f"{clock.year:04}"
    if name in ("mmm", "mmmm"):
        return MONTHS[clock.month - 1]
    if name in ("ddd", "dddd"):
        return "一二三四五六日"[clock.weekday()] if name == "ddd" else "星期" + "一二三四五六日"[clock.weekday()]
    return f"{numbers[name[0]] % 100:02}" if len(name.partition(".")[0]) == 2 else str(numbers[name[0]])


def _sections(code: str) -> list[str]:
    """Return the parts of a format for positive numbers, negative ones, zero and text."""
    return re.findall(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;])+', code) or [""]


def _codes(archive: zipfile.ZipFile) -> list[str]:
    """Return the format of each style, "" for General and text."""
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    own = {int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iterfind("{*}numFmts/{*}numFmt")}
    numbers = [int(each.get("numFmtId", "0")) for each in root.iterfind("{*}cellXfs/{*}xf")]
    codes = [own.get(number, BUILT_IN.get(number, "")) for number in numbers]
    return ["" if code in ("General", "@") else code for code in codes]


def _path(archive: zipfile.ZipFile, sheet: int) -> str:
    """Return where the sheet lies in the archive."""
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    entry = list(root.iterfind("{*}sheets/{*}sheet"))[sheet]
    wanted = next(value for name, value in entry.attrib.items() if name.endswith("}id"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == wanted)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _formats(archive: zipfile.ZipFile, path: str, codes: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    with archive.open(path) as file:
        for _, element in ElementTree.iterparse(file):
            if element.tag.endswith("}row"):
                element.clear()
            if not element.tag.endswith("}c") or element.get("t", "n") not in ("n", "d"):
                continue
            place, style = CELL.fullmatch(element.get("r", "")), int(element.get("s", "0"))
            if place and style < len(codes) and codes[style]:
                yield (int(place[2]) - 1, _column(place[1])), codes[style]


def _column(letters: str) -> int:
    """Return the number of a column from 0.

    >>> _column("A"), _column("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
