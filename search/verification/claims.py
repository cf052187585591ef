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
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from index.document import LineRange, Passage
from index.engine.protocol import Index
from index.errors import BadInput, reason

LONGEST_LINE = 32 * 2**20  # bytes of one line of results; ten thousand hits fit in it
HIGHEST_LINE_NUMBER = 2**40  # no file has as many lines
PASSAGE_LISTS = ("hits", "passages")  # the fields that hold the passages of `search --json` and of `show --json`
CITATION = re.compile(r"[0-9a-f]{6,64}|.+:[0-9]+", re.S)
WRITTEN_BY = "results are written by: qianli search --json"


class Claim(NamedTuple):
    """What a result claims: these lines of this source hold this text. *id* and *sha256* are empty where the result has none."""

    id: str
    source: str
    lines: tuple[LineRange, ...]
    text: str
    sha256: str = ""


class Flaw(NamedTuple):
    """A part of the results that cannot be verified, and its position. *unasked*: a question that was not asked, which is no fault."""

    where: str
    reason: str
    unasked: bool = False


def claim_of(passage: Passage) -> Claim:
    """Return what a passage of an index claims about its source."""
    citation = passage.citation
    return Claim(citation.id, citation.source, citation.lines, passage.text, citation.sha256)


def claims_from(names: Sequence[str], index: Index | None) -> Iterator[Claim | Flaw]:
    """Yield the claims of files of results and of citations of *index*, in the order of *names*; without names, of the whole *index*."""
    if not names and index:
        yield from (claim_of(passage) for _, passage in index.every_passage())
    for name in names:
        if is_file_of_results(name):
            yield from read_claims(name)
        elif index:
            yield claim_of(index.locate(name).passage)


def is_file_of_results(name: str) -> bool:
    """Whether *name* is a file of results (`-`: standard input) and no citation; what looks like neither counts as a missing file."""
    return name == "-" or os.path.lexists(name) or not CITATION.fullmatch(name)


def read_claims(name: str) -> Iterator[Claim | Flaw]:
    """Yield the claims of one file of results, `-` for standard input. Raise BadInput where it cannot be read."""
    if name == "-":
        yield from _claims_of_lines(sys.stdin.buffer, "standard input")
        return
    try:
        with Path(name).open("rb") as file:
            yield from _claims_of_lines(file, name)
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise BadInput(
            "{name} cannot be read: {reason}; name a file with results of search --json, or a citation", name=name, reason=reason(error)
        ) from None


def _claims_of_lines(file: BinaryIO, name: str) -> Iterator[Claim | Flaw]:
    number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{name}, line {number}"
        if len(raw) > LONGEST_LINE:
            raise BadInput(
                "{where} is longer than {most} MB; name a file with results of search --json",
                where=where,
                most=LONGEST_LINE // 2**20,
            )
        if raw.strip():
            yield from _claims_of_line(raw, where)


def _claims_of_line(raw: bytes, where: str) -> Iterator[Claim | Flaw]:
    try:
        fields = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        yield Flaw(where, f"no JSON; {WRITTEN_BY}")
        return
    passages = _passages_in(fields)
    if isinstance(fields, dict) and "error" in fields:
        yield Flaw(where, f"was not asked: {fields['error']}", unasked=True)
    elif passages is None:
        yield Flaw(where, f"no result; {WRITTEN_BY}")
    else:
        for rank, passage in enumerate(passages, 1):
            yield _claim(passage) or Flaw(f"{where}, hit {rank}", "no citation: it needs text, and source and lines in citation")


def _passages_in(fields: Any) -> list[Any] | None:
    """Return the passages with citations that a line holds, None where the line is no result."""
    if not isinstance(fields, dict):
        return None
    passages = next((fields[name] for name in PASSAGE_LISTS if isinstance(fields.get(name), list)), None)
    return [fields] if passages is None and "citation" in fields else passages


def _claim(passage: Any) -> Claim | None:
    citation = passage.get("citation") if isinstance(passage, dict) else None
    if not isinstance(citation, dict):
        return None
    text, source, lines = passage.get("text"), citation.get("source"), _line_ranges(citation.get("lines"))
    if not isinstance(text, str) or not text.strip() or not isinstance(source, str) or not source or not lines:
        return None
    id_, sha256 = (value if isinstance(value := citation.get(name), str) else "" for name in ("id", "sha256"))
    return Claim(id_, source, lines, text, sha256)


def _line_ranges(pairs: Any) -> tuple[LineRange, ...]:
    """Return the line ranges that *pairs* of JSON hold; none of them where one is no range."""
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        return ()
    if not all(type(line) is int for pair in pairs for line in pair):
        return ()
    if not all(1 <= first <= last <= HIGHEST_LINE_NUMBER for first, last in pairs):
        return ()
    return tuple((first, last) for first, last in pairs)
