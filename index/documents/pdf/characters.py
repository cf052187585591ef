"""The characters of a page as its text has them: radicals, ligatures and vertical marks are repaired; a character that is right stays.

`⼀` (a radical) ──▶ `一`    `⻋` ──▶ `车`    `ﬁ` ──▶ `fi`    `︵` (vertical) ──▶ `（`    NUL, marks of direction ──▶ nothing

A font may draw 一 and the radical ⼀ with one glyph, and say of it that it is the radical; nobody writes radicals in a text.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from index.document import Box

# Each radical of U+2E80..2EFF and the ideograph that it is, from EquivalentUnifiedIdeograph.txt of the Unicode Character Database 14
RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓"
    "⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐"
    "⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
IDEOGRAPH_OF = dict(zip(RADICALS[::2], RADICALS[1::2], strict=True))
UNKNOWN = "\ufffd"  # a glyph of which the file does not say what character it is
SPACES = "\t\n\r\x0b\x0c \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
HYPHEN = "\x02"  # by which pdfium marks a hyphen at the end of a line


class Character(NamedTuple):
    """A character as it stands on its page, in the order of the file.

    *u*, *end*: where it begins and ends along its line; *v*: the middle of its line, across. *size*: that of its font, in points.
    *font*: a number for the typeface and its weight, odd for a bold one. *box*: on the page as it is shown, in points from the left
    upper corner. *frame*: to which side its line runs: 0 right, 1 down, 2 left, 3 up.
    """

    text: str
    frame: int
    u: float
    end: float
    v: float
    size: float
    font: int
    box: Box


@lru_cache(maxsize=8192)
def repaired(character: str) -> str:
    """Return what a text has for *character*: a space for any blank, "" for what nobody sees.

    >>> [repaired(character) for character in "⼀⻋ﬁ︵\uf900①，\u200b"]
    ['一', '车', 'fi', '（', '豈', '①', '，', '']
    """
    if character in SPACES:
        return " "
    if character == HYPHEN:
        return "-"
    code = ord(character)
    if character in IDEOGRAPH_OF:
        return IDEOGRAPH_OF[character]
    if 0x2F00 <= code < 0x2FE0 or 0xF900 <= code < 0xFB07 or 0x2F800 <= code < 0x2FA20:  # radicals, compatibility ideographs, ligatures
        return unicodedata.normalize("NFKC", character)
    if 0xFE10 <= code < 0xFE1A or 0xFE30 <= code < 0xFE45:
        return _upright(character)
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn") and character not in ("\xad", UNKNOWN):
        return UNKNOWN if 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE else ""
    return character


def _upright(mark: str) -> str:
    """Return the mark that *mark* stands for in vertical writing, as wide as a Chinese character."""
    plain = unicodedata.normalize("NFKC", mark)
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in plain)
    return {"\u2014": "—", "\u2026": "…"}.get(wide, wide)


@lru_cache(maxsize=8192)
def is_wide(character: str) -> bool:
    """Whether *character* is set as wide as it is high, as Chinese characters and their marks are."""
    return character > "\u2e7f" and unicodedata.east_asian_width(character[0]) in "WF"
