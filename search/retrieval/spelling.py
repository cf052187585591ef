"""Spelling correction: finds characters of a question that are probably slips for others that sound or look alike.

    智彗印章  ──▶  Correction(terms=("慧", "智慧", "慧印"))

A noisy channel (Kernighan, Church and Gale, COLING 1990): another character that sounds or looks alike must fit its neighbours better,
by more than such slips are rare. The trigram model of running text says how well it fits. What the index knows as it is typed is no slip,
so that most characters need no closer look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from index.text import trigrams
from index.text.tokens import CHARACTERS, normalised, terms

if TYPE_CHECKING:
    from index.text.trigrams import Scores

SLIP = -6.0  # log-probability of one certain other character in the place of the right one; from -4 to -8 it hardly matters
LIKELY = 0.5  # probability from which a character counts as meant: more likely than not
LONGEST_CHECKED = 60  # characters of a question that are checked; a longer one says the same in other words too


class Correction(NamedTuple):
    """The *terms* that may be meant by one slip: the character, then its bigrams."""

    terms: tuple[str, ...]


class Suspect(NamedTuple):
    """A character that hardly fits: the number of its text, the *window* of five characters around it, and its log-probability."""

    text: int
    window: str
    typed: float


def corrections(texts: Sequence[str], known: Callable[[Sequence[str]], int] = lambda typed: 0) -> list[list[Correction]]:
    """Return what each text may mean instead: one entry for each character that is more likely a slip than not.

    *known* counts which of some bigrams the index knows: a character with a known one on either side is no slip.

    >>> [slip.terms for slip in corrections(["智彗印章"])[0]]
    [('慧', '智慧', '慧印')]
    """
    suspects = [Suspect(number, *suspect) for number, scored in enumerate(_scored(texts)) for suspect in _suspects(*scored)]
    suspects = [suspect for suspect in suspects if not known(_bigrams(suspect.window))]
    slips: list[list[Correction]] = [[] for _ in texts]
    for suspect, meant in zip(suspects, _meant(suspects), strict=True):
        if meant:
            others = _bigrams(_replaced(suspect.window, meant))
            slips[suspect.text].append(Correction((meant, *others)))
    return slips


def _scored(texts: Sequence[str]) -> Iterator[tuple[str, Scores, Scores]]:
    """Yield each text, padded, and the log-probability of each of its characters: after the two before it, and by chance."""
    padded = [f"\n\n{trigrams.table_form(normalised(text))[:LONGEST_CHECKED]}\0\0" for text in texts]
    after_two, by_chance = trigrams.character_log_probabilities("".join(padded))
    start = 0
    for text in padded:
        end = start + len(text)
        yield text, after_two[start:end], by_chance[start:end]
        start = end


def _suspects(padded: str, after_two: Scores, by_chance: Scores) -> Iterator[tuple[str, float]]:
    """Yield (window, log-probability) of each character that fits its neighbours no better than chance and has a look-alike or
    sound-alike."""
    near = after_two[2:-2] + after_two[3:-1]
    unfit = near <= by_chance[2:-2] + by_chance[3:-1]
    typed = near + after_two[4:]
    for position in unfit.nonzero()[0].tolist():
        if _alike(padded[position + 2]):
            yield padded[position : position + 5], float(typed[position])


def _meant(suspects: Sequence[Suspect]) -> list[str]:
    """Return for each suspect the character that is meant, "" where that is the one that was typed."""
    import numpy as np

    meant = [""] * len(suspects)
    others = [_alike(suspect.window[2]) for suspect in suspects]
    counts = [len(alike) for alike in others]
    if not sum(counts):
        return meant
    windows = trigrams.rows_of_codes([suspect.window for suspect in suspects]).repeat(counts, axis=0).T.copy()
    windows[2] = trigrams.rows_of_codes(["".join(others)])
    gains = trigrams.log_probabilities(windows) + SLIP - np.repeat([suspect.typed for suspect in suspects], counts)
    if gains.max() <= 0:  # what was typed is the likeliest everywhere, as in most questions
        return meant
    weights = np.exp(gains.clip(-50, 50))  # what was typed weighs 1
    numbers = np.repeat(np.arange(len(suspects)), counts)
    total = np.bincount(numbers, weights, len(suspects)) + 1
    for position in (weights / total[numbers] > LIKELY).nonzero()[0].tolist():
        meant[numbers[position]] = chr(windows[2, position])
    return meant


def _bigrams(window: str) -> tuple[str, ...]:
    """Return the terms of two characters that the character in the middle of *window* is part of."""
    return (*_bigram(window[1:3]), *_bigram(window[2:4]))


@lru_cache(1 << 12)
def _bigram(pair: str) -> tuple[str, ...]:
    return tuple(term for term in terms(pair) if len(term) == 2 and not term.isascii())


def _replaced(window: str, other: str) -> str:
    return window[:2] + other + window[3:]


@cache
def _alike(character: str) -> str:
    """Return the characters that sound or look like *character*."""
    return "".join(dict.fromkeys(other for line in _lines().get(character, ()) for other in line if other != character))


@cache
def _lines() -> dict[str, list[str]]:
    """Return each character's lines of the second (sounds) and third (shapes) part of characters.txt."""
    _, sounds, shapes = CHARACTERS.read_text("utf-8").split("\n\n")
    alike: dict[str, list[str]] = {}
    for line in sounds.split():
        for character in line:
            alike.setdefault(character, []).append(line)
    for line in shapes.split():
        alike.setdefault(line[0], []).append(line)
    return alike
