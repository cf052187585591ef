"""Decode bytes into text: byte-order marks and UTF-8 are certain; GB18030, BIG5 and Windows-1252 are chosen by which one reads as text."""

from __future__ import annotations

import re

BYTE_ORDER_MARKS = (  # the longer first: UTF-32-LE begins as UTF-16-LE does
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# The commonest characters of both scripts, and punctuation: about half of the characters of any Chinese text.
# Bytes that were decoded in a wrong encoding have hardly any of them.
COMMON = frozenset(
    "的一是不了在人有我他这这個个上们們来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會家可下而过過天去能对對小多然于於心学學么之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美"
    "总總从從无無情己面最女但现現前些所同日手又行意动動方期它头頭经經长長儿兒回位分爱愛老因很给給名法间間斯知世什两兩次使身者被高已亲親其进進此话話常与與活正感見见明问問力理尔爾点點文几幾定本公特做外孩相西果走将將月十实實向声聲车車全"
    "市区區县縣街政府民部工业業社務务建设設服新党黨群众眾治议議员員项項目机機关關地住管安"
    "，。、；：？！“”‘’「」『』（）《》"
)
SAMPLE = 65536  # characters or bytes at the beginning of a file that decide; the rest is like them
PLAUSIBLE_SAMPLE = 20000  # characters whose share of COMMON is counted
SURELY_UTF_16 = 0.15  # least share of COMMON for UTF-16 without a byte-order mark; the wrong byte order has next to none
SURELY_GB18030 = 0.1  # least share of COMMON
MANY_BYTES = 0.2  # share of bytes above ASCII from which a file is Chinese, however rare its characters
CLEARLY_MORE = 0.1  # by how much BIG5 must exceed GB18030, which is the rule in the offices that use this
FEW_ACCENTS = 0.1  # share of bytes above ASCII up to which a file may be English with accents and curly quotes
EDITORS_BLANKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00"  # no editor counts these as line ends
INVISIBLE = "\u200b\u2060\ufeff"
CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")  # a text may have any number of the others: tabs, form feeds, an end of file
INVISIBLE_LINE = re.compile(r"(?m)^[ \t\u3000\xa0\u200b\u2060\ufeff]*[\u200b\u2060\ufeff][ \t\u3000\xa0\u200b\u2060\ufeff]*$")


def decode(content: bytes) -> tuple[str, str] | None:
    """Return the text and the name of its encoding, None if *content* is no text.

    Nearly every text in BIG5 can be decoded as GB18030 too, but the result is nonsense.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = _try(content, encoding)
            return (text.removeprefix("\ufeff"), encoding) if text is not None else None
    utf_16 = _utf_16_without_mark(content) if b"\x00" in content else None
    if utf_16:
        return utf_16
    text = _try(content, "utf-8")
    if text is not None:
        return (text, "utf-8") if _printable(text) else None
    return _most_plausible(content)


def plausible(text: str) -> float:
    """Return the share of COMMON among the characters beyond ASCII: near 0.5 for Chinese, near 0 for noise."""
    characters = [character for character in text[:PLAUSIBLE_SAMPLE] if character > "\x7f"]
    return sum(character in COMMON for character in characters) / len(characters) if characters else 0.0


def lines_ended(text: str) -> str:
    """Return *text* with `\\n` as its only line end; characters that are invisible in an editor become blanks.

    >>> lines_ended("a\\r\\nb\\rc\\x0cd")
    'a\\nb\\nc d'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for blank in EDITORS_BLANKS:
        text = text.replace(blank, " ")
    if any(character in text for character in INVISIBLE):
        text = INVISIBLE_LINE.sub(lambda line: " " * len(line[0]), text)
    return text


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _printable(text: str) -> bool:
    """Whether *text* has hardly any control characters, of which binary files are full."""
    start = text[:SAMPLE]
    return len(CONTROL.findall(start)) <= 1 + len(start) // 100


def _utf_16_without_mark(content: bytes) -> tuple[str, str] | None:
    """Return the text in the byte order that reads as text. Zero bytes cannot decide: `一` has one in both orders."""
    readings = []
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(content, encoding)
        if text and _printable(text):
            readings.append((1.0 if text[:2000].isascii() else plausible(text), encoding, text))
    weight, encoding, text = max(readings, default=(0.0, "", ""))
    return (text, encoding) if weight > SURELY_UTF_16 else None


def _most_plausible(content: bytes) -> tuple[str, str] | None:
    """Return the most plausible reading of bytes that are no UTF-8: BIG5, GB18030, damaged UTF-8 or Windows-1252."""
    gb18030, big5 = _try(content, "gb18030"), _try(content, "big5hkscs")
    beyond_ascii = sum(byte > 0x7F for byte in content[:SAMPLE]) / min(len(content), SAMPLE)
    gb18030_weight, big5_weight = plausible(gb18030 or ""), plausible(big5 or "")
    if big5 and big5_weight > gb18030_weight + CLEARLY_MORE:
        return big5, "big5"
    if gb18030 and (gb18030_weight > SURELY_GB18030 or beyond_ascii > MANY_BYTES):
        return (gb18030, "gb18030") if _printable(gb18030) else None
    damaged = content.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= 1 + len(damaged) // 1000:  # a file cut within a character, a flipped bit: the rest is sound
        return damaged, "utf-8, damaged"
    western = _try(content, "cp1252") if beyond_ascii < FEW_ACCENTS else None
    return (western, "cp1252") if western is not None and _printable(western) else None
