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
from index.text.numerals import DATE, DAY_OF_MONTH, MULTIPLE, dates, multiples, plain, plain_and_possible, values
from index.text.place_mentions import cities_within, named_units
from index.text.tokens import normalised

NUMBER = re.compile(r"\d+(?:\.\d+)?")
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
    text = unicodedata.normalize("NFKC", question)
    return Named(tuple((name, *cities_within(name)) for name in named_units(text)), _asked(question))


def missing(names: Named, passage: Passage) -> float:
    """Return the share of the *names* of a question that the passage does not name, from 0 to 1; 0 where the question names nothing."""
    wanted = len(names.places) + len(names.numbers)
    if not wanted:
        return 0.0
    text = f"{passage.heading}\n{passage.text}\n{passage.citation.place or ''}"
    placeless = 0
    if names.places:
        compared = unicodedata.normalize("NFKC", text)
        placeless = sum(not any(name in compared for name in place) for place in names.places)
    numberless = len(names.numbers - _printed(text)) if names.numbers else 0
    return (placeless + numberless) / wanted


def _asked(question: str) -> frozenset[str]:
    """Return the numbers that a question names: 1.8万 is 18000 alone, and a day in a month is that day alone."""
    text = normalised(plain(question))
    printed = dates(text)
    months = {date.partition("月")[0] for date in printed if "年" not in date}
    named = [date for date in printed if "年" not in date or date[len("2024年") : -len("月")] not in months]
    left = DATE.sub(r" \1 ", DAY_OF_MONTH.sub(" ", text))
    numbers = (number for number in NUMBER.findall(MULTIPLE.sub(" ", left)) if len(number) >= DIGITS)
    return frozenset([*named, *multiples(left), *numbers])


def _printed(text: str) -> frozenset[str]:
    """Return all numbers that a passage may mean: as it prints them, what they are worth, and what its numerals are worth."""
    in_digits, possible = plain_and_possible(text)
    compared = normalised(in_digits)
    return frozenset([*NUMBER.findall(compared), *values(compared), *possible])
