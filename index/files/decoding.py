"""Bytes to text: which encoding a file is in. UTF-8 and byte-order marks first, then GB18030 and BIG5 are weighed against each other."""

from __future__ import annotations

import re

BYTE_ORDER_MARKS = (  # the longer first: UTF-32-LE begins as UTF-16-LE does
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# About half of any Chinese text is made of these: the commonest characters in both scripts, and punctuation. A text decoded
# in a wrong encoding has next to none.
COMMON = frozenset(
    "的一是不了在人有我他这这個个上们們来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會家可下而过過天去能对對小多然于於心学學么之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美"
    "总總从從无無情己面最女但现現前些所同日手又行意动動方期它头頭经經长長儿兒回位分爱愛老因很给給名法间間斯知世什两兩次使身者被高已亲親其进進此话話常与與活正感見见明问問力理尔爾点點文几幾定本公特做外孩相西果走将將月十实實向声聲车車全"
    "市区區县縣街政府民部工业業社務务建设設服新党黨群众眾治议議员員项項目机機关關地住管安"
    "，。、；：？！“”‘’「」『』（）《》"
)
EDITORS_BLANKS = str.maketrans(dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00", " "))  # no editor counts these as line ends
UNSEEN = re.compile(r"(?m)^[ \t\u3000\xa0\u200b\u2060\ufeff]*[\u200b\u2060\ufeff][ \t\u3000\xa0\u200b\u2060\ufeff]*$")


def decode(content: bytes) -> tuple[str, str] | None:
    """Return the text and the encoding's name, or None where *content* is no text.

    Marks first, then what cannot be mistaken (UTF-8), then what must be weighed: nearly every text in BIG5 can be read as
    GB18030 too, but only as nonsense.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = _try(content, encoding)
            return (text.removeprefix("\ufeff"), encoding) if text is not None else None
    wide = _without_mark(content) if b"\x00" in content else None
    if wide:
        return wide
    text = _try(content, "utf-8")
    if text is not None:
        return (text, "utf-8") if _printable(text) else None
    return _weighed(content)


def plausible(text: str) -> float:
    """Return the share of common Chinese characters and punctuation among what is not ASCII: near .5 for Chinese, near 0 for noise."""
    far = [c for c in text[:20000] if c > "\x7f"]
    return sum(c in COMMON for c in far) / len(far) if far else 0.0


def lines_ended(text: str) -> str:
    """Make `\\r\\n` and `\\r` to `\\n`, and blanks of what is neither seen nor a line end to an editor.

    >>> lines_ended("a\\r\\nb\\rc\\x0cd")
    'a\\nb\\nc d'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(EDITORS_BLANKS)
    return UNSEEN.sub(lambda blank: " " * len(blank[0]), text)


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _printable(text: str) -> bool:
    """Text has hardly any control characters; binary files are full of them."""
    head = text[:65536]
    return sum(c < " " and c not in "\t\n\r\x0b\x0c\x1a" for c in head) <= 1 + len(head) // 100


def _without_mark(content: bytes) -> tuple[str, str] | None:
    """Tell UTF-16 without a mark by what makes sense, since the wrong way round it is noise. Zero bytes do not tell: `一` has one."""
    found = []
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(content, encoding)
        if text and _printable(text):
            found.append((1.0 if text[:2000].isascii() else plausible(text), encoding, text))
    weight, encoding, text = max(found, default=(0.0, "", ""))
    return (text, encoding) if weight > 0.15 else None


def _weighed(content: bytes) -> tuple[str, str] | None:
    gb, big5 = _try(content, "gb18030"), _try(content, "big5hkscs")
    far = sum(byte > 0x7F for byte in content[:65536]) / min(len(content), 65536)
    weights = {"gb18030": plausible(gb) if gb else 0.0, "big5": plausible(big5) if big5 else 0.0}
    if big5 and weights["big5"] > weights["gb18030"] + 0.1:  # clearly more: GB18030 is the rule, BIG5 the exception
        return big5, "big5"
    if gb and (weights["gb18030"] > 0.1 or far > 0.2):
        return (gb, "gb18030") if _printable(gb) else None
    damaged = content.decode("utf-8", "replace")
    if damaged.count("\ufffd") <= 1 + len(damaged) // 1000:  # a file cut within a character, a flipped bit: the rest is sound
        return damaged, "utf-8, damaged"
    western = _try(content, "cp1252") if far < 0.1 else None  # a few accents and curly quotes among ASCII
    return (western, "cp1252") if western is not None and _printable(western) else None
