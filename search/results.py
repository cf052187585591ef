"""What a search returns: hits with their probability, their citation and the reasons for both; and all of it as JSON fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp
from typing import Any, NamedTuple

from index.document import Citation, Passage, Span
from index.engine.protocol import Located
from index.messages import say

SCHEMA = "qianli.result.v1"
SHOWN_SCHEMA = "qianli.shown.v1"
SAME = 1e-9  # difference of two probabilities that is rounding


class LegShare(NamedTuple):
    """What one leg adds to the fused score of a candidate: its raw *score*, *standardised* over the candidates, and its *weight*."""

    name: str
    score: float
    standardised: float
    weight: float

    @property
    def share(self) -> float:
        return self.weight * self.standardised


class EvidenceShare(NamedTuple):
    """What one piece of evidence adds to the log-odds of a hit: its *value* times its *weight*."""

    evidence: str
    value: float
    weight: float

    @property
    def share(self) -> float:
        return self.value * self.weight


class AlignedWord(NamedTuple):
    """A word of the query, the most similar word of the passage or its heading, their cosine (cut at 0 and 1), and the share of the
    query's weight that the word has."""

    query: str
    passage: str
    cosine: float
    weight: float

    @property
    def share(self) -> float:
        return self.cosine * self.weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a hit has its rank and its probability, in numbers that add up.

    - *legs*: their shares add up to the fused score, by which candidates are ordered. A candidate that was not aligned has no leg
      `align` and comes after all that were.
    - *constant* and *evidence*: their sum is the log-odds of the probability.
    - *words*: their shares add up to the score of the leg `align`.
    - *score*: the score of the hit; another one than its own evidence gives where a list would rise without.
    """

    legs: Sequence[LegShare]
    constant: float
    evidence: Sequence[EvidenceShare]
    words: Sequence[AlignedWord]
    score: float | None = None

    @property
    def fused(self) -> float:
        return sum(leg.share for leg in self.legs)

    @property
    def log_odds(self) -> float:
        return self.constant + sum(share.share for share in self.evidence)

    @property
    def probability(self) -> float:
        """What the evidence gives."""
        return 1 / (1 + exp(-self.log_odds))

    @property
    def at_most(self) -> float | None:
        """The score, where it is lower than what the evidence gives: the hits before this one limit it."""
        return self.score if self.score is not None and self.score < self.probability - SAME else None

    @property
    def pooled(self) -> float | None:
        """The score, where it is higher than what the evidence gives: it is shared with more probable hits after this one."""
        return self.score if self.score is not None and self.score > self.probability + SAME else None

    def to_dict(self) -> dict[str, Any]:
        """Return the field `explain` of the JSON."""
        names = ("name", "score", "standardised", "weight", "share")
        return {
            "joined": round(self.fused, 4),
            "legs": [_rounded(leg=leg.name, **{name: getattr(leg, name) for name in names[1:]}) for leg in self.legs],
            "probability": {
                "sum": round(self.log_odds, 4),
                "constant": round(self.constant, 4),
                "terms": [_rounded(**share._asdict(), share=share.share) for share in self.evidence],
                **({} if self.at_most is None else {"at_most": round(self.at_most, 4)}),
                **({} if self.pooled is None else {"pooled": round(self.pooled, 4)}),
            },
            "words": [_rounded(**word._asdict(), share=word.share) for word in self.words],
        }


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the query that met a word of the passage; *at* are the characters of the passage's text, half-open, and *weight* is the
    cosine of the two words, 1 for the same word."""

    query: str
    passage: str
    at: Span
    weight: float

    def to_dict(self) -> dict[str, Any]:
        return {"query": self.query, "passage": self.passage, "at": list(self.at), "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Context:
    """The passages before and after a hit in its article, in the order of the page; they are no hits themselves."""

    before: tuple[Passage, ...]
    after: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its rank, from 1, its score, a probability, and why it matched.

    *scores* are those of the legs and of whatever reads passages; *also* are the citations of near-duplicates; *context* and
    *explanation* are there when they were asked for.
    """

    rank: int
    score: float
    passage: Passage
    scores: dict[str, float | None]
    matches: tuple[Match, ...] = field(default=())
    also: tuple[Citation, ...] = field(default=())
    context: Context | None = None
    explanation: Explanation | None = None

    @property
    def text(self) -> str:
        return self.passage.text

    @property
    def citation(self) -> Citation:
        return self.passage.citation

    @property
    def article(self) -> tuple[str, int]:
        """The article of the passage: its source, and its number in the page."""
        return self.passage.citation.source, self.passage.article

    def to_dict(self) -> dict[str, Any]:
        """Return one entry of `hits` in the JSON."""
        known = {
            "rank": self.rank,
            "score": round(self.score, 4),
            "text": self.passage.text,
            "citation": citation_fields(self.passage.citation),
            "scores": {leg: None if score is None else round(score, 4) for leg, score in self.scores.items()},
            "matches": [match.to_dict() for match in self.matches],
            "also": [citation_fields(citation) for citation in self.also],
        }
        if self.context:
            sides = {"before": self.context.before, "after": self.context.after}
            known["context"] = {side: [_quoted(passage) for passage in passages] for side, passages in sides.items()}
        return known | ({"explain": self.explanation.to_dict()} if self.explanation else {})


@dataclass(frozen=True, slots=True)
class Result:
    """What a search returns for one question.

    - *found*: whether any passage reaches the threshold, whatever *hits* shows.
    - *hits*: the passages above `min_score`, best first; where there is none, *nearest* has the first passages all the same.
    - *more*: how many further hits of an article, as (source, number), its limit left out.
    - *like*: the citation or file that was asked with instead of a question.
    - *error*: why a question of a batch could not be asked; it found nothing then.
    - *columns*: the other columns of its row in a batch; *asked*: of which index and how it was asked (search/batch/record.py).
    """

    query: str
    found: bool
    hits: list[Hit]
    nearest: list[Hit]
    more: dict[tuple[str, int], int] = field(default_factory=dict)
    like: str | None = None
    error: str | None = None
    columns: dict[str, Any] | None = None
    asked: dict[str, Any] | None = None

    @property
    def shown(self) -> list[Hit]:
        """The hits, or the nearest passages where there is no hit."""
        return self.hits or self.nearest

    def to_dict(self, id_: str | None = None) -> dict[str, Any]:
        """Return the fields of the JSON schema qianli.result.v1; *id_* is the question's own."""
        hits = [hit.to_dict() for hit in self.hits]
        known = {
            **{"schema": SCHEMA, "id": id_, "query": self.query, "like": self.like, "error": self.error},
            **{"found": self.found, "hits": hits, "columns": self.columns, "asked": self.asked},
        }
        return {name: value for name, value in known.items() if value is not None}

    def _repr_html_(self) -> str:
        """Return the result as a table of HTML, which a notebook shows in place of the object: rank, score, passage, citation."""
        from html import escape  # two milliseconds that only a notebook has

        left = '<td style="text-align:left">'
        cells = ((str(hit.rank), f"{hit.score:.2f}", escape(hit.text), escape(str(hit.citation))) for hit in self.hits)
        rows = [f"<tr>{''.join(f'{left}{cell}</td>' for cell in row)}</tr>" for row in cells]
        caption = self.query if self.hits else f"{self.query}: {say('no precedent found')}"
        return f"<table><caption>{escape(caption)}</caption>{''.join(rows)}</table>"


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A cited passage inside its article, as `show` returns it.

    - *article*: title, kicker, subtitle, authors, place, kind and headings of the article.
    - *passages*: the passage with its neighbours, in the order of the page; it stands at *position*, from 0.
    - *path*: where the source lay when it was read; *source_status*: unchanged, changed, missing or unreadable since.
    """

    article: dict[str, Any]
    passages: list[Passage]
    position: int
    path: str
    source_status: str

    @property
    def passage(self) -> Passage:
        return self.passages[self.position]

    def to_dict(self) -> dict[str, Any]:
        """Return what `show --json` prints."""
        passages = [_quoted(passage) for passage in self.passages]
        return {"schema": SHOWN_SCHEMA, **self.article, "at": self.position, "passages": passages, "source_status": self.source_status}


def shown_passage(located: Located, context: int, path: str, source_status: str) -> ShownPassage:
    """Return a located passage with at most *context* neighbours on either side."""
    before, after = located.neighbours(context)
    return ShownPassage(located.article, [*before, located.passage, *after], len(before), path, source_status)


def citation_fields(citation: Citation) -> dict[str, Any]:
    """Return the field `citation` of the JSON."""
    return {
        "source": citation.source, "path": citation.path, "lines": [list(pair) for pair in citation.lines], "paragraph": citation.paragraph,
        "article": citation.article, "kicker": citation.kicker, "authors": list(citation.authors), "place": citation.place,
        "places": list(citation.places), "date": citation.date, "publication": citation.publication,
        "newspaper_page": citation.newspaper_page, "status": citation.status, "kind": citation.kind,
        "chars": list(citation.chars) if citation.chars else None, "subtitle": citation.subtitle,
        "page": citation.page, "page_label": citation.page_label, "box": list(citation.box) if citation.box else None,
        "sheet": citation.sheet, "cell": citation.cell, "part": citation.part, "reader": citation.reader,
        "sha256": citation.sha256, "id": citation.id,
    }  # fmt: skip


def _quoted(passage: Passage) -> dict[str, Any]:
    return {"text": passage.text, "citation": citation_fields(passage.citation)}


def _rounded(**fields: Any) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in fields.items()}
