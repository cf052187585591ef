"""What a question names outright, a place or a number, and whether a passage names it too.

    question ──▶ Named: 北京; 30, 8月26日 ──┐
    passage, its heading, its place ───────┴─▶ the share of these names that the passage lacks

Vectors and words that are like each other cannot tell Beijing from Zhejiang, or the 26th from the 27th: where a question names one of
them, a passage about the other is no answer. A province is named by any of its cities.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from index.document import Passage
from index.text.place_mentions import cities_within, named_units

DATE = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
DIGITS = 2  # of a number, at least; smaller ones are said in words as often, and stand everywhere


class Named(NamedTuple):
    """The *places* that a question names, for each place the names that mean it, and its *numbers*, dates among them."""

    places: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]


def named(question: str) -> Named:
    """Return what a question names.

    >>> named("北京2019年8月26号查处了多少").places, sorted(named("北京2019年8月26号查处了多少").numbers)
    ((('北京',),), ['2019', '8月26日'])
    """
    text = _plain(question)
    return Named(tuple((name, *cities_within(name)) for name in named_units(text)), _numbers(text))


def missing(names: Named, passage: Passage) -> float:
    """Return the share of the *names* of a question that the passage does not name, from 0 to 1; 0 where the question names nothing."""
    wanted = len(names.places) + len(names.numbers)
    if not wanted:
        return 0.0
    text = _plain(f"{passage.heading}\n{passage.text}\n{passage.citation.place or ''}")
    placeless = sum(not any(name in text for name in place) for place in names.places)
    return (placeless + len(names.numbers - _numbers(text))) / wanted


def _numbers(text: str) -> frozenset[str]:
    dates = {f"{int(month)}月{int(day)}日" for month, day in DATE.findall(text)}
    return frozenset(dates | {number for number in NUMBER.findall(DATE.sub(" ", text)) if len(number) >= DIGITS})


def _plain(text: str) -> str:
    return SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
