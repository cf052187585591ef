"""Text to terms: characters and bigrams for BM25, jieba's words for highlights. Everything is compared after `fold`.

"３个電瓶车 E-bike"  ──fold──▶  "3个电瓶车 e-bike"  ──terms──▶  3 个 电 瓶 车 个电 电瓶 瓶车 e bike
                                                  ──words──▶  (3) (个) (电瓶车) (e) (bike), with their places
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from operator import add
from pathlib import Path
from typing import NamedTuple

CHARACTERS = Path(__file__).parent / "data" / "characters.txt"  # made by training/characters.py
SEGMENTER = "characters+bigrams 2"  # an index remembers it: other terms need another index

# Scripts written without spaces are cut into characters and bigrams; all others into words, numbers with their fraction.
_DENSE = r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<dense>[{_DENSE}]+)|\d+(?:\.\d+)*|[^\W\d_{_DENSE}]+")
_CHARACTER = re.compile(r".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)  # with the marks that belong to it
_LONGEST = 64  # characters; a longer "word" is no word and would bloat the dictionary of terms


class Word(NamedTuple):
    """A word as it is compared, and the characters of the original text (half-open) where it stands."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return *text* in the form in which it is compared: NFKC, no difference of case, traditional and variant characters simplified.

    >>> fold("ＷＥＢ３　産業")
    'web3 产业'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Return each character that is written otherwise in simplified Chinese, with that one: characters.txt, the first two lines."""
    with CHARACTERS.open(encoding="utf-8") as lines:
        old, new = next(lines).strip(), next(lines).strip()
    return dict(zip(map(ord, old), new, strict=True))


def terms(text: str) -> list[str]:
    """Return the terms of *text* for the inverted index, with repetitions, run by run: its characters, then its bigrams.

    >>> terms("电瓶车 2.5万 WEB3")
    ['电', '瓶', '车', '电瓶', '瓶车', '2.5', '万', 'web', '3']
    """
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        run = match.group()
        if match.lastgroup:
            found += run
            found += map(add, run, run[1:])
        else:
            found += (run[at : at + _LONGEST] for at in range(0, len(run), _LONGEST))
    return found


def words(text: str, guess: bool = True) -> list[Word]:
    """Return the words of *text* by jieba's algorithm, each with its place in *text* itself; punctuation is left out.

    Words that are in no dictionary are guessed (jieba's hidden Markov model), or cut into characters if *guess* is False.
    """
    import rjieba  # a dictionary of 5 MB, opened at the first word

    folded, places = _fold_with_places(text)
    found: list[Word] = []
    for match in _RUN.finditer(folded):
        run, at = match.group(), match.start()
        for piece in rjieba.cut(run, guess) if match.lastgroup else [run]:
            found.append(Word(piece, places[at], places[at + len(piece) - 1] + 1))
            at += len(piece)
    return found


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text and, for each of its characters, the character of *text* that it comes from."""
    pieces: Iterator[tuple[str, int]] = ((fold(match.group()), match.start()) for match in _CHARACTER.finditer(text))
    folded, places = [], []
    for piece, at in pieces:
        folded.append(piece)
        places.extend([at] * len(piece))
    return "".join(folded), places
