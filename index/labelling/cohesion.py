"""Features of cohesion: whether a line and the texts around it share words and a subject, and whether one continues the other.

    Surroundings ──▶ "words below 3", "subject more below than above 7", "join above 5", …

(Lexical cohesion: Hearst, Computational Linguistics 1997.)
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import add

from index.labelling.candidates import Surroundings
from index.labelling.subjects import Subjects, subjects
from index.text.punctuation import ends_sentence
from index.text.trigrams import scores_of_joins

SHARES = (0.001, 0.15, 0.3, 0.5, 0.7)  # of the pairs of characters of a line that occur in a text
MORE = (-0.3, -0.1, -0.001, 0.001, 0.1, 0.3)  # of two shares
LIKENESS = (0.01, 0.02, 0.035, 0.05, 0.07, 0.1, 0.15)  # of the pairs of two sections, as a cosine
AGAINST_USUAL = (0.4, 0.7, 0.9, 1.1, 1.4, 1.8, 2.5)  # of that likeness and the mean of the page
FIRST_SENTENCE = 40  # characters
NATS = (-6.0, -3.0, -1.0, 1.0, 3.0, 6.0)  # of a join: continuation against an ending and a beginning
LOST = -2.5  # nats; lowest score of an ending or a beginning
COSINES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
DIFFERENCES = (-0.3, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.3)  # of two cosines
WORD = re.compile(r"[A-Za-z]{4,}")


def cohesion(around: Sequence[Surroundings]) -> list[list[str]]:
    """Return the features of each candidate of a page that tell how it goes with the texts around it."""
    compared = subjects(around)
    above, below = _joins(around)
    features = [[*_of_words(one), *_of_subject(one, subject)] for one, subject in zip(around, compared, strict=True)]
    doubtful = [i for i, subject in enumerate(compared) if subject is not None]
    for i, names in zip(doubtful, _of_sections([around[i] for i in doubtful]), strict=True):
        features[i] += names
    for i, names in enumerate(features):
        names += _of_joins(above.get(i), below.get(i))
    return features


def _of_words(one: Surroundings) -> Iterator[str]:
    """Yield how much the line shares with the text below and above it."""
    pairs = _pairs(one.line.text)
    if len(pairs) < 2:
        return
    share_below, share_above = _share(pairs, one.text_below), _share(pairs, one.text_above)
    yield f"words below {bisect_right(SHARES, share_below)}"
    yield f"words above {bisect_right(SHARES, share_above)}"
    if len(one.text_above) > 1 and len(one.text_below) > 1:
        yield f"words more below than above {bisect_right(MORE, share_below - share_above)}"
    yield f"words in the first sentence below {bisect_right(SHARES, _share(pairs, one.text_below[:FIRST_SENTENCE]))}"


def _of_sections(doubtful: Sequence[Surroundings]) -> Iterator[list[str]]:
    """Yield how alike the sections above and below each line are that is in doubt, and whether its words occur further away.

    Sections of one article are more alike than others of the page, and it speaks of its title in all of them.
    """
    below = [_pairs(one.text_below) for one in doubtful]
    above = [_pairs(one.text_above) for one in doubtful]
    likeness = [_likeness(first, second) for first, second in zip(above, below, strict=True)]
    apart = [_likeness(first, second) for first, second in zip(above, below[1:], strict=False)]
    known = [value for one, value in zip(doubtful, likeness, strict=True) if one.text_above] + apart
    usual = sum(known) / max(1, len(known))
    for i, one in enumerate(doubtful):
        pairs = _pairs(one.line.text)
        names = []
        if one.text_above:
            names.append(f"sections alike {bisect_right(LIKENESS, likeness[i])}")
            names.append(f"sections alike against usual {bisect_right(AGAINST_USUAL, likeness[i] / (usual or 1))}")
        if pairs and i + 1 < len(doubtful):
            names.append(f"words beyond the next heading {bisect_right(SHARES, len(pairs & below[i + 1]) / len(pairs))}")
        if pairs and i:
            names.append(f"words before the last heading {bisect_right(SHARES, len(pairs & above[i - 1]) / len(pairs))}")
        yield names


def _likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the cosine of the pairs of two texts, each counted once."""
    return len(first & second) / ((len(first) * len(second)) ** 0.5 or 1)


def _share(pairs: frozenset[str], text: str) -> float:
    """Return the share of *pairs* that occur in *text*."""
    if text.isascii():
        return len(pairs & _pairs(text)) / len(pairs)
    return sum(map(text.__contains__, pairs)) / len(pairs)


@lru_cache(maxsize=256)  # the text below a candidate is often the text above the next one
def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of *text*; of a text in a Latin script its longer words."""
    if text.isascii():
        return frozenset(map(str.lower, WORD.findall(text)))
    return frozenset(map(add, text, text[1:]))


def _of_subject(one: Surroundings, compared: Subjects | None) -> Iterator[str]:
    """Yield whether the text below speaks of what the line says, and whether the subject changes there, by static vectors."""
    if compared is None:
        return
    yield f"subject below {bisect_right(COSINES, compared.below)}"
    if one.text_above:
        yield f"subject above {bisect_right(COSINES, compared.above)}"
        yield f"subject more below than above {bisect_right(DIFFERENCES, compared.below - compared.above)}"
        yield f"subject above and below {bisect_right(COSINES, compared.change)}"
        yield f"subject above and below against usual {bisect_right(DIFFERENCES, compared.change - compared.usual_change)}"
        yield f"subject usually {bisect_right(COSINES, compared.usual_change)}"


def _joins(around: Sequence[Surroundings]) -> tuple[dict[int, float], dict[int, float]]:
    """Return by candidate how well it continues the line above, and how well the line below continues it, in nats.

    Lines with marks continue nothing, and nothing continues a finished sentence.
    """
    open_ = [i for i, one in enumerate(around) if not one.line.level and one.line.is_chinese]
    above = {
        i: (upper.text, around[i].line.text) for i in open_ if (upper := around[i].above) is not None and not ends_sentence(upper.text)
    }
    below = {i: (around[i].line.text, lower.text) for i in open_ if (lower := around[i].below) is not None}
    pairs = [*dict.fromkeys((*above.values(), *below.values()))]
    nats = {
        pair: continuation - max(ending, LOST) - max(beginning, LOST)
        for pair, (continuation, ending, beginning) in zip(pairs, scores_of_joins(pairs), strict=True)
    }
    return {i: nats[pair] for i, pair in above.items()}, {i: nats[pair] for i, pair in below.items()}


def _of_joins(above: float | None, below: float | None) -> Iterator[str]:
    """Yield how well the line continues the line above and is continued by the line below (see `index/text/trigrams.py`)."""
    if above is not None:
        yield f"join above {bisect_right(NATS, above)}"
    if below is not None:
        yield f"join below {bisect_right(NATS, below)}"
