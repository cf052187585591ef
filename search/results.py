"""What a search gives: hits with their probability, their citation and the reasons for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from index.document import Citation, Passage, Span


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the query that met a word of the passage: *at* are the characters of the passage's text, half-open."""

    query: str
    passage: str
    at: Span
    weight: float


@dataclass(frozen=True, slots=True)
class Context:
    """The passages that stand before and after one in its article, in the order of the page; they are no hits."""

    before: tuple[Passage, ...]
    after: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its rank (from 1), its score (a probability) and why it matched. *also*: where else nearly the same text stands;
    *context*: its neighbours, where they were asked for."""

    rank: int
    score: float
    passage: Passage
    scores: dict[str, float | None]
    matches: tuple[Match, ...] = field(default=())
    also: tuple[Citation, ...] = field(default=())
    context: Context | None = None


class Leg(NamedTuple):
    """What one leg adds to the joined score of one candidate: its *score* as it is, *standardised* over the candidates, and the *weight*
    that this has in the sum."""

    name: str
    score: float
    standardised: float
    weight: float

    @property
    def share(self) -> float:
        return self.weight * self.standardised


class Term(NamedTuple):
    """What one piece of evidence adds to the constant of a line."""

    evidence: str
    value: float
    weight: float

    @property
    def share(self) -> float:
        return self.value * self.weight


class Met(NamedTuple):
    """A word of the question, the most similar word of a passage or its heading, their cosine (cut at 0 and 1), and the word's share of
    the question's weight."""

    query: str
    passage: str
    cosine: float
    weight: float


class Grounds(NamedTuple):
    """What decided about one hit: *legs*, whose shares add up to the joined score that put it in its order (after all that were held
    against the question word by word come those that were not, without *align*); the *constant* and the *terms* whose sum its
    probability is made of; the *words* of the question with those of the passage that they met; *most*: the probability of the surest
    passage that the judge has read, where that limits this one, which it has not."""

    legs: tuple[Leg, ...]
    constant: float
    terms: Sequence[Term]
    words: Sequence[Met]
    most: float | None = None


class Result(NamedTuple):
    """What a search gives. *found* says whether any of the first k passages reaches the threshold, whatever *hits* shows; where no hit is
    left, *nearest* has the first passages all the same: for people to judge by themselves.

    *more*: how many hits of an article (source, number) its limit left out. *grounds*, one for each of hits or nearest, are there when
    they were asked for. *like*: the citation or file that was asked with."""

    query: str
    found: bool
    hits: list[Hit]
    nearest: list[Hit]
    more: dict[tuple[str, int], int] | None = None
    grounds: Sequence[Grounds] = ()
    like: str | None = None
