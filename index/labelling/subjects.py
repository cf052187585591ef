"""Subjects: does the text below a line speak of what the line says, and does the subject change there?

    line, text above, text below ──static vectors──▶ cosines: line and below, line and above, above and below

Always the shipped static model, so a page is read the same whatever model its index has. It is asked only where a page leaves a
doubt: about lines that look like headings, where no line has marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from index.encoders.open import open_lexicon
from index.encoders.static import StaticEncoder
from index.labelling.candidates import Surroundings

COMPARED = 60  # characters of the text on each side


class Subjects(NamedTuple):
    """Cosines of the vectors of a line and of the texts around it, and how they compare with those of the other lines of the page."""

    below: float
    above: float
    change: float  # of the texts above and below
    usual_change: float  # mean of the page's lines


@cache
def _encoder() -> StaticEncoder:
    return open_lexicon()


def subjects(around: Sequence[Surroundings]) -> list[Subjects | None]:
    """Return the cosines of each candidate that is in doubt, None for all others."""
    marked = any(one.line.level for one in around)  # lines without marks are no titles there
    doubtful = [] if marked else [i for i, one in enumerate(around) if is_in_doubt(one)]
    found: list[Subjects | None] = [None] * len(around)
    if len(doubtful) < 2:  # a single line without marks is the title of its page, or not, whatever it says
        return found
    spoken = [(around[i].line.text, around[i].text_above[-COMPARED:], around[i].text_below[:COMPARED]) for i in doubtful]
    texts = list(dict.fromkeys(text for three in spoken for text in three))
    vectors = dict(zip(texts, _encoder().encode_passages(texts), strict=True))
    cosines = []
    for three in spoken:
        line, above, below = (vectors[text] for text in three)
        cosines.append((float(line @ below), float(line @ above), float(above @ below)))
    changes = [change for i, (_, _, change) in zip(doubtful, cosines, strict=True) if around[i].text_above]
    usual = sum(changes) / max(1, len(changes))
    for i, (below, above, change) in zip(doubtful, cosines, strict=True):
        found[i] = Subjects(below, above, change, usual)
    return found


def is_in_doubt(one: Surroundings) -> bool:
    """Whether neither marks nor a byline show what a line is, and it may be a heading."""
    signed = any(line is not None and line.kind in ("byline", "closing") for line in (one.above, one.below))
    return one.is_alone and not one.line.level and not signed and bool(one.text_below)
