"""What is to be verified: lines of results, citations, or all that an index holds, to claims, as they come.

{"schema": "qianli.result.v1", "hits": [{"text": …, "citation": {…}}, …]}     one claim for each hit
{"schema": "qianli.shown.v1", "passages": [{"text": …, "citation": {…}}, …]}  one for each passage
{"text": …, "citation": {…}}                                                  one
{"schema": "qianli.result.v1", "id": …, "error": …}                           none: it was not asked

A line that says nothing of the kind stops no other; it comes back as a `Flaw`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from index.document import Lines
from index.errors import BadInput, reason
from search.verification.verify import Claim

LONGEST = 32 * 2**20  # bytes of one line; ten thousand hits have room in it
FARTHEST = 2**40  # a line's number; no file has as many
LISTS = ("hits", "passages")


class Flaw(NamedTuple):
    """What cannot be verified, and where it stands. *told*: a question that was not asked, which is no citation and no fault."""

    where: str
    reason: str
    told: bool = False


def read_claims(name: str) -> Iterator[Claim | Flaw]:
    """Give the claims of a file of results, `-` for standard input. Raises BadInput where it cannot be read."""
    if name == "-":
        yield from _claims(sys.stdin.buffer, "standard input")
        return
    try:
        with Path(name).open("rb") as file:
            yield from _claims(file, name)
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise BadInput(f"{name} cannot be read: {reason(error)}; name a file with results of search --json, or a citation") from None


def _claims(file: BinaryIO, name: str) -> Iterator[Claim | Flaw]:
    number = 0
    while raw := file.readline(LONGEST + 1):
        number += 1
        where = f"{name}, line {number}"
        if len(raw) > LONGEST:
            raise BadInput(f"{where} is longer than {LONGEST // 2**20} MB; name a file with results of search --json")
        if raw.strip():
            yield from _of_line(raw, where)


def _of_line(raw: bytes, where: str) -> Iterator[Claim | Flaw]:
    try:
        fields = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        yield Flaw(where, "no JSON; results are written by: qianli search --json")
        return
    if not isinstance(fields, dict):
        yield Flaw(where, "no result; results are written by: qianli search --json")
        return
    if "error" in fields:
        yield Flaw(where, f"was not asked: {fields['error']}", told=True)
        return
    listed = next((fields[name] for name in LISTS if isinstance(fields.get(name), list)), None)
    if listed is None and "citation" not in fields:
        yield Flaw(where, "no result; results are written by: qianli search --json")
        return
    for rank, hit in enumerate([fields] if listed is None else listed, 1):
        yield _claim(hit) or Flaw(f"{where}, hit {rank}", "no citation: it needs text, and source and lines in citation")


def _claim(hit: Any) -> Claim | None:
    citation = hit.get("citation") if isinstance(hit, dict) else None
    if not isinstance(citation, dict):
        return None
    text, source, lines = hit.get("text"), citation.get("source"), _lines(citation.get("lines"))
    if not isinstance(text, str) or not text.strip() or not isinstance(source, str) or not source or not lines:
        return None
    id_, sha256 = (value if isinstance(value := citation.get(name), str) else "" for name in ("id", "sha256"))
    return Claim(id_, source, lines, text, sha256)


def _lines(given: Any) -> tuple[Lines, ...]:
    """Return line ranges, empty where one of them is none."""
    if not isinstance(given, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        return ()
    if not all(type(line) is int for pair in given for line in pair) or not all(1 <= a <= b <= FARTHEST for a, b in given):
        return ()
    return tuple((a, b) for a, b in given)
