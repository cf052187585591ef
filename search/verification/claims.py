"""Read what is to be verified: lines of results, citations, or a whole index in, claims out, one by one as they come.

{"schema": "qianli.result.v1", "hits": [{"text": …, "citation": {…}}, …]}     a claim for each hit
{"schema": "qianli.shown.v1", "passages": [{"text": …, "citation": {…}}, …]}  a claim for each passage
{"text": …, "citation": {…}}                                                  one claim
{"schema": "qianli.result.v1", "id": …, "error": …}                           no claim: the question was not asked

A line that holds no claim stops no other line; a `Flaw` takes its place.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from index.document import Box, Citation, LineRange, Passage, Spot
from index.engine.protocol import Index
from index.errors import BadInput, reason
from index.messages import say
from search.pasted import locate, names_passage

MOST_FLAWS = 100  # lines without a result at the start of a file, after which it is taken for a file of something else
LONGEST_LINE = 32 * 2**20  # bytes of one line of results; ten thousand hits fit in it
HIGHEST_LINE_NUMBER = 2**40  # no file has as many lines
NOWHERE = Spot(0)
NO_PAGE, NO_BOX = -1, (-1.0, -1.0, -1.0, -1.0)  # in place of values that are no page and no box
SPOT_TEXTS = {"label": "page_label", "sheet": "sheet", "cell": "cell", "part": "part"}  # fields of a spot: those of a citation
PASSAGE_LISTS = ("hits", "passages")  # the fields that hold the passages of `search --json` and of `show --json`


class Answered(NamedTuple):
    """The question that a claim answers, with the id that its file of questions gives it (None: it has none), and the rank of the hit."""

    id: str | None
    query: str
    rank: int


class Claim(NamedTuple):
    """What a result claims: these lines of this source hold this text. *id* and *sha256* are empty where the result has none.

    - *question*: which question it answers, None where it was not found by one.
    - *spot*: where the text stands in a document, None where the result does not say; *reader*: what took the text out of it.
    """

    id: str
    source: str
    lines: tuple[LineRange, ...]
    text: str
    sha256: str = ""
    question: Answered | None = None
    spot: Spot | None = None
    reader: str | None = None


class Flaw(NamedTuple):
    """A part of the results that cannot be verified, and its position. *unasked*: a question that was not asked, which is no fault."""

    where: str
    reason: str
    unasked: bool = False


def claim_of(passage: Passage) -> Claim:
    """Return what a passage of an index claims about its source."""
    return claim_of_text(passage.text, passage.citation)


def claim_of_text(text: str, citation: Citation) -> Claim:
    """Return the claim that *text* stands where *citation* says."""
    spot = None if citation.spot == NOWHERE else citation.spot
    return Claim(citation.id, citation.source, citation.lines, text, citation.sha256, spot=spot, reader=citation.reader)


def claims_from(names: Sequence[str], index: Index | None) -> Iterator[Claim | Flaw]:
    """Yield the claims of files of results and of citations of *index*, in the order of *names*; without names, of the whole *index*."""
    if not names and index:
        yield from (claim_of(passage) for _, passage in index.every_passage())
    for name in names:
        if is_file_of_results(name):
            yield from read_claims(name)
        elif index:
            yield claim_of(locate(index, name).passage)


def is_file_of_results(name: str) -> bool:
    """Whether *name* is a file of results (`-`: standard input) and no citation; what looks like neither counts as a missing file."""
    return name == "-" or os.path.lexists(name) or not names_passage(name)


def read_claims(name: str) -> Iterator[Claim | Flaw]:
    """Yield the claims of one file of results, `-` for standard input.

    Raise BadInput where it cannot be read, or where several lines, and all of them, hold no result: a table, say, of a thousand rows.
    """
    held: list[Claim | Flaw] | None = []  # of the lines before the first result; None after it
    for where, raw in lines_of_results(name):
        fields = fields_of_line(raw, where)
        if held is not None and isinstance(fields, Flaw) and len(held) < MOST_FLAWS:
            held.append(fields)
            continue
        if isinstance(fields, Flaw) and held is not None:
            break
        yield from held or ()
        held = None
        yield from claims_of_result(fields, where)
    if held and len(held) > 1:
        raise BadInput("{name} holds no results; name a file with results of search --json, or a citation", name=name)
    yield from held or ()


def lines_of_results(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield each line of a file of results (`-`: standard input) that is not blank, with where it stands: `answers.jsonl, line 3`.

    Raise BadInput where the file cannot be read, or a line is too long for results.
    """
    if name == "-":
        yield from _numbered(sys.stdin.buffer, say("standard input"))
        return
    try:
        with Path(name).open("rb") as file:
            yield from _numbered(file, name)
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise BadInput(
            "{name} cannot be read: {reason}; name a file with results of search --json, or a citation", name=name, reason=reason(error)
        ) from None


