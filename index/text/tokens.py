"""Cut text into terms for BM25 (characters and bigrams) and into words for highlights (jieba's); both of the normalised text.

"３个電瓶车 E-bike"  ──normalised──▶  "3个电瓶车 e-bike"  ──terms──▶  3 个 电 瓶 车 个电 电瓶 瓶车 e bike
                                                        ──words──▶  (3) (个) (电瓶车) (e) (bike), with their offsets
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from operator import add
from pathlib import Path
from typing import NamedTuple

from index.text.numerals import plain_and_possible, values

CHARACTERS = Path(__file__).parent / "data" / "characters.txt"  # made by index/training/characters.py
SEGMENTER = "characters+bigrams 3"  # kept in every index; an index with other terms is refused

# Scripts without spaces between words are cut into characters and bigrams; all others into words, and numbers with their fraction.
DENSE_RANGES = (  # codes, inclusive
    *((0x3005, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),
)
_DENSE = "".join(f"{chr(first)}-{chr(last)}" for first, last in DENSE_RANGES)
_RUN = re.compile(rf"(?P<dense>[{_DENSE}]+)|\d+(?:\.\d+)*|[^\W\d_{_DENSE}]+")
_CHARACTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)  # a character with its combining marks
_ONE_BY_ONE = re.compile(  # each of these becomes one character, whatever is beside it
    r"[\x00-\x7f\u3001\u3002\u4e00-\u9fff“”‘’—·《》，：；！？（）]*"
)
_NARROW = tuple(zip("，：；（）？！", ",:;()?!", strict=True))  # as NFKC has them; replaced first: NFKC is slow where anything changes
LONGEST_WORD = 64  # characters; a longer "word" is no word and would bloat the dictionary of terms


class Word(NamedTuple):
    """A normalised word, and the characters of the original text (half-open) that it comes from."""

    text: str
    start: int
    end: int


def normalised(text: str) -> str:
    """Return *text* as it is compared: NFKC, without difference of case, traditional and variant characters simplified.

    >>> normalised("ＷＥＢ３　産業")
    'web3 产业'
    """
    text = nfkc(text).casefold()
    return text.translate(_simplified()) if _may_have_variants(text) else text


def nfkc(text: str) -> str:
    """Return *text* in the form NFKC of Unicode: one character for each of its compatible variants, such as １ and ﹙."""
    for wide, narrow in _NARROW:
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


def _may_have_variants(text: str) -> bool:
    """Whether *text* may have a traditional or variant character: GB2312 has hardly any of these, and checks a text faster than a table."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return bool(_variants_of_gb2312().search(text))


@cache
def _variants_of_gb2312() -> re.Pattern[str]:
    """Return a pattern of the characters of GB2312 that have another simplified form, such as 著 and 於."""
    return re.compile(f"[{''.join(map(chr, _simplified())).encode('gb2312', 'ignore').decode('gb2312')}]")


@cache
def _simplified() -> dict[int, str]:
    """Return character -> simplified character: the first two lines of characters.txt."""
    with CHARACTERS.open(encoding="utf-8") as lines:
        old, new = next(lines).strip(), next(lines).strip()
    return dict(zip(map(ord, old), new, strict=True))


def terms(text: str) -> list[str]:
    """Return the terms of *text* for the inverted index, with repetitions, run by run: first its characters, then its bigrams.

    Numbers are in one form, and what they are worth comes last (numerals.py).

    >>> terms("电瓶车 2.5万 WEB3 十二家")
    ['电', '瓶', '车', '电瓶', '瓶车', '2.5', '万', 'web', '3', '12', '家', '25000']
    """
    found: list[str] = []
    in_digits, possible = plain_and_possible(text)
    compared = normalised(in_digits)
    for match in _RUN.finditer(compared):
        run = match.group()
        if match.lastgroup:
            characters = [*run]
            found += characters
            found += map(add, characters, characters[1:])
        else:
            found += (run[start : start + LONGEST_WORD] for start in range(0, len(run), LONGEST_WORD))
    return [*found, *values(compared), *possible]


def words(text: str, guess: bool = True) -> list[Word]:
    """Return the words of *text* by jieba's algorithm, each with its offsets in *text*; punctuation is left out.

    Words in no dictionary are guessed (jieba's hidden Markov model), or cut into characters if *guess* is False.
    """
    import rjieba  # a dictionary of 5 MB, opened at the first word

    plain, offsets = _normalised_with_offsets(text)
    found: list[Word] = []
    for match in _RUN.finditer(plain):
        run, start = match.group(), match.start()
        for piece in rjieba.cut(run, guess) if match.lastgroup else [run]:
            end = start + len(piece)
            found.append(Word(piece, offsets[start], offsets[end - 1] + 1))
            start = end
    return found


def tagged_words(text: str) -> list[tuple[Word, str]]:
    """Return the words of *text* by jieba's algorithm, each with jieba's tag: v, n, vn, ns for a place, eng, x for one of no dictionary …

    >>> [(word.text, tag) for word, tag in tagged_words("加装電梯，WiFi")]
    [('加装', 'v'), ('电梯', 'n'), ('wifi', 'eng')]
    """
    import rjieba

    plain, offsets = _normalised_with_offsets(text)
    found: list[tuple[Word, str]] = []
    for match in _RUN.finditer(plain):
        start = match.start()
        for piece, tag in rjieba.tag(match.group()):
            end = start + len(piece)
            found.append((Word(piece, offsets[start], offsets[end - 1] + 1), tag))
            start = end
    return found


@lru_cache(1 << 12)
def parts_of_speech(text: str) -> tuple[str, ...]:
    """Return jieba's tag of each word of *text* that is in its dictionary and has two characters or more: v, n, ns for a place, nr …

    >>> parts_of_speech("推进"), parts_of_speech("整个产"), parts_of_speech("安湖")
    (('v',), ('b',), ())
    """
    import rjieba

    pieces = [piece for piece in rjieba.cut(text, False) if len(piece) > 1]
    return tuple(tag for piece in pieces for _, tag in rjieba.tag(piece))


def _normalised_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normalised text and, for each of its characters, the offset in *text* of the character that it comes from."""
    if _ONE_BY_ONE.fullmatch(text):
        return normalised(text), list(range(len(text)))
    plain: list[str] = []
    offsets: list[int] = []
    for match in _CHARACTER.finditer(text):
        piece = normalised(match.group())
        plain.append(piece)
        offsets.extend([match.start()] * len(piece))
    return "".join(plain), offsets
