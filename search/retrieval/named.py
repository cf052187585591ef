"""What a question names outright, a place, a number or a document, and whether a passage names it too.

    question ──▶ Named: 北京; 30, 8月26日; 府办〔2023〕7号 ──┐
    passage, its heading, its place ───────────────────────┴─▶ the share of these names that the passage lacks

Vectors and words that are like each other cannot tell Beijing from Zhejiang, or the 26th from the 27th: where a question names one of
them, a passage about the other is no answer. A province is named by any of its cities. A question that is nothing but a document's
number, or a name and a number, is answered by no passage that lacks the number, however alike the rest is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index.document import Passage
from index.text.numerals import DATE, DAY_OF_MONTH, MULTIPLE, dates, multiples, plain, plain_and_possible, values
from index.text.place_mentions import cities_within, mentions, named_units
from index.text.tokens import nfkc, normalised, parts_of_speech

NUMBER = re.compile(r"\d+(?:\.\d+)?")
DOCUMENT = re.compile(  # in normalised text
    r"(?P<series>(?:(?![的于和与按照据])[\u4e00-\u9fff]){0,8})\s?(?:[\[〔(【]\s?(?P<bracketed>(?:19|20)\d\d)\s?[\]〕)】]\s?(?:字?第)?|(?P<year>(?:19|20)\d\d)\s?年?\s?字?第)"
    r"\s?(?P<number>\d{1,5})\s?号"
)
WORD = re.compile(r"[a-z]+|[^\W_a-z]+")
PARTICLES = "的了着吗呢吧啊呀嘛么之乎者也而与和及或其是在就都又还于以"
EMPTY_WORDS = frozenset(("the", "a", "an", "of", "to", "in", "on", "and", "or", "is", "are", "be", "it", "that", "this"))
YEAR = re.compile(r"(?:1[89]|20)\d\d")
UNIT = re.compile(
    r"(?:亿|万|千)?(?:平方|立方)?(?:公里|千米|公斤|公顷|[个位名人户家处条件次份项座栋辆元米吨亩度天岁号套台间%])?"
)  # after a number
LONGEST_NAME = 4  # characters that a question has beside its numbers and places, if it names nothing else than those
NAMES = ("nr", "ns", "nt", "nz")  # jieba's tags of proper names
DIGITS = 2  # of a number, at least; smaller ones are said in words as often, and stand everywhere


class Document(NamedTuple):
    """The number of a document: 府办, 2023, 7."""

    series: str
    year: str
    number: str


class Named(NamedTuple):
    """What a question names.

    - *places*: for each place the names that mean it; *numbers*: dates among them; *documents*: by their numbers.
    - *alone*: whether the question is nothing but a document's number, or a number that is no date, with or without a name.
    - *empty*: whether the question has no word that means anything: 的.
    """

    places: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    documents: frozenset[Document] = frozenset()
    alone: bool = False
    empty: bool = False


def named(question: str) -> Named:
    """Return what a question names.

    >>> named("北京2019年8月26号查处了多少").places, sorted(named("北京2019年8月26号查处了多少").numbers)
    ((('北京',),), ['2019', '8月26日'])
    """
    text = nfkc(question)
    units = named_units(text)
    places = tuple((name, *cities_within(name)) for name in units)
    in_digits = normalised(plain(question))
    documents = _documents(in_digits)
    numbers = _asked(DOCUMENT.sub(" ", in_digits) if documents else in_digits)
    return Named(places, numbers, documents, bool(documents or numbers) and _is_alone(in_digits, numbers, documents), _is_empty(in_digits))


def missing(names: Named, passage: Passage) -> float:
    """Return the share of the *names* of a question that the passage does not name, from 0 to 1; 0 where the question names nothing."""
    wanted = len(names.places) + len(names.numbers) + len(names.documents)
    if not wanted:
        return 0.0
    text = _text(passage)
    placeless = 0
    if names.places:
        compared = nfkc(text)
        placeless = sum(not any(name in compared for name in place) for place in names.places)
    return (placeless + _numberless(names, text)) / wanted


def rules_out(names: Named, passage: Passage) -> bool:
    """Whether a question asks for a number alone that the passage lacks, or for nothing.

    >>> named("府办〔2099〕77号").alone, named("义乌 98765").alone, named("98765处违建怎么拆").alone
    (True, True, False)
    """
    return names.empty or (names.alone and _numberless(names, _text(passage)) > 0)


def _is_empty(text: str) -> bool:
    """Whether a normalised question has particles alone, which stand in every passage.

    >>> _is_empty("的"), _is_empty("是的吗"), _is_empty("of the"), _is_empty("有的放矢")
    (True, True, True, False)
    """
    return all(word in EMPTY_WORDS or not word.strip(PARTICLES) for word in WORD.findall(text))


def _text(passage: Passage) -> str:
    return f"{passage.heading}\n{passage.text}\n{passage.citation.place or ''}"


def _numberless(names: Named, text: str) -> int:
    """Return how many of the numbers and documents of a question a *text* lacks."""
    lacking = len(names.numbers - _printed(text)) if names.numbers else 0
    if names.documents:
        printed = _documents(normalised(plain(text)))
        lacking += sum(not any(_is_same(asked, document) for document in printed) for asked in names.documents)
    return lacking


def _is_same(one: Document, other: Document) -> bool:
    """Whether two numbers mean one document; the words before a number may belong to its series or not."""
    return one[1:] == other[1:] and (one.series.endswith(other.series) or other.series.endswith(one.series))


def _documents(text: str) -> frozenset[Document]:
    found = DOCUMENT.finditer(text) if "号" in text else ()  # the pattern is slow where Chinese characters follow one another
    return frozenset(Document(match["series"], match["bracketed"] or match["year"], match["number"].lstrip("0")) for match in found)


def _is_alone(text: str, numbers: frozenset[str], documents: frozenset[Document]) -> bool:
    """Whether a question in plain form is nothing but the number of a document, or a number that is no date, with or without a name."""
    if not documents and all(YEAR.fullmatch(number) or "月" in number for number in numbers):
        return False
    rest = DOCUMENT.sub(" ", text)
    for mention in reversed(mentions(rest)):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    rest = re.sub(rf"{NUMBER.pattern}\s?{UNIT.pattern}", " ", rest)
    words = "".join(re.findall(r"[^\W\d_]+", rest))
    return len(words) <= LONGEST_NAME and all(tag.startswith(NAMES) for tag in parts_of_speech(words))


def _asked(text: str) -> frozenset[str]:
    """Return the numbers that a question in plain form names: 1.8万 is 18000 alone, and a day in a month is that day alone."""
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