def _numbered(file: BinaryIO, name: str) -> Iterator[tuple[str, bytes]]:
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        where = say("{file}, line {number}", file=name, number=number)
        if len(raw) > LONGEST_LINE:
            raise BadInput(
                "{where} is longer than {most} MB; name a file with results of search --json",
                where=where,
                most=LONGEST_LINE // 2**20,
            )
        if raw.strip():
            yield where, raw


def fields_of_line(raw: bytes, where: str) -> dict[str, Any] | Flaw:
    """Return the fields of a line of results, or why it holds none."""
    try:
        fields = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Flaw(where, say("no JSON; results are written by: qianli search --json"))
    return result_fields(fields, where)


def result_fields(fields: Any, where: str) -> dict[str, Any] | Flaw:
    """Return *fields* where they are those of a result or of a passage, else why they are not."""
    if isinstance(fields, dict) and (fields.get("error") is not None or passages_in(fields) is not None):
        return fields
    return Flaw(where, say("no result; results are written by: qianli search --json"))


def claims_of_result(fields: dict[str, Any] | Flaw, where: str) -> Iterator[Claim | Flaw]:
    """Yield a claim for each passage of a result, and a flaw for what holds none."""
    if isinstance(fields, Flaw):
        yield fields
    elif fields.get("error") is not None:
        yield Flaw(where, say("was not asked: {reason}", reason=fields["error"]), unasked=True)
    else:
        for rank, passage in enumerate(passages_in(fields) or (), 1):
            yield _answering(claim_in(passage), fields, rank) or flaw_of_hit(where, rank)


def flaw_of_hit(where: str, rank: int) -> Flaw:
    """Return the flaw of a hit that cites nothing."""
    where = say("{where}, hit {rank}", where=where, rank=rank)
    return Flaw(where, say("no citation: it needs text, and source and lines in citation"))


def passages_in(fields: dict[str, Any]) -> list[Any] | None:
    """Return the passages with citations that a line holds, None where the line is no result."""
    passages = next((fields[name] for name in PASSAGE_LISTS if isinstance(fields.get(name), list)), None)
    return [fields] if passages is None and "citation" in fields else passages


def _answering(claim: Claim | None, fields: dict[str, Any], rank: int) -> Claim | None:
    """Return *claim* with the question of its line, where the line has one."""
    query, id_ = fields.get("query"), fields.get("id")
    if claim is None or not isinstance(query, str):
        return claim
    return claim._replace(question=Answered(str(id_) if isinstance(id_, str | int) else None, query, rank))


def claim_in(passage: Any) -> Claim | None:
    """Return what a passage of a result claims, None where it cites nothing."""
    citation = passage.get("citation") if isinstance(passage, dict) else None
    if not isinstance(citation, dict):
        return None
    text, source, lines = passage.get("text"), citation.get("source"), _line_ranges(citation.get("lines"))
    if not isinstance(text, str) or not text.strip() or not isinstance(source, str) or not source or not lines:
        return None
    id_, sha256 = (value if isinstance(value := citation.get(name), str) else "" for name in ("id", "sha256"))
    reader = citation.get("reader")
    return Claim(id_, source, lines, text, sha256, spot=spot_in(citation), reader=reader if isinstance(reader, str) else None)


def spot_in(citation: dict[str, Any]) -> Spot | None:
    """Return where the fields of a citation say that a passage stands in a document, None where they say nothing.

    A value that can be none, such as a page "12", becomes one that no document has: it must not count as confirmed.
    """
    page, box = citation.get("page"), citation.get("box")
    names = {name: None if (value := citation.get(field)) is None else str(value) for name, field in SPOT_TEXTS.items()}
    spot = Spot(0, page=page if page is None or type(page) is int else NO_PAGE, box=_box(box), **names)
    return None if spot == NOWHERE else spot


def _box(sides: Any) -> Box | None:
    if sides is None:
        return None
    fits = isinstance(sides, list) and len(sides) == 4 and all(type(side) in (int, float) for side in sides)
    return (float(sides[0]), float(sides[1]), float(sides[2]), float(sides[3])) if fits else NO_BOX


def _line_ranges(pairs: Any) -> tuple[LineRange, ...]:
    """Return the line ranges that *pairs* of JSON hold; none of them where one is no range."""
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        return ()
    if not all(type(line) is int for pair in pairs for line in pair):
        return ()
    if not all(1 <= first <= last <= HIGHEST_LINE_NUMBER for first, last in pairs):
        return ()
    return tuple((first, last) for first, last in pairs)
