"""Spelling correction: finds characters of a question that are probably slips for others that sound or look alike.

    智彗印章  ──▶  Correction(typed=("智彗", "彗印"), terms=("慧", "智慧", "慧印"))

A noisy channel (Kernighan, Church and Gale, COLING 1990): another character that sounds or looks alike must fit its neighbours better,
by more than such slips are rare. The trigram model of running text says how well it fits. No index is asked here: whether the index
has the one or the other is for the caller to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from index.text import trigrams
from index.text.tokens import CHARACTERS, normalised, terms

if TYPE_CHECKING:
    from index.text.trigrams import Scores

SLIP = -6.0  # log-probability of one certain other character in the place of the right one; from -4 to -8 it hardly matters
LIKELY = 0.5  # probability from which a character counts as meant: more likely than not
LONGEST_CHECKED = 60  # characters of a question that are checked; a longer one says the same in other words too


class Correction(NamedTuple):
    """One slip: the bigrams *typed* around it, and the *terms* that may be meant: the character, then its bigrams."""

    typed: tuple[str, ...]
    terms: tuple[str, ...]


class Suspect(NamedTuple):
    """A character that hardly fits: the number of its text, the *window* of five characters around it, and its log-probability."""

    text: int
    window: str
    typed: float


def corrections(texts: Sequence[str]) -> list[list[Correction]]:
    """Return what each text may mean instead: one entry for each character that is more likely a slip than not.

    >>> [slip.terms for slip in corrections(["智彗印章"])[0]]
    [('慧', '智慧', '慧印')]
    """
    suspects = [Suspect(number, *suspect) for number, scored in enumerate(_scored(texts)) for suspect in _suspects(*scored)]
    slips: list[list[Correction]] = [[] for _ in texts]
    for suspect, meant in zip(suspects, _meant(suspects), strict=True):
        if meant:
            slips[suspect.text].append(_correction(suspect.window, meant))
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
    tried = [(number, other) for number, suspect in enumerate(suspects) for other in _alike(suspect.window[2])]
    if not tried:
        return meant
    scores = trigrams.log_probabilities([_replaced(suspects[number].window, other) for number, other in tried]) + SLIP
    typed = np.array([suspects[number].typed for number, _ in tried])
    weights = np.exp((scores - typed).clip(-50, 50))  # against what was typed, which weighs 1
    total = np.bincount([number for number, _ in tried], weights, len(suspects)) + 1
    for (number, other), weight in zip(tried, weights.tolist(), strict=True):
        if weight / total[number] > LIKELY:
            meant[number] = other
    return meant


def _correction(window: str, meant: str) -> Correction:
    """Return the correction in the middle of *window*; the terms of the pairs before and after say which bigrams there are."""

    def around(text: str) -> tuple[str, ...]:
        return tuple(term for pair in (text[1:3], text[2:4]) for term in terms(pair) if len(term) == 2 and not term.isascii())

    return Correction(around(window), (meant, *around(_replaced(window, meant))))


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
