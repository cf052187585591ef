"""Displaced paragraphs: one that was printed under another article goes back to the article that it speaks of, or is doubted.

    paragraph, its article, the one above or below ──words that only one of them shares──▶ a sign, or nothing to ask
         ──static vectors──▶ cosines ──logistic regression──▶ probability that it belongs to the other article

The vectors are always the shipped static model's, so a page reads the same whatever `--model`.
`python -m index.training.displaced` fits the weights and prints how precise each threshold is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from index.document import Article, Paragraph
from index.encoders.open import open_lexicon
from index.encoders.static import StaticEncoder
from index.layout.line_shapes import ITEM
from index.text.punctuation import HAN, ends_sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_TO_MOVE = 0.9  # probability; by the program above, 0.995 of such paragraphs are displaced on pages of which half have one
LEAST_TO_DOUBT = 0.7  # probability; 0.94 of such paragraphs are displaced on these pages
SHORTEST = 30  # characters of a paragraph that shows what it speaks of, set by hand
FEWEST_OTHERS = 2  # paragraphs of an article beside the one in question
MOST_PARAGRAPHS = 400  # of a page that is searched, for speed
TOWN = re.compile(r"[\u4e00-\u9fff]{2}(?:街道|镇)")
NO_TOWN = re.compile(r".*[城村乡集古强名重大小新全各该本此每个级](?:镇|街道)")  # words that end like the name of a town
FEATURES = (
    *("words shared with the other", "words shared with its own"),
    *("mean of the other", "likest of the other", "title of the other", "cohesion of the other"),
    *("mean of its own", "likest of its own", "own title", "cohesion of its own"),
    *("towns shared with the other", "towns shared with its own"),
)
WEIGHTS = (0.602, -0.802, 11.298, -2.624, 7.066, -2.613, -11.784, -0.262, -2.518, 5.556, 4.002, -8.409)
INTERCEPT = -5.801


class Stray(NamedTuple):
    """A paragraph that may belong to another article; both articles and the paragraph by position, from 0."""

    article: int
    paragraph: int
    other: int
    probability: float


class _Words(NamedTuple):
    """The words of an article: of each paragraph, of all with the title, and those that more than one of these have."""

    paragraphs: list[frozenset[str]]
    all: frozenset[str]
    repeated: frozenset[str]


def with_strays_back(articles: Sequence[Article]) -> list[Article]:
    """Return *articles*, with each paragraph that surely belongs to another article in that one, at the end where it was printed."""
    sure = {(stray.article, stray.paragraph): stray for stray in strays(articles) if stray.probability >= LEAST_TO_MOVE}
    if not sure:
        return list(articles)
    kept: list[list[Paragraph]] = [[] for _ in articles]
    opening: list[list[Paragraph]] = [[] for _ in articles]
    closing: list[list[Paragraph]] = [[] for _ in articles]
    for i, article in enumerate(articles):
        for number, paragraph in enumerate(article.paragraphs):
            stray = sure.get((i, number))
            if stray is None:
                kept[i].append(paragraph)
            else:
                (opening if stray.other > i else closing)[stray.other].append(replace(paragraph, certainty=stray.probability))
    return [
        replace(article, paragraphs=(*first, *own, *last))
        for article, first, own, last in zip(articles, opening, kept, closing, strict=True)
    ]


def strays(articles: Sequence[Article]) -> list[Stray]:
    """Return the paragraphs that rather belong to the article above or below, each with the likelier of the two."""
    found: dict[tuple[int, int], Stray] = {}
    for i, number, other, features in evidence(articles):
        stray = Stray(i, number, other, _probability(features))
        if stray.probability >= LEAST_TO_DOUBT and ((i, number) not in found or stray.probability > found[i, number].probability):
            found[i, number] = stray
    return [*found.values()]


def evidence(articles: Sequence[Article]) -> Iterator[tuple[int, int, int, list[float]]]:
    """Yield (article, paragraph, other article, FEATURES) where there is a sign that a paragraph belongs to the article above or below."""
    import numpy as np

    if len(articles) < 2 or sum(len(article.paragraphs) for article in articles) > MOST_PARAGRAPHS:
        return
    speaking = [*_speaking_of_the_other(articles)]
    known = {i: _words(articles[i]) for i in sorted({i for article, _, other in speaking for i in (article, other)})}
    vectors: dict[str, NDArray[np.float32]] = {}
    asked = _nearer_to_the_other(articles, [sign for sign in speaking if _shares_more(known, *sign)], vectors)
    concerned = sorted({i for article, _, other in asked for i in (article, other)})
    texts = {i: [articles[i].title or "", *(paragraph.text for paragraph in articles[i].paragraphs)] for i in concerned}
    _encode(chain.from_iterable(texts.values()), vectors)
    rows = {i: np.stack([vectors[text] for text in texts[i]]) for i in concerned}
    for i, number, other in asked:
        words = [len(words) for words in shared(known[i], known[other], number)]
        names = _names(texts[i], texts[other], number)
        yield i, number, other, [*map(math.log1p, words), *_cosines(rows[i], rows[other], number), *names]


def _encode(texts: Iterable[str], vectors: dict[str, NDArray[np.float32]]) -> None:
    """Add the vectors of those of *texts* that *vectors* lacks."""
    new = [text for text in dict.fromkeys(texts) if text not in vectors]
    vectors.update(zip(new, _encoder().encode_passages(new) if new else (), strict=True))


@cache
def _encoder() -> StaticEncoder:
    return open_lexicon()


def _speaking_of_the_other(articles: Sequence[Article]) -> Iterator[tuple[int, int, int]]:
    """Yield (article, paragraph, other article) where a paragraph has more of the other title's characters, in pairs, than of its own's."""
    titles = [_pairs(article.title or "") for article in articles]
    for i, article in enumerate(articles):
        if len(article.paragraphs) <= FEWEST_OTHERS:
            continue
        others = [o for o in (i - 1, i + 1) if 0 <= o < len(articles) and len(articles[o].paragraphs) >= FEWEST_OTHERS and titles[o]]
        for number, paragraph in enumerate(article.paragraphs):
            shares = [(_share(titles[other], paragraph.text), other) for other in others]
            if any(share for share, _ in shares) and _is_prose(paragraph):
                own = _share(titles[i], paragraph.text)
                yield from ((i, number, other) for share, other in shares if share > own)


def _pairs(title: str) -> list[str]:
    is_han = [HAN.match(character) is not None for character in title]
    return [title[i : i + 2] for i in range(len(title) - 1) if is_han[i] and is_han[i + 1]]


def _share(pairs: Sequence[str], text: str) -> float:
    return sum(map(text.__contains__, pairs)) / len(pairs) if pairs else 0.0


def _shares_more(known: Mapping[int, _Words], i: int, number: int, other: int) -> bool:
    """Whether a paragraph shares more words with the other article alone than with its own."""
    theirs, own = shared(known[i], known[other], number)
    return len(theirs) > len(own)


def _nearer_to_the_other(
    articles: Sequence[Article], signs: Sequence[tuple[int, int, int]], vectors: dict[str, NDArray[np.float32]]
) -> list[tuple[int, int, int]]:
    """Return those of *signs* whose paragraph is nearer to the title of the other article than to that of its own."""
    spoken = [(articles[i].paragraphs[number].text, articles[other].title or "", articles[i].title or "") for i, number, other in signs]
    _encode(chain.from_iterable(spoken), vectors)
    return [sign for sign, (a, b, c) in zip(signs, spoken, strict=True) if vectors[a] @ vectors[b] > vectors[a] @ vectors[c]]


def _is_prose(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        len(text) >= SHORTEST
        and paragraph.columns is None
        and paragraph.certainty == 1
        and bool(HAN.search(text))
        and ends_sentence(text)
        and not ITEM.match(text)
    )


def _words(article: Article) -> _Words:
    paragraphs = [_grams(paragraph.text) for paragraph in article.paragraphs]
    known, repeated = set(_grams(article.title or "")), set[str]()
    for words in paragraphs:
        repeated |= known & words
        known |= words
    return _Words(paragraphs, frozenset(known), frozenset(repeated))


def _grams(text: str) -> frozenset[str]:
    """Return the words of *text* that are compared: each four characters in a row."""
    pairs = [*map(add, text, text[1:])]
    return frozenset(map(add, pairs, pairs[2:]))


def shared(own: _Words, other: _Words, number: int) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of the paragraph *number* of *own* that only the other article has, and those that only its own has besides."""
    words = own.paragraphs[number]
    return (words & other.all) - own.repeated, (words & own.repeated) - other.all


def _names(own: Sequence[str], other: Sequence[str], number: int) -> tuple[bool, bool]:
    """Return whether a paragraph names a town that only the other article names, and one that only its own does; titles come first."""
    names = {name for name in TOWN.findall(own[number + 1]) if not NO_TOWN.fullmatch(name)}
    besides, theirs = "\n".join((*own[: number + 1], *own[number + 2 :])), "\n".join(other)
    return any(name in theirs and name not in besides for name in names), any(name in besides and name not in theirs for name in names)


def _cosines(own: NDArray[np.float32], other: NDArray[np.float32], number: int) -> list[float]:
    """Return cosines of a paragraph with the other article, then its own: mean, greatest, title; and cohesion.

    Cohesion is the length of the mean of the article's paragraphs: 1 if all say the same. The first row of its vectors is its title.
    """
    import numpy as np

    vector = own[number + 1]
    cosines = []
    for rows in (other, np.delete(own, number + 1, axis=0)):
        values = rows @ vector
        cosines += [float(values[1:].mean()), float(values[1:].max()), float(values[0]), float(np.linalg.norm(rows[1:].mean(axis=0)))]
    return cosines


def _probability(features: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-INTERCEPT - sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))))
