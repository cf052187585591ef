"""A question to what it may mean where it is mistyped or misread: another character that sounds or looks like the one that stands there.

    智彗印章  ──▶  Meant(typed=("智彗", "彗印"), terms=("慧", "智慧", "慧印"))

A noisy channel (Kernighan, Church and Gale, COLING 1990): what surrounds a character must make another one, that sounds or looks
like it, more likely by more than such slips are rare. How likely tells the trigram model of `joints.py`, which also knows no index:
whether the index has the one or the other is for the caller to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from index.text import trigrams as joints
from index.text.tokens import CHARACTERS, fold, terms

if TYPE_CHECKING:
    from index.text.trigrams import Scores

SLIP = -6.0  # log-probability of one certain other character in the place of the right one; from -4 to -8 it hardly matters
LIKELY = 0.5  # a character counts as meant when it is more likely than not
LONGEST = 60  # characters of a question that are looked at; a longer one says the same in other words too


class Meant(NamedTuple):
    """One slip: the bigrams *typed* around it, and the *terms* that may be meant: the character, then its bigrams."""

    typed: tuple[str, ...]
    terms: tuple[str, ...]


def meant(texts: Sequence[str]) -> list[list[Meant]]:
    """Return what each text may mean instead, one entry for each character that is more likely a slip than not.

    >>> [slip.terms for slip in meant(["智彗印章"])[0]]
    [('慧', '智慧', '慧印')]
    """
    odd: list[tuple[int, str]] = []
    typed: list[float] = []
    for row, (padded, after_two) in enumerate(_scored(texts)):
        for at, score in _odd(padded, *after_two):
            odd.append((row, padded[at - 2 : at + 3]))
            typed.append(score)
    found: list[list[Meant]] = [[] for _ in texts]
    for (row, window), better in zip(odd, _better([window for _, window in odd], typed), strict=True):
        if better:
            found[row].append(_slip(window, better))
    return found


def _scored(texts: Sequence[str]) -> Iterator[tuple[str, tuple[Scores, Scores]]]:
    """Give each text with what stands before and after it, and the log-probability of each of its characters, after two and by chance."""
    padded = [f"\n\n{joints.fold(fold(text))[:LONGEST]}\0\0" for text in texts]
    after_two, by_chance = joints.each("".join(padded))
    start = 0
    for text in padded:
        end = start + len(text)
        yield text, (after_two[start:end], by_chance[start:end])
        start = end


def _odd(padded: str, after_two: Scores, by_chance: Scores) -> Iterator[tuple[int, float]]:
    """Give the places of characters that go with those around them no better than by chance, if others are like them, and the
    log-probability of what stands there. The others go together as they are: most of a question."""
    near = after_two[2:-2] + after_two[3:-1]
    odd = near <= by_chance[2:-2] + by_chance[3:-1]
    typed = near + after_two[4:]
    for at in odd.nonzero()[0].tolist():
        if _alike(padded[at + 2]):
            yield at + 2, float(typed[at])


def _better(windows: list[str], typed: list[float]) -> list[str]:
    """Return for each window of five characters the one that is meant in its middle, "" where that is the one that stands there, with
    which the window has the log-probability *typed*."""
    import numpy as np

    better = [""] * len(windows)
    tried = [(at, other) for at, window in enumerate(windows) for other in _alike(window[2])]
    if not tried:
        return better
    scores = joints.likely([_with(windows[at], other) for at, other in tried]) + SLIP
    weights = np.exp((scores - np.take(typed, [at for at, _ in tried])).clip(-50, 50))  # against what stands there, which has 1
    total = np.bincount([at for at, _ in tried], weights, len(windows)) + 1
    for (at, other), weight in zip(tried, weights.tolist(), strict=True):
        if weight / total[at] > LIKELY:
            better[at] = other
    return better


def _slip(window: str, better: str) -> Meant:
    """Return the slip in the middle of *window*: terms of the runs before and after show which bigrams there are."""

    def around(text: str) -> tuple[str, ...]:
        return tuple(term for pair in (text[1:3], text[2:4]) for term in terms(pair) if len(term) == 2 and not term.isascii())

    return Meant(around(window), (better, *around(_with(window, better))))


def _with(window: str, other: str) -> str:
    return window[:2] + other + window[3:]


@cache
def _alike(character: str) -> str:
    """Return the characters that sound or look like *character*."""
    return "".join(dict.fromkeys(other for line in _lines().get(character, ()) for other in line if other != character))


@cache
def _lines() -> dict[str, list[str]]:
    """Return each character's lines of the second (sounds) and third (shapes) part of characters.txt."""
    _, sounds, shapes = CHARACTERS.read_text("utf-8").split("\n\n")
    found: dict[str, list[str]] = {}
    for line in sounds.split():
        for character in line:
            found.setdefault(character, []).append(line)
    for line in shapes.split():
        found.setdefault(line[0], []).append(line)
    return found
