"""What is to be handed in: results of searches, or citations, in; answers with their quotes out, one by one as they come.

{"schema": "qianli.result.v1", "query": …, "found": …, "hits": […]}     a question with a quote for each hit
{"schema": "qianli.result.v1", "id": …, "error": …}                     a question that could not be asked
{"schema": "qianli.shown.v1", "at": …, "passages": […]}                 the one passage that was shown; the others are around it
{"text": …, "citation": {…}}, or an id or SOURCE:LINE of an index       one quote

A report must not leave out in silence what it was given: a line that holds no answer is an error that names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from index.document import Citation, Passage, is_date
from index.engine.protocol import Index
from index.errors import BadInput
from search.pasted import locate
from search.verification.claims import (
    NO_BOX,
    NO_PAGE,
    NOWHERE,
    Claim,
    Flaw,
    claim_in,
    claim_of,
    fields_of_line,
    flaw_of_hit,
    is_file_of_results,
    lines_of_results,
    passages_in,
)

T = TypeVar("T")


class Neighbour(NamedTuple):
    """A passage beside a quote, in its article."""

    text: str
    location: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that is quoted: what it claims about its source, its citation, its probability and its neighbours.

    *score* is None where no question was asked.
    """

    claim: Claim
    citation: Citation
    score: float | None = None
    before: tuple[Neighbour, ...] = ()
    after: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its quotes. *query* is None where passages were named without a question.

    - *error*: why the question could not be asked.
    - *columns*: further columns of the file of questions.
    - *asked*: what was searched and how, where the result says so.
    """

    query: str | None
    id: str | None = None
    found: bool = True
    quotes: tuple[Quote, ...] = ()
    error: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    like: bool = False  # the question was a passage or a file


def answers_in(names: Sequence[str], index: Index | None, context: int = 0) -> Iterator[Answer]:
    """Yield the answers in files of results (`-`: standard input) and the passages that citations name, in the order of *names*.

    A quote gets at most *context* neighbours on either side, out of *index*, unless the result brings its own.
    Raise BadInput for a line that is no result.
    """
    for name in names:
        if is_file_of_results(name):
            for where, raw in lines_of_results(name):
                yield with_neighbours(_answer_of_line(raw, where), index, context)
        elif index:
            passage = locate(index, name).passage
            yield with_neighbours(answer_of_passage(passage), index, context)


def answer_of_passage(passage: Passage) -> Answer:
    """Return a passage of an index as the one quote of an answer to no question."""
    return Answer(None, quotes=(_quote_of(passage),))


def answer_of(fields: dict[str, Any], where: str) -> Answer:
    """Return the answer that *fields* of the schema qianli.result.v1 hold. Raise BadInput where a hit cites nothing."""
    query, id_ = fields.get("query"), fields.get("id")
    error = fields.get("error")
    shown = fields.get("passages") if isinstance(fields.get("passages"), list) else None
    if error is not None:
        quotes: tuple[Quote, ...] = ()
    elif shown is not None:
        quotes = (_quote_shown(shown, fields.get("at"), where),) if shown else ()
    else:
        quotes = tuple(_quote(passage, where, rank) for rank, passage in enumerate(passages_in(fields) or (), 1))
    return Answer(
        query=query if isinstance(query, str) else None,
        id=str(id_) if isinstance(id_, str | int) else None,
        found=bool(fields.get("found", quotes)),
        quotes=quotes,
        error=None if error is None else str(error),
        columns={str(name): str(value) for name, value in (_typed(fields.get("columns"), dict) or {}).items()},
        asked=_typed(fields.get("asked"), dict) or {},
        like=fields.get("like") is not None,
    )


def with_neighbours(answer: Answer, index: Index | None, context: int) -> Answer:
    """Return *answer* with the neighbours that *index* knows, for quotes that have none; an index that has other text adds nothing."""
    if index is None or not context or not answer.quotes:
        return answer
    return replace(answer, quotes=tuple(_with_neighbours(quote, index, context) for quote in answer.quotes))


def _answer_of_line(raw: bytes, where: str) -> Answer:
    fields = fields_of_line(raw, where)
    if isinstance(fields, Flaw):
        raise _refused(fields)
    return answer_of(fields, where)


def _refused(flaw: Flaw) -> BadInput:
    return BadInput("{where}: {reason}", where=flaw.where, reason=flaw.reason)


def _quote(passage: Any, where: str, rank: int) -> Quote:
    """Return the quote of one hit in JSON. A field that is not of its type counts as not printed."""
    claim = claim_in(passage)
    if claim is None:
        raise _refused(flaw_of_hit(where, rank))
    score = passage.get("score")
    context = _typed(passage.get("context"), dict) or {}
    return Quote(
        claim=claim,
        citation=_citation(claim, passage["citation"]),
        score=float(score) if isinstance(score, int | float) and not isinstance(score, bool) else None,
        before=_neighbours(context.get("before")),
        after=_neighbours(context.get("after")),
    )


def _quote_shown(passages: list[Any], position: Any, where: str) -> Quote:
    """Return the passage that `show --json` shows, with the others around it."""
    number = position if type(position) is int and 0 <= position < len(passages) else 0
    quote = _quote(passages[number], where, number + 1)
    return replace(quote, before=_neighbours(passages[:number]), after=_neighbours(passages[number + 1 :]))


def _neighbours(passages: Any) -> tuple[Neighbour, ...]:
    claims = [claim_in(passage) for passage in _typed(passages, list) or []]
    return tuple(Neighbour(claim.text, _citation(claim, {}).location) for claim in claims if claim)


def _citation(claim: Claim, fields: dict[str, Any]) -> Citation:
    date, page, spot = _typed(fields.get("date"), str), fields.get("newspaper_page"), claim.spot or NOWHERE
    return Citation(
        source=claim.source,
        lines=claim.lines,
        paragraph=fields["paragraph"] if type(fields.get("paragraph")) is int else None,
        article=_typed(fields.get("article"), str),
        kicker=_typed(fields.get("kicker"), str),
        authors=tuple(author for author in _typed(fields.get("authors"), list) or [] if isinstance(author, str)),
        place=_typed(fields.get("place"), str),
        sha256=claim.sha256,
        id=claim.id,
        kind=_typed(fields.get("kind"), str) or "paragraph",
        date=date if date and is_date(date) else None,
        publication=_typed(fields.get("publication"), str),
        newspaper_page=page if type(page) is int else None,
        status=_typed(fields.get("status"), str),
        subtitle=_typed(fields.get("subtitle"), str),
        page=spot.page if spot.page != NO_PAGE else None,
        page_label=spot.label,
        box=spot.box if spot.box != NO_BOX else None,
        sheet=spot.sheet,
        cell=spot.cell,
        part=spot.part,
        reader=claim.reader,
        path=_typed(fields.get("path"), str),
    )


def _typed(value: Any, kind: type[T]) -> T | None:
    return value if isinstance(value, kind) else None


def _quote_of(passage: Passage) -> Quote:
    citation = passage.citation
    return Quote(claim_of(passage), citation)


def _with_neighbours(quote: Quote, index: Index, context: int) -> Quote:
    if quote.before or quote.after or not quote.citation.id:
        return quote
    with suppress(BadInput):  # the index does not have this passage any more
        located = index.locate(quote.citation.id)
        if located.passage.text == quote.claim.text:
            before, after = (
                tuple(Neighbour(passage.text, passage.citation.location) for passage in side) for side in located.neighbours(context)
            )
            return replace(quote, before=before, after=after)
    return quote
