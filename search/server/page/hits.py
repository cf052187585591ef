"""A result as the page shows it: hits in, what their templates print out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from index.document import Citation, Passage
from index.messages import say
from search.output.explanation import explanation_lines
from search.results import Hit, Result
from search.server.page.asked import Asked
from search.server.page.marking import Pair, Piece, pieces, similar_pairs
from search.server.page.rendering import address

LIKELY = 0.5  # probability from which on a passage is more likely a precedent than not: the scores are calibrated
MOST_PAIRS = 6  # similar words that are named below a passage; all of them are in its explanation


class Certainty(NamedTuple):
    """A probability in words, with its number. *level*: likely, possible or none, by which it is styled."""

    level: str
    words: str
    percent: str


class Elsewhere(NamedTuple):
    """Another passage that a hit leads to: a near-duplicate."""

    location: str
    address: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One hit. *pairs* are the similar words, *lines* the explanation in numbers, *more* how many hits of its article were left out."""

    rank: int
    passage: Passage
    score: float
    certainty: Certainty
    pieces: list[Piece]
    pairs: list[Pair]
    lines: list[str]
    also: list[Elsewhere]
    more: int
    address: str

    @property
    def citation(self) -> Citation:
        return self.passage.citation

    @property
    def title(self) -> str:
        return self.citation.article or say("(no title)")

    @property
    def headings(self) -> list[str]:
        """What stands above the passage within its article: subheads, the names of a table's columns."""
        return [line for line in self.passage.inner_heading.splitlines() if line.strip()]


def certainty(score: float, threshold: float) -> Certainty:
    """Return *score* in words: likely from one half on, possible from the threshold of `found` on, else no precedent."""
    percent = "< 1%" if score < 0.01 else "> 99%" if score > 0.99 else f"{score:.0%}"
    if score < threshold:
        return Certainty("none", say("not a precedent"), percent)
    if score < LIKELY:
        return Certainty("possible", say("possible"), percent)
    return Certainty("likely", say("very likely"), percent)


def passage_address(citation: Citation, q: str = "") -> str:
    """Return the address of a passage's own page."""
    return address(f"/passages/{citation.id}", q=q)


def hit_views(hits: Iterable[Hit], result: Result, threshold: float, asked: Asked) -> list[HitView]:
    """Return the hits of a result as they are shown; what was left out of an article is said at its last hit."""
    hits = list(hits)
    last = {hit.article: hit.rank for hit in hits}
    return [_view(hit, result.more.get(hit.article, 0) if last[hit.article] == hit.rank else 0, threshold, asked) for hit in hits]


def _view(hit: Hit, more: int, threshold: float, asked: Asked) -> HitView:
    return HitView(
        rank=hit.rank,
        passage=hit.passage,
        score=hit.score,
        certainty=certainty(hit.score, threshold),
        pieces=pieces(hit.text, hit.matches),
        pairs=similar_pairs(hit.matches)[:MOST_PAIRS],
        lines=list(explanation_lines(hit.explanation, hit.score)) if hit.explanation else [],
        also=[Elsewhere(citation.location, passage_address(citation)) for citation in hit.also],
        more=more,
        address=passage_address(hit.citation, asked.q),
    )
