"""A citation to what its source says today: ok, moved, altered or missing.

    claim: source, lines, text ──sources──▶ page ──standing──▶ ok       the cited lines hold the text, all of them and no other
                                                               moved    it stands at other lines
                                                               altered  most of it stands there, and what differs
                                                               missing  neither, or no file

Equal digests prove nothing about a citation that was wrong from the start, so the text itself is looked for each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from index.document import Lines, Passage, line_ranges
from index.files.discover import Skipped
from index.passages import id_of
from search.output.terminal import safe
from search.verification.anchoring import Row, Wanted, Words, trimmed, wanted
from search.verification.diff import LONGEST, SAME, Difference, difference, kept, place, shown
from search.verification.sources import Sheet, Sources

SCHEMA = "qianli.verified.v1"
MOST = 0.5  # of a passage's characters must be left for it to be called altered; less is another text
TIMES = 20  # passages of one text in one source whose ids are tried
SURE = 4  # characters that stand in both texts by more than chance
STATES = ("ok", "moved", "altered", "missing")


class Claim(NamedTuple):
    """What a result says: this text stands in these lines of this source. *sha256* may be unknown, and empty."""

    id: str
    source: str
    lines: tuple[Lines, ...]
    text: str
    sha256: str = ""


class Verdict(NamedTuple):
    """*now*: the lines where it stands, or where what became of it stands. *source_status*: unchanged, changed, unknown or missing."""

    claim: Claim
    status: str
    source_status: str
    now: tuple[Lines, ...] | None = None
    diff: Difference | None = None
    reason: str | None = None


def claim_of(passage: Passage) -> Claim:
    citation = passage.citation
    return Claim(citation.id, citation.source, citation.lines, passage.text, citation.sha256)


def verified(claims: Iterable[Claim], sources: Sources) -> Iterator[Verdict]:
    """Check *claims* one by one, as they come."""
    for claim in claims:
        sheet = sources.sheet(claim.source, claim.sha256)
        if isinstance(sheet, Skipped):
            yield Verdict(claim, "missing", "missing", reason=sheet.reason)
        else:
            yield _checked(claim, sheet)


def _checked(claim: Claim, sheet: Sheet) -> Verdict:
    source = "unknown" if not claim.sha256 else "unchanged" if claim.sha256 == sheet.page.sha256 else "changed"
    words, passage = sheet.words, wanted(claim.text)
    row = words.within(passage, claim.lines)
    whole = row and (words.whole(row) or _named(claim, passage))
    if row and whole and words.needs(row, claim.lines):
        return Verdict(claim, "ok", source)
    read = sheet.readings.get(claim.text, [])
    if claim.lines in read:
        return Verdict(claim, "ok", source)
    row = row if row and whole else words.anywhere(passage, claim.lines) or row
    if row and (words.whole(row) or _named(claim, passage)):
        return Verdict(claim, "moved", source, words.lines(row))
    if read:
        return Verdict(claim, "moved", source, min(read, key=lambda lines: abs(lines[0][0] - claim.lines[0][0])))
    if row:  # all of it stands there, and more belongs to it
        wider = words.stretch(*words.widened(row))
        return Verdict(claim, "altered", source, words.lines(wider), difference(claim.text, words.told(wider)))
    return _altered(claim, passage, words, source)


def _named(claim: Claim, passage: Wanted) -> bool:
    """Tell whether the citation's id was made of this very text: then nobody has cut it since."""
    return any(claim.id == id_of(claim.source, passage.bare, times) for times in range(1, TIMES))


def _altered(claim: Claim, passage: Wanted, words: Words, source: str) -> Verdict:
    """Say what stands where most of the passage stands, if anything does."""
    found = max((_likened(claim.text, words, row) for row in _near(claim, passage, words)), key=_likeness, default=None)
    if found and kept(found.diff) >= MOST:
        return Verdict(claim, "altered", source, words.lines(found.row), found.diff)
    return Verdict(claim, "missing", source, reason=f"its text does not stand in the source{' any more' * (source == 'changed')}")


class Likened(NamedTuple):
    row: Row
    diff: Difference


def _near(claim: Claim, passage: Wanted, words: Words) -> Iterator[Row]:
    """Yield what stands in the cited lines, and at the place that has most of the passage in it."""
    cited = words.standing(claim.lines)
    if cited and sum(piece.last - piece.first for piece in cited) <= LONGEST:
        yield cited
    found = place(words.bare, passage.bare[:LONGEST], cited[0].first if cited else 0)
    if found:
        yield words.stretch(*found)


def _likened(text: str, words: Words, row: Row) -> Likened:
    """Compare *text* with *row*, less what stands before and after it there."""
    around = difference(text, words.told(row))
    row = trimmed(row, _beyond(around), _beyond(around[::-1]))
    return Likened(row, difference(text, words.told(row)))


def _beyond(found: Difference) -> int:
    """Return how many characters at the beginning of a difference are only the second text's and stand for nothing of the first."""
    size = {"-": 0, "+": 0}
    for sign, text in takewhile(lambda part: part[0] != SAME or len(part[1]) < SURE, found):
        for each in size if sign == SAME else (sign,):
            size[each] += len("".join(text.split()))
    return max(0, size["+"] - size["-"])


def _likeness(found: Likened) -> float:
    """Return the share of both texts that is the same."""
    size = {sign: sum(len(text) for its, text in found.diff if its == sign) for sign in "=-+"}
    return 2 * size["="] / max(1, 2 * size["="] + size["-"] + size["+"])


def verdict_fields(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as `qianli verify --json` prints it."""
    claim = verdict.claim
    return {
        "schema": SCHEMA, "id": claim.id, "source": claim.source, "lines": [list(pair) for pair in claim.lines],
        "status": verdict.status, "now": None if verdict.now is None else [list(pair) for pair in verdict.now],
        "diff": None if verdict.diff is None else [list(part) for part in verdict.diff],
        "source_status": verdict.source_status, "reason": verdict.reason,
    }  # fmt: skip


def verdict_line(verdict: Verdict) -> str:
    """Return a verdict as one line for a person.

    >>> verdict_line(Verdict(Claim("1f", "a.txt", ((3, 3),), "修路。"), "moved", "changed", ((5, 6),)))
    'moved    a.txt:3 (1f) now at 5-6'
    """
    claim = verdict.claim
    said = [f"{verdict.status:<8} {claim.source}:{line_ranges(claim.lines)}", f"({claim.id})"]
    said += [f"now at {line_ranges(verdict.now)}"] if verdict.now else []
    said += [shown(verdict.diff)] if verdict.diff else []
    return safe(" ".join([*said, *([verdict.reason] if verdict.reason else [])]))
