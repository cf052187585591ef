"""What people and other programs call by name: a passage by its citation, an index by its format and its segmenter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.document import id_of
from index.engine.protocol import Address
from index.engine.stored.rows import Row
from index.errors import BadInput, OtherModel
from index.text.tokens import SEGMENTER

MOST_NAMED = 5  # ids that a message names


def is_id(citation: str) -> bool:
    """Whether *citation* is an id of a passage or the beginning of one."""
    return bool(re.fullmatch("[0-9a-f]{6,}", citation))


def source_and_line(citation: str) -> tuple[str, int]:
    """Return the parts of SOURCE:LINE; raise BadInput for what is no citation."""
    source, _, line = citation.rpartition(":")
    if not source or not line.isdecimal():
        raise BadInput(
            "{citation} is no citation: give an id (six characters or more) or SOURCE:LINE, as a search prints them",
            citation=repr(citation),
        )
    return source, int(line)


def first_at_line(rows: Iterable[Row], line: int) -> list[int]:
    """Return the key of the first of *rows*, those of one source, that stands at *line*; none where there is none."""
    return [row.key for row in rows if any(first <= line <= last for first, last in row.passage.citation.lines)][:1]


def only(rows: Sequence[Row], citation: str) -> Row:
    """Return the one row that *citation* means; raise BadInput where there is none, or several."""
    if not rows:
        raise BadInput("no passage {citation} in this index; ask again with: qianli search QUESTION", citation=citation)
    if len(rows) > 1:
        raise BadInput(
            "{citation} may be {ids}; give more characters",
            citation=citation,
            ids=" / ".join(row.passage.citation.id for row in rows[:MOST_NAMED]),
        )
    return rows[0]


def keys_of_former_id(every_row: Iterable[Row], beginning: str) -> list[int]:
    """Return the keys of the passages whose id started so when their source had a shorter name: the end of its path.

    Sources of an earlier qianli were named by the folder that was indexed. Every passage is read, so this is the last that is tried.
    """
    keys, source, occurrences = [], "", Counter[str]()
    for row in every_row:
        if row.passage.citation.source != source:
            source, occurrences = row.passage.citation.source, Counter()
        bare = "".join(row.passage.text.split())
        occurrences[bare] += 1
        parts = (row.passage.citation.path or source).split("/")
        ends = ("/".join(parts[first:]) for first in range(1, len(parts)))
        if any(id_of(end, bare, occurrences[bare]).startswith(beginning) for end in ends):
            keys.append(row.key)
    return keys


def refuse_other_format(address: Address, theirs: str, ours: str) -> None:
    """Raise OtherModel unless the index has the format that this release reads; the message says what to do instead."""
    if theirs == ours:
        return
    if theirs.isdecimal() and int(theirs) > int(ours):
        raise OtherModel(
            "the index in {folder} has format {theirs} of a newer qianli, this one reads {ours}; install that one, or name another --index",
            folder=address,
            theirs=theirs,
            ours=ours,
        )
    raise OtherModel(
        "the index in {folder} is of an older qianli (format {theirs}, now {ours}); index the sources anew, with another --index",
        folder=address,
        theirs=theirs,
        ours=ours,
    )


def refuse_other_segmenter(address: Address, theirs: str) -> None:
    """Raise OtherModel unless the terms of the index are those of this qianli."""
    if theirs != SEGMENTER:
        raise OtherModel(
            "the index in {folder} was cut into terms by {theirs}, this qianli uses {ours}; repair it with: qianli index --rebuild",
            folder=address,
            theirs=repr(theirs),
            ours=repr(SEGMENTER),
        )
